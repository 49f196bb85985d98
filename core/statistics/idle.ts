import { smallest } from './extremes.ts';
import { mean, pairs, type Pair, type Points } from './points.ts';

/** What failed in the quietest quarter of the time, and what in the busiest. */
export interface IdleComparison {
  /** Requests per second, on average. */
  readonly quietLoad: number;
  readonly busyLoad: number;
  /** Errors per second, on average. */
  readonly quietErrors: number;
  readonly busyErrors: number;
  /** Errors per request; undefined where there were no requests. */
  readonly quietShare: number | undefined;
  readonly busyShare: number | undefined;
  /** How many requests and errors that is: what `isAlike` and `isNoWorse` weigh. */
  readonly quietRequests: number;
  readonly busyRequests: number;
  readonly quietFailed: number;
  readonly busyFailed: number;
}

/** Half of this is the least: a quarter of one point is an accident. */
const fewestPairs = 8;

/**
 * Compares the quietest quarter of the points with the busiest: "errors are just as common when the cluster is idle".
 * `load` is requests per second, `errors` is errors per second, paired by equal timestamps; of equal loads the earlier
 * count as quieter. Counts are rate × time, and each point stands for the smallest gap between two of them, so holes
 * are not counted as looked at. The range of `rate()` must be no longer than that gap, or the same request is counted at
 * several points and the counts claim more than was seen.
 *
 * To say it honestly takes three things, each the caller's to ask for: `busyLoad` several times `quietLoad` (otherwise
 * nothing was idle); `isNoWorse(busyFailed, busyRequests, quietFailed, quietRequests, factor)`, since two similar shares
 * of a handful prove nothing; and errors of these very requests. Errors per second say something else: where they do not
 * move with load, something fails on its own, as health checks do.
 *
 * Undefined below 8 pairs.
 */
export function idleComparison(load: Points, errors: Points): IdleComparison | undefined {
  const paired = pairs(load, errors);
  if (paired.length < fewestPairs) return undefined;
  const byLoad = paired.toSorted((one, other) => one.a - other.a);
  const quarter = Math.floor(byLoad.length / 4);
  const seconds = smallestGap(paired);
  const quiet = summary(byLoad.slice(0, quarter), seconds);
  const busy = summary(byLoad.slice(-quarter), seconds);
  return {
    quietLoad: quiet.load,
    busyLoad: busy.load,
    quietErrors: quiet.errors,
    busyErrors: busy.errors,
    quietShare: quiet.share,
    busyShare: busy.share,
    quietRequests: quiet.requests,
    busyRequests: busy.requests,
    quietFailed: quiet.failed,
    busyFailed: busy.failed,
  };
}

function summary(points: readonly Pair[], seconds: number) {
  const load = mean(points.map(({ a }) => a));
  const errors = mean(points.map(({ b }) => b));
  const time = points.length * seconds;
  return {
    load,
    errors,
    share: load === 0 ? undefined : errors / load,
    requests: load * time,
    failed: errors * time,
  };
}

/** Seconds between the two neighbours that are nearest. */
function smallestGap(paired: readonly Pair[]): number {
  return smallest(paired.slice(1).map(({ at }, index) => at - (paired[index]?.at ?? at)));
}
