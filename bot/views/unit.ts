import type { FormatName } from '../../core/format.ts';

/** What the numbers of a look are, as far as its title says. */
export function unitOf(
  title: string,
): Extract<FormatName, 'percent' | 'rate' | 'seconds' | 'bytes' | 'number'> {
  if (/\bshare\b|\bratio\b/i.test(title)) return 'percent';
  if (/\b(a|per) second\b|\/s\b/i.test(title)) return 'rate';
  if (/\bbytes\b/i.test(title)) return 'bytes';
  if (/\b(seconds|latency|duration)\b/i.test(title)) return 'seconds';
  return 'number';
}
