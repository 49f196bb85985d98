import { formatValue } from '../../core/format.ts';
import type { Signature } from '../../core/signatures/classify.ts';
import { columns } from './table.ts';

interface Bin {
  readonly label: string;
  readonly count: number;
}

/** Fewer are told by their percentiles. */
const fewest = 10;
const widestBar = 30;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** How the times (milliseconds) lie: by the timer that they keep to, or in bins of 1, 2, 5, 10. */
export function sayHistogram(
  times: readonly number[],
  signature: Signature | undefined,
  width: number,
): string[] {
  if (times.length < fewest) return [];
  const bins = signature === undefined ? byTime(times) : bySignature(times.length, signature);
  const room =
    width - 2 - 4 - widthOf(bins.map(({ label }) => label)) - widthOf(bins.map(({ count }) => say(count)));
  const widest = Math.max(1, Math.min(widestBar, room));
  const most = Math.max(...bins.map(({ count }) => count));
  return columns(
    withGaps(bins).map((bin) =>
      bin === 'gap'
        ? [{ right: '⋮' }]
        : [{ right: bin.label }, { right: say(bin.count) }, bar((bin.count / most) * widest)],
    ),
  );
}

/** In eighths of a character; what is there at all is seen. */
function bar(length: number): string {
  if (length === 0) return '';
  const parts = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}

function byTime(times: readonly number[]): Bin[] {
  const counts = new Map<number, number>();
  for (const ms of times) counts.set(endOf(ms), (counts.get(endOf(ms)) ?? 0) + 1);
  const ends = [...counts.keys()].sort((a, b) => a - b);
  const last = ends.at(-1) ?? 0;
  const bins: Bin[] = [];
  for (let end = ends[0] ?? last; end <= last; end = endOf(end))
    bins.push({ label: `< ${formatValue(end / 1000, 'seconds')}`, count: counts.get(end) ?? 0 });
  return bins;
}

/** The first of …, 1, 2, 5, 10, 20, 50, … that is larger. */
function endOf(ms: number): number {
  // What a clock of microseconds calls less is called 10 µs.
  let power = Math.floor(Math.log10(Math.max(ms, 0.01)) + 1e-9);
  for (; ; power++)
    for (const step of [1, 2, 5]) {
      const end = Number((step * 10 ** power).toPrecision(1));
      if (end > ms) return end;
    }
}

function bySignature(all: number, { clusters, events, of }: Signature): Bin[] {
  return [
    { label: 'on time', count: all - of },
    ...clusters.map(({ at, count }) => ({ label: `${formatValue(at, 'seconds')} late`, count })),
    ...(of > events ? [{ label: 'otherwise late', count: of - events }] : []),
  ];
}

/** Three empty bins in a row or more are a gap. */
function withGaps(bins: readonly Bin[]): (Bin | 'gap')[] {
  const isEmpty = (n: number): boolean => bins[n]?.count === 0;
  const within = (n: number): boolean =>
    isEmpty(n) &&
    [
      [n - 2, n - 1],
      [n - 1, n + 1],
      [n + 1, n + 2],
    ].some((others) => others.every(isEmpty));
  return bins.flatMap((bin, n): (Bin | 'gap')[] => {
    if (!within(n)) return [bin];
    return within(n - 1) ? [] : ['gap'];
  });
}

function say(count: number): string {
  return formatValue(count, 'count');
}

function widthOf(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length));
}
