import type { Logger } from '../platform/logger.ts';
import type { Prober } from './probes/prober.ts';
import { sweep } from './probes/sweep.ts';

const everyMs = 30_000;
const withinMs = 20_000;

/** Takes away what dead workers left behind, now and from time to time. */
export function startSweeping({ launcher, enabled }: Prober, logger: Logger): { stop(): void } {
  if (enabled.size === 0) return { stop: () => undefined };
  const once = (): void => {
    sweep(launcher, Date.now(), AbortSignal.timeout(withinMs)).then(
      (pods) => {
        if (pods.length > 0) logger.info({ pods }, 'probe pods taken away that a worker had left behind');
      },
      (error: unknown) => logger.warn({ err: error }, 'probe pods could not be swept'),
    );
  };
  once();
  const timer = setInterval(once, everyMs);
  return { stop: () => clearInterval(timer) };
}
