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

/** Above this variance the normal distribution stands in for the binomial one, which would have too many terms. */
const manyEnough = 10_000;
/** Of the normal distribution: 5 % lie below −1.645 standard deviations. */
const fivePercentPoint = -1.645;

/**
 * Whether `failures` of `attempts` exclude a true failure rate of `rate` or more at 95 % confidence: the exact binomial
 * chance of so few, were the rate that high, is at most 5 %. Counts are rounded, as PromQL's `increase` extrapolates
 * them.
 */
export function isRarer(failures: number, attempts: number, rate: number): boolean {
  const seen = Math.max(0, Math.round(failures));
  const of = Math.round(attempts);
  const mean = of * rate;
  if (seen >= of || seen >= mean || rate <= 0 || rate >= 1) return false;
  const variance = mean * (1 - rate);
  if (variance > manyEnough) return (seen + 0.5 - mean) / Math.sqrt(variance) <= fivePercentPoint;
  // Terms of the distribution from 0 failures up, in logarithms: (1 − rate)ⁿ underflows.
  const odds = Math.log(rate) - Math.log1p(-rate);
  let term = of * Math.log1p(-rate);
  let chance = Math.exp(term);
  for (let k = 1; k <= seen; k++) {
    term += Math.log(of - k + 1) - Math.log(k) + odds;
    chance += Math.exp(term);
  }
  return chance <= 0.05;
}
