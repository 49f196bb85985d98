import { falseAccusation } from './binomial.ts';
import { numbers, type Points } from './points.ts';
import { ranks } from './ranks.ts';

/** One shift of a series from one level to another. */
export interface ChangePoint {
  /** Unix seconds of the first point of the new level. */
  readonly at: number;
  /** The medians of the points before and from `at` on, in the series' own unit. */
  readonly before: number;
  readonly after: number;
  /** The chance of a shift at least as marked, if the points came in any order. */
  readonly p: number;
}

/**
 * Where a series shifts from one level to another, once and for good: Pettitt's test (Applied Statistics 1979), which
 * knows only the order of the values, so neither outliers nor their distribution matter. With the ranks r of n points,
 * U(t) = 2·(r₁ + … + r_t) − t·(n + 1); the shift lies after the t with the greatest |U|, the first of equals, and
 * p ≈ 2·exp(−6·U² / (n³ + n²)), which is good to two decimals.
 *
 * Undefined unless p is at most 1 % (`falseAccusation`), which needs at least 16 points. A slope, a spike in the middle
 * or neighbouring points that hang together, as under a long `rate` range, can look like a shift: p holds for points
 * that do not.
 */
export function changePoint(points: Points): ChangePoint | undefined {
  const known = numbers(points);
  const values = known.map(([, value]) => value);
  const n = values.length;
  let sum = 0;
  let farthest = 0;
  let split = 0;
  for (const [index, rank] of ranks(values).entries()) {
    sum += 2 * rank - (n + 1);
    if (Math.abs(sum) > farthest) {
      farthest = Math.abs(sum);
      split = index + 1;
    }
  }
  const p = 2 * Math.exp((-6 * farthest ** 2) / (n ** 3 + n ** 2));
  const first = known[split];
  if (first === undefined || !(p <= falseAccusation)) return undefined;
  return { at: first[0], before: median(values.slice(0, split)), after: median(values.slice(split)), p };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}
