import type { Series } from '../../core/evidence.ts';
import { formatValue, type FormatName } from '../../core/format.ts';

type Points = Series['points'];

/** `from 0/s to 3.5/s` */
export function sayRange(points: Points, unit: FormatName): string {
  const values = points.map(([, value]) => value);
  return `from ${formatValue(Math.min(...values), unit)} to ${formatValue(Math.max(...values), unit)}`;
}

/** `from 2/s to 3.5/s before, from 0/s to 0.1/s after` */
export function sayChange(points: Points, unit: FormatName, changedAt: number): string {
  const say = (some: Points): string => (some.length === 0 ? 'not seen' : sayRange(some, unit));
  const before = points.filter(([at]) => at <= changedAt);
  const after = points.filter(([at]) => at > changedAt);
  return `${say(before)} before, ${say(after)} after`;
}
