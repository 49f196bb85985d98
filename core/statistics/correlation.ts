import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { mean, pairs, type Points } from './points.ts';
import { ranks } from './ranks.ts';

/** Fewer pairs than these follow each other by accident too often, and the approximation of p is too rough. */
const fewestPairs = 6;

/**
 * How far two series rise and fall together: Spearman's rank correlation, so any rising relation counts, not only a
 * straight one (Spearman, 1904). Points are paired by equal timestamps; equal values share their mean rank.
 *
 * - `r`: from −1 (one falls wherever the other rises) to 1 (both rise together).
 * - `p`: the chance of an `r` at least as far from 0, if they had nothing to do with each other: Student's t with n − 2
 *   degrees of freedom (as R's `cor.test(exact = FALSE)`). Series whose neighbouring points hang together, as under a
 *   long `rate` range, give a p that is too small.
 * - `n`: how many pairs.
 *
 * Undefined below 6 pairs and where a series is constant. A correlation names no cause: load raises both.
 */
export function correlation(a: Points, b: Points): { r: number; p: number; n: number } | undefined {
  const paired = pairs(a, b);
  const n = paired.length;
  if (n < fewestPairs) return undefined;
  const r = pearson(ranks(paired.map(({ a }) => a)), ranks(paired.map(({ b }) => b)));
  if (Number.isNaN(r)) return undefined;
  const t = Math.abs(r) * Math.sqrt((n - 2) / (1 - r * r));
  return { r, p: 2 * tCdf(-t, n - 2), n };
}

/** NaN where one of them is constant. */
function pearson(a: readonly number[], b: readonly number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let both = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (const [index, value] of a.entries()) {
    const fromA = value - meanA;
    const fromB = (b[index] ?? meanB) - meanB;
    both += fromA * fromB;
    squaresA += fromA * fromA;
    squaresB += fromB * fromB;
  }
  // Ranks are multiples of ½, so these sums and their product are exact: perfect order gives exactly 1.
  return both / Math.sqrt(squaresA * squaresB);
}
