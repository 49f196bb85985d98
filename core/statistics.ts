/**
 * How many attempts without one failure exclude a true failure rate of `rate` at the given confidence:
 * the smallest n with (1 − rate)ⁿ ≤ 1 − confidence. 299 for 1 % at 95 %, 5 for 49 %
 * (exact binomial; the "rule of three" is its approximation for small rates).
 */
export function attemptsToExclude(rate: number, confidence = 0.95): number {
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  if (rate >= 1) return 1;
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-rate));
}
