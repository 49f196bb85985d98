/**
 * Two arms of an experiment: the same attempts with one thing different, as with and without the sidecar. `failedA` of
 * `ofA` attempts failed in the one, `failedB` of `ofB` in the other. Counts are rounded; impossible ones (see counts.ts)
 * show nothing, neither a difference nor its absence.
 */
import { falseAccusation, falseElimination, proportionInterval } from './binomial.ts';
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
 * most one time in a hundred (`falseAccusation`); so is that of any of `among` suspects, where A is one of them.
 */
export function isWorse(failedA: number, ofA: number, failedB: number, ofB: number, among = 1): boolean {
  const a = counts(failedA, ofA);
  const b = counts(failedB, ofB);
  return a !== undefined && b !== undefined && chanceOfAtLeast(a, b) <= falseAccusation / among;
}

/**
 * Whether A's share of failures is shown to be less than `factor` (above 1) times B's, at 95 % confidence: what A has
 * and B has not makes failures no `factor` times as common. An elimination, so it is wrong at most one time in twenty
 * (`falseElimination`), and that is spent on two steps (Berger and Boos, JASA 1994):
 *
 * - 1 %: B's share is at least so much (Clopper and Pearson's lower bound). Where `factor` times that is more than all,
 *   A has no room: so it is told where everything fails.
 * - 4 %: with at least that share, `factor` times as often means odds at least so many times as high; the exact
 *   conditional test of these odds (Cornfield, 1956; the one-sided bound of R's `fisher.test`).
 *
 * Arms without failures show nothing here; whether those were enough attempts is for `isRarer`. Where the arms are alike
 * and failures rare, a factor of 2 takes some 16 failures in each, a factor of 3 some 7.
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
  const { low } = proportionInterval(b.failed, b.of, 1 - 2 * falseAccusation);
  if (low * factor >= 1) return true;
  const odds = (factor * (1 - low)) / (1 - factor * low);
  // So few failures in A are so many in B, seen from where the odds are that many times as high in A.
  return chanceOfAtLeast(b, a, 1 / odds) <= falseElimination - falseAccusation;
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
