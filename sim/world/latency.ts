/** A distribution of durations, in seconds. */
export interface Latency {
  /** The share of durations that are at most `seconds`. */
  readonly atMost: (seconds: number) => number;
  readonly mean: number;
}

/** Rarer than one in a million is never: a tail of the formula must not put single events into far buckets. */
const negligible = 1e-6;

/** Durations around a median, log-logistic; the greater the sharpness, the fewer stragglers. */
export function around(median: number, sharpness = 6): Latency {
  const angle = Math.PI / sharpness;
  return {
    atMost: (seconds) => {
      const below = seconds <= 0 ? 0 : 1 / (1 + (seconds / median) ** -sharpness);
      return 1 - below < negligible ? 1 : below;
    },
    mean: (median * angle) / Math.sin(angle),
  };
}

/** Durations spread evenly between two bounds. */
export function between(low: number, high: number): Latency {
  return {
    atMost: (seconds) => Math.max(0, Math.min(1, (seconds - low) / (high - low))),
    mean: (low + high) / 2,
  };
}

/** Two steps one after the other, the first of them a nearly constant delay. */
export function after(delay: number, latency: Latency): Latency {
  return { atMost: (seconds) => latency.atMost(seconds - delay), mean: delay + latency.mean };
}
