import { Cannot } from '../cannot.ts';
import { farEnd } from '../far-end.ts';
import type { Run } from '../run.ts';

/** Attempts of one rung. */
interface Rung {
  readonly name: string;
  made: number;
  failed: number;
}

/** Standard errors by which two shares must differ to be clearly apart: about one chance in a hundred. */
const clearly = 2.6;

/**
 * Tries the same thing by way of ever more of the cluster, the rungs in turn, so that each sees the same moments. Names are
 * looked up for each attempt: that is what the last rung adds.
 */
export async function probe(run: Run): Promise<void> {
  const rungs = new Map<string, Rung>();
  for (const { host, labels } of run.task.targets) {
    const name = labels?.['rung'];
    if (name === undefined)
      throw new Cannot('rejected', `Unexpected end, expected the label rung at ${host}`);
    rungs.set(name, { name, made: 0, failed: 0 });
  }
  const attempt = await farEnd(run, { anew: true });
  await run.each(async (one) => {
    const outcome = await attempt(one);
    const rung = rungs.get(one.target.labels?.['rung'] ?? '');
    if (rung !== undefined && !one.signal.aborted) {
      rung.made += 1;
      if (!outcome.ok) rung.failed += 1;
    }
    return outcome;
  });
  const inOrder = [...rungs.values()];
  run.facts['rungs'] = inOrder.map(({ name }) => name);
  run.facts['first_failing_rung'] = firstFailing(inOrder)?.name ?? '';
}

/**
 * The lowest rung that fails clearly more than the one below (the ground never fails); if none does so clearly, the
 * lowest that fails where the one below does not.
 */
function firstFailing(rungs: readonly Rung[]): Rung | undefined {
  const steps = rungs.map((rung, n) => {
    const below = rungs[n - 1] ?? { ...rung, failed: 0 };
    return { rung, below };
  });
  const step =
    steps.find(({ rung, below }) => failsMore(rung, below)) ??
    steps.find(({ rung, below }) => rung.failed > 0 && below.failed === 0);
  return step?.rung;
}

function failsMore(rung: Rung, below: Rung): boolean {
  const { made: n, failed } = rung;
  const { made: m } = below;
  if (n === 0 || m === 0) return false;
  const share = (failed + below.failed) / (n + m);
  const error = Math.sqrt(share * (1 - share) * (1 / n + 1 / m));
  return failed / n - below.failed / m > clearly * error;
}
