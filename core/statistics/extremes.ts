/**
 * The largest of some values, `-Infinity` of none and NaN beside a NaN, as `Math.max` says it, which takes only some
 * 100,000 arguments.
 */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

/** The smallest of some values, `Infinity` of none and NaN beside a NaN. */
export function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
