/**
 * What failures of attempts prove about the rate behind them. Attempts are taken to fail independently, each with the
 * same chance; attempts that share their luck (one burst, one connection) prove less than their number says.
 */
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { counts } from './counts.ts';

/** How often a cause is ruled out that is there: one time in twenty. */
export const falseElimination = 0.05;
/** How often something is accused that is innocent: one time in a hundred, as it costs more than a doubt. */
export const falseAccusation = 0.01;

/**
 * How many attempts without one failure exclude a true failure rate of `rate` at the given confidence:
 * the smallest n with (1 − rate)ⁿ ≤ 1 − confidence. 299 for 1 % at 95 %, 5 for 49 %
 * (exact binomial; the "rule of three" is its approximation for small rates: Hanley and Lippman-Hand, JAMA 1983).
 */
export function attemptsToExclude(rate: number, confidence = 1 - falseElimination): number {
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  if (rate >= 1) return 1;
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-rate));
}

/**
 * Whether `failures` of `attempts` exclude a true failure rate of `rate` or more at 95 % confidence: the exact binomial
 * chance of so few, were the rate that high, is at most 5 %. Counts are rounded, as PromQL's `increase` extrapolates
 * them; impossible counts and rates exclude nothing.
 */
export function isRarer(failures: number, attempts: number, rate: number): boolean {
  const seen = counts(failures, attempts);
  if (seen === undefined || !(rate < 1)) return false;
  return binomialCdf(seen.failed, seen.of, rate) <= falseElimination;
}

/**
 * Whether `failures` of `attempts` show a true failure rate above `rate` (a share from 0 to 1) at 99 % confidence: the
 * exact binomial chance of so many, were the rate no higher, is at most 1 %. Above a rate of 0 one failure is proof,
 * above 1 nothing is.
 */
export function isCommoner(failures: number, attempts: number, rate: number): boolean {
  const seen = counts(failures, attempts);
  if (seen === undefined) return false;
  // At least `failed` failures are at most `of − failed` successes.
  return binomialCdf(seen.of - seen.failed, seen.of, 1 - rate) <= falseAccusation;
}

/**
 * The true failure rates (shares from 0 to 1) that `failures` of `attempts` leave possible: the interval holds the true
 * one at least in `confidence` of all cases, and half of the misses lie on each side (Clopper and Pearson, Biometrika
 * 1934; the quantiles of the beta distribution). Without usable counts every rate is possible: 0 to 1.
 */
export function proportionInterval(
  failures: number,
  attempts: number,
  confidence = 1 - falseElimination,
): { low: number; high: number } {
  const seen = counts(failures, attempts);
  if (seen === undefined) return { low: 0, high: 1 };
  const { failed, of } = seen;
  const miss = (1 - confidence) / 2;
  return {
    low: failed === 0 ? 0 : betaQuantile(miss, failed, of - failed + 1),
    high: failed === of ? 1 : betaQuantile(1 - miss, failed + 1, of - failed),
  };
}
