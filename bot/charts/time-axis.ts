/** Distances between ticks that people read easily, in seconds. */
const steps = [60, 120, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600];
const mostTicks = 7;

/** Where a time axis has its ticks, in unix seconds: at round times of day, in UTC. */
export function timeTicks(from: number, to: number): number[] {
  const step = steps.find((one) => (to - from) / one <= mostTicks) ?? 24 * 3600;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** `14:05` */
export function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 16);
}

/** `time (UTC), 2026-11-21` */
export function axisTitle(from: number, to: number): string {
  const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
  const days = day(from) === day(to) ? day(from) : `${day(from)} to ${day(to)}`;
  return `time (UTC), ${days}`;
}
