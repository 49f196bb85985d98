import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../core/remediation/outcome.ts';
import type { Remediation } from '../core/remediation/state.ts';
import { check, outcomeOf, type Checker } from './check.ts';

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
    const outcome = outcomeOf(checked);
    if ('why' in checked) return outcome;
    const isOverNow = Date.now() - startedAt >= verifier.patienceMs;
    if (outcome.kind === 'fixed' || isOverNow) return outcome;
    await sleep(betweenChecksMs);
  }
}
