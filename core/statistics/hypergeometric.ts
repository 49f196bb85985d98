import type { Counts } from './counts.ts';
import { smallest } from './search.ts';

/**
 * The chance that arm A has at least as many failures as it has, given how many there are in both arms, if the odds of
 * failing (failures to successes) in A are `odds` times those in B: Fisher's noncentral hypergeometric distribution,
 * for odds of 1 the hypergeometric one of his exact test.
 */
export function chanceOfAtLeast(a: Counts, b: Counts, odds = 1): number {
  const { least, weights } = tables(a, b, odds);
  let tail = 0;
  let all = 0;
  for (let index = weights.length - 1; index >= 0; index--) {
    all += weights[index] ?? 0;
    if (least + index >= a.failed) tail = all;
  }
  return tail / all;
}

/** Chances that differ by rounding only count as equal; the tolerance of R's `fisher.test`. */
const tolerance = 1 + 1e-7;

/** The chance of a table no more likely than this one, given its margins, if both arms fail alike. */
export function chanceOfAsUnlikely(a: Counts, b: Counts): number {
  const { least, weights } = tables(a, b, 1);
  const own = (weights[a.failed - least] ?? 0) * tolerance;
  let asUnlikely = 0;
  let all = 0;
  for (const weight of weights) {
    all += weight;
    if (weight <= own) asUnlikely += weight;
  }
  return asUnlikely / all;
}

/** Weights smaller than this are taken for 0, before doubles lose their digits. */
const negligible = 1e-300;

/**
 * The weight of each number of failures in A, from `least` on, that the margins allow: 1 for the likeliest, and from
 * there each out of its neighbour, until it is negligible. Nothing overflows, and only some forty standard deviations to
 * each side are visited, however many attempts there are.
 */
function tables(a: Counts, b: Counts, odds: number): { least: number; weights: readonly number[] } {
  const failed = a.failed + b.failed;
  const lowest = Math.max(0, failed - b.of);
  const highest = Math.min(failed, a.of);
  /** Weight of `k + 1` failures in A to that of `k`; falls with k. */
  const ratio = (k: number) => (odds * (a.of - k) * (failed - k)) / ((k + 1) * (b.of - failed + k + 1));
  const likeliest = smallest(lowest, highest, (k) => k === highest || ratio(k) < 1);

  const down: number[] = [];
  for (let k = likeliest - 1, weight = 1; k >= lowest && weight > negligible; k--)
    down.push((weight /= ratio(k)));
  const up: number[] = [];
  for (let k = likeliest, weight = 1; k < highest && weight > negligible; k++) up.push((weight *= ratio(k)));
  return { least: likeliest - down.length, weights: [...down.reverse(), 1, ...up] };
}
