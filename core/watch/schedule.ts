/*
 * When a watch looks again. All times are multiples of its first interval, which is a setting: 2, 5, 10, 20 and 40 min,
 * then hourly, for 6 h in all, where that is two minutes.
 */

const intervals = [1, 2.5, 5, 10, 20];
const thenEvery = 30;
const lasts = 180;

/** The shortest time that is looked back over, in seconds: below it metrics show too little. */
const shortestWindow = 300;
/** `rate()` needs several scrapes; a shorter window sees nothing. */
const shortestWindowOfChange = 60;

/** The time of day at which a watch ends, in unix milliseconds; `every` is the first interval in seconds. */
export function endOfWatch(startedAt: number, every: number): number {
  return startedAt + lasts * every * 1000;
}

/** Milliseconds from `now` until the round of that number, from 1; the last one is when the watch ends. */
export function delayUntil(round: number, startedAt: number, now: number, every: number): number {
  const interval = (intervals[round - 1] ?? thenEvery) * every * 1000;
  return Math.max(0, Math.min(interval, endOfWatch(startedAt, every) - now));
}

/**
 * How far a round looks back, in seconds: to the look before it, five minutes at least and never further than was asked
 * for at first. What was before a change of the cluster is not counted against it. All moments are unix milliseconds.
 */
export function windowOf(moments: {
  readonly now: number;
  readonly lookedAt: number;
  readonly changedAt: number | undefined;
  /** Seconds. */
  readonly asked: number;
}): number {
  const { now, lookedAt, changedAt, asked } = moments;
  const since = Math.min(asked, Math.max(shortestWindow, Math.ceil((now - lookedAt) / 1000)));
  if (changedAt === undefined) return since;
  return Math.min(since, Math.max(shortestWindowOfChange, Math.floor((now - changedAt) / 1000)));
}
