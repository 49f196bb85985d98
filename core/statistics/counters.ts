import { numbers, type Points } from './points.ts';

/**
 * How much a counter grew between its first and its last point. A value below the one before is a reset to 0, as after
 * a restart, and all of it is growth: so Prometheus counts, but without `increase`'s extrapolation to the ends of the
 * window, so whole counts stay whole. Undefined below two points.
 */
export function increase(points: Points): number | undefined {
  const [first, ...later] = numbers(points).map(([, value]) => value);
  if (first === undefined || later.length === 0) return undefined;
  let growth = 0;
  let before = first;
  for (const value of later) {
    growth += value < before ? value : value - before;
    before = value;
  }
  return growth;
}

/** That growth per second between the first and the last point; undefined where no time lies between them. */
export function rate(points: Points): number | undefined {
  const known = numbers(points);
  const growth = increase(known);
  const seconds = (known.at(-1)?.[0] ?? 0) - (known[0]?.[0] ?? 0);
  return growth === undefined || seconds <= 0 ? undefined : growth / seconds;
}
