import { setTimeout as sleep } from 'node:timers/promises';
import { directionOf } from '../core/remediation/compare.ts';
import type { Outcome } from '../core/remediation/outcome.ts';
import type { Remediation } from '../core/remediation/state.ts';
import { check, type Check, type Checker } from './check.ts';

const betweenChecksMs = 1500;
/** `rate()` needs several scrapes; a shorter window sees nothing. */
const shortestWindowSeconds = 60;
/** What was on its way when the change was made may still fail. */
const settlingSeconds = 15;

export interface Verifier extends Checker {
  /** A fix takes effect when endpoints, proxies and scrapes have followed: how long to wait for that, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * Makes the looks and probes that confirmed the cause again, until they say otherwise or patience ends. `goesOn` is asked
 * between two checks: where the change is being taken back meanwhile there is nothing to verify, and no outcome.
 */
export async function verify(
  verifier: Verifier,
  remediation: Remediation,
  goesOn: () => Promise<boolean>,
): Promise<Outcome | undefined> {
  const startedAt = Date.now();
  for (let round = 1; ; round++) {
    const since = Math.floor((Date.now() - startedAt) / 1000) - settlingSeconds;
    const checked = await check(verifier, remediation, {
      name: `check-${remediation.revision}-${round}`,
      windowSeconds: Math.max(shortestWindowSeconds, since),
    });
    if (!(await goesOn())) return undefined;
    if ('why' in checked) return cannotTell(checked.why);
    const outcome = outcomeOf(checked);
    const isOverNow = Date.now() - startedAt >= verifier.patienceMs;
    if (outcome.kind === 'fixed' || isOverNow) return outcome;
    await sleep(betweenChecksMs);
  }
}

function cannotTell(reason: string): Outcome {
  return { kind: 'cannot-tell', reason, compared: [], sideEffects: [] };
}

function outcomeOf({ decision, compared, sideEffects }: Check): Outcome {
  const found = { reason: decision.reason, compared: [...compared], sideEffects: [...sideEffects] };
  const direction = directionOf(compared);
  if (direction === 'worse') return { kind: 'worse', ...found };
  if (decision.status === 'eliminated') return { kind: 'fixed', ...found };
  if (direction === 'better') return { kind: 'better', ...found };
  return { kind: decision.status === 'confirmed' ? 'unchanged' : 'cannot-tell', ...found };
}

const baseline = 'baseline';

/** The arm of a trial that nothing has been done to: the looks and probes as they are just before. */
export async function measureBaseline(verifier: Verifier, remediation: Remediation): Promise<void> {
  await check(verifier, remediation, { name: baseline, windowSeconds: shortestWindowSeconds });
}

/** The arm of a trial that is treated, beside its baseline: the same looks and probes, once. */
export async function compareWithBaseline(verifier: Verifier, remediation: Remediation): Promise<Outcome> {
  const asked = { name: 'treated', windowSeconds: shortestWindowSeconds, against: baseline };
  const checked = await check(verifier, remediation, asked);
  return 'why' in checked ? cannotTell(checked.why) : outcomeOf(checked);
}
