/** One bucket of a Prometheus histogram: `count` observations at or below `le`, those of the buckets below included. */
export interface Bucket {
  readonly le: number;
  readonly count: number;
}

/**
 * The share (0 to 1) of observations above `from` and at or below `to`, in the histogram's unit: exact where
 * `histogram_quantile` would guess inside a bucket, so a cluster at 1 s stays a cluster. `to` may be Infinity. `from` may
 * be 0 where all boundaries are above it, as Prometheus takes it for the lower edge of the first bucket.
 *
 * Undefined if one of them is no boundary, if nothing was observed, and without the bucket of Infinity, which counts all
 * observations. Counts are of one histogram, or sums over several with the same boundaries.
 */
export function bucketShare(buckets: readonly Bucket[], from: number, to: number): number | undefined {
  const upTo = (boundary: number) => buckets.find(({ le }) => le === boundary)?.count;
  const all = upTo(Infinity) ?? 0;
  const below = from === 0 && buckets.every(({ le }) => le > 0) ? 0 : upTo(from);
  const within = upTo(to);
  if (!(all > 0) || below === undefined || within === undefined || from >= to) return undefined;
  // Buckets that were scraped or rated apart may shrink a little; a share never does.
  return Math.min(1, Math.max(0, (within - below) / all));
}
