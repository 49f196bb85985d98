/** Whole failures of whole attempts, `0 ≤ failed ≤ of`, `of` at least 1. */
export interface Counts {
  readonly failed: number;
  readonly of: number;
}

/**
 * Beyond this many attempts counts are scaled down: the distributions are not proven above it (binomial-cdf 0.2.3 gives
 * chances below 0 from 10¹⁴ on), and fewer attempts with the same share only ever prove less.
 */
const mostAttempts = 1e9;

/**
 * Counts as they come out of PromQL: `increase` extrapolates them to fractions, and below zero is nothing. Undefined
 * for what proves nothing: no attempts, more failures than attempts, NaN, Infinity.
 */
export function counts(failures: number, attempts: number): Counts | undefined {
  const failed = Math.max(0, Math.round(failures));
  const of = Math.round(attempts);
  if (!(of > 0 && of < Infinity && failed <= of)) return undefined;
  if (of <= mostAttempts) return { failed, of };
  return { failed: Math.round((failed / of) * mostAttempts), of: mostAttempts };
}
