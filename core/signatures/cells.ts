import { templates, type Template } from './templates.ts';

/** The slow attempts that took longer than `from` and at most `to` seconds. */
export interface Cell {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The times of the template (by index) that land here, with which part of them; none in a gap between them. */
  readonly steps: readonly { readonly step: number; readonly part: number }[];
  /** It has no end, `to` is a guess: whatever lies here could be anything. */
  readonly open?: true;
}

/** How long attempts take (seconds) that nothing delays. */
export interface Base {
  /** Nearly all lie between these two. */
  readonly low: number;
  readonly high: number;
  readonly middle: number;
  /** What takes longer is slow. */
  readonly end: number;
}

/** By which part of itself a delay may miss the time of its template. */
const jitter = 0.15;
/** What is slower than normal by less than this part of a template's first time says nothing about the template. */
const hole = 0.3;

/** What nothing delays takes exactly `seconds`. */
export function steadyBase(seconds: number): Base {
  return { low: seconds, middle: seconds, high: seconds, end: seconds };
}

/** How many of the `sorted` are at most `value`. */
export function atMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? value) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The widest base, as the standard deviation of the logarithm: nearly all normal attempts are over within 27 times what
 * the quickest third takes. One distribution through a near server and a far one, or through quiet seconds and busy ones,
 * would be so wide that no delay could be told from it.
 */
const widest = 0.8;

/**
 * A log-normal distribution through the 10 % and the 30 % point of the attempts: the slow ones, if they are fewer than
 * two thirds, do not move them. One of 6000 normal attempts lies beyond the end.
 */
export function baseOf(sorted: readonly number[]): Base {
  const [tenth, third] = [0.1, 0.3].map((part) =>
    // What a clock of milliseconds calls 0.
    Math.log(Math.max(sorted[Math.floor(part * sorted.length)] ?? 0, 1e-4)),
  ) as [number, number];
  // In standard deviations these points lie at −1.2816 and −0.5244.
  const deviation = Math.min((third - tenth) / 0.7572, widest);
  const at = (deviations: number) => Math.exp(third + (0.5244 + deviations) * deviation);
  return { low: at(-2.4), middle: at(0), high: at(2.4), end: at(3.6) };
}

/**
 * The slow attempts by where a template puts them; undefined where normal attempts and the template's first time are
 * too near to each other.
 */
export function cellsOfAttempts(
  sorted: readonly number[],
  base: Base,
  { times }: Template,
): Cell[] | undefined {
  const windows = times.map((time) => ({
    from: base.low + time * (1 - jitter),
    to: base.high + time * (1 + jitter),
  }));
  const [first] = times;
  const start = Math.max(base.end, base.middle + hole * first);
  const longest = sorted.at(-1) ?? 0;
  if (windows.some(({ from }) => from <= start)) return undefined;
  const edges = [start, ...windows.flatMap(({ from, to }) => [from, to])].sort((a, b) => a - b);
  return edges
    .map((from, i) => {
      const next = edges[i + 1] ?? longest;
      const steps = windows.flatMap((window, step) =>
        window.from <= from && next <= window.to
          ? [{ step, part: (next - from) / (window.to - window.from) }]
          : [],
      );
      // The last gap ends with the last attempt: what could have come later is no evidence.
      const to = steps.length === 0 ? Math.min(next, longest) : next;
      return { from, to, count: atMost(sorted, to) - atMost(sorted, from), steps };
    })
    .filter(({ from }) => from < longest);
}

/** A bucket of a Prometheus histogram: how many attempts took at most `le` seconds. */
export interface Bucket {
  readonly le: number;
  readonly count: number;
}

/** Buckets as cells, no longer cumulative; those without a usable bound or count are left out. */
export function cellsOfBuckets(buckets: readonly Bucket[]): Cell[] {
  const sorted = buckets.filter(({ le, count }) => le > 0 && count >= 0).sort((a, b) => a.le - b.le);
  return sorted.map(({ le, count }, i) => {
    const below = sorted[i - 1] ?? { le: 0, count: 0 };
    // The extrapolation of `increase` may make cumulative counts fall by a little.
    const cell = { from: below.le, to: le, count: Math.max(0, count - below.count), steps: [] };
    return le === Infinity ? { ...cell, to: 2 * below.le, open: true } : cell;
  });
}

/**
 * The buckets that tell about a template, marked with its times. Undefined where they are too coarse: the first time
 * needs a bucket of its own, and one below it that holds neither it nor normal attempts, which end at `end` seconds.
 * Timers of kernels fire late, never early.
 */
export function cellsOfTemplate(
  buckets: readonly Cell[],
  end: number,
  template: Template,
): Cell[] | undefined {
  const [first] = template.times;
  const start = Math.max(end, ...buckets.map(({ to }) => to).filter((to) => to <= first / 2));
  const slow = buckets.filter(({ from }) => from >= start);
  const cells = slow.slice(0, slow.findLastIndex(({ count }) => count > 0) + 1).map((cell) => ({
    ...cell,
    steps: template.times.flatMap((time, step) => (holds(cell, time) ? [{ step, part: 1 }] : [])),
  }));
  const at = cells.findIndex((cell) => holds(cell, first));
  const own = cells[at];
  if (start === 0 || own === undefined || at === 0 || own.open) return undefined;
  if (end + first * (1 + jitter) > own.to) return undefined;
  const others = templates.filter(({ name, fails }) => name !== template.name && fails === template.fails);
  return others.some(({ times }) => holds(own, times[0])) ? undefined : cells;
}

/** Whether what is late by `time` lies in the cell: the attempt itself takes some time, too. */
function holds({ from, to }: Cell, time: number): boolean {
  return from <= time && time < to;
}
