/**
 * Two arms of an experiment: the same attempts with one thing different, as with and without the sidecar. `failedA` of
 * `ofA` attempts failed in the one, `failedB` of `ofB` in the other. Counts are rounded; impossible ones (see counts.ts)
 * show nothing, neither a difference nor its absence.
 */
import { falseAccusation, falseElimination, isCommoner } from './binomial.ts';
import { counts } from './counts.ts';
import { chanceOfAsUnlikely, chanceOfAtLeast } from './hypergeometric.ts';

/**
 * The chance (p) of arms at least as unlike as these, if they fail alike: Fisher's exact test, two-sided, which adds up
 * all tables with the same margins that are no more likely (Fisher, 1935; as R's `fisher.test`). 1 where nothing was
 * seen. A high p does not show that the arms are alike: see `isAlike`.
 */
export function fisherExact(failedA: number, ofA: number, failedB: number, ofB: number): number {
  const a = counts(failedA, ofA);
  const b = counts(failedB, ofB);
  return a === undefined || b === undefined ? 1 : chanceOfAsUnlikely(a, b);
}

/**
 * Whether A fails more often than B at 99 % confidence: Fisher's exact test, one-sided. An accusation, so it is wrong at
 * most one time in a hundred (`falseAccusation`).
 */
export function isWorse(failedA: number, ofA: number, failedB: number, ofB: number): boolean {
  const a = counts(failedA, ofA);
  const b = counts(failedB, ofB);
  return a !== undefined && b !== undefined && chanceOfAtLeast(a, b) <= falseAccusation;
}

/**
 * Whether A's share of failures is shown to be less than `factor` (above 1) times B's, at 95 % confidence: what A has
 * and B has not makes failures no `factor` times as common. An elimination, so it is wrong at most one time in twenty
 * (`falseElimination`), and that is spent on two ways to show it:
 *
 * - 4 %: the exact conditional test that the odds of failing are `factor` times as high in A (Cornfield, 1956; the
 *   one-sided bound of R's `fisher.test`). Shares differ by no more than odds do.
 * - 1 %: B fails in more than 1 in `factor` attempts (exact binomial), which leaves A no room. Where everything fails,
 *   only this can tell.
 *
 * Arms without failures show nothing here; whether those were enough attempts is for `isRarer`. A factor of 2 takes
 * about 16 failures in each arm where the arms are alike and failures rare.
 */
export function isNoWorse(
  failedA: number,
  ofA: number,
  failedB: number,
  ofB: number,
  factor: number,
): boolean {
  const a = counts(failedA, ofA);
  const b = counts(failedB, ofB);
  if (a === undefined || b === undefined || !(factor > 1)) return false;
  // So few failures in A are so many in B, seen from where the odds are `factor` times as high in A.
  const chance = chanceOfAtLeast(b, a, 1 / factor);
  return chance <= falseElimination - falseAccusation || isCommoner(b.failed, b.of, 1 / factor);
}

/**
 * Whether both arms fail alike: neither arm's share of failures is `factor` (above 1) times the other's or more. Not
 * "no significant difference", which too few attempts would give as well, but equivalence: two one-sided tests
 * (Schuirmann, 1987), each as in `isNoWorse`. Wrong at most one time in twenty (`falseElimination`), since only one of
 * the two can be.
 */
export function isAlike(failedA: number, ofA: number, failedB: number, ofB: number, factor: number): boolean {
  return isNoWorse(failedA, ofA, failedB, ofB, factor) && isNoWorse(failedB, ofB, failedA, ofA, factor);
}
