import type { Located, Problems } from './problem.ts';

/** What a scrape found: a value, a series that has ended, or nothing at all. */
export type Sample = number | 'stale' | undefined;

/** The labels of one series; its metric name is `__name__`, as in Prometheus. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** A series as a case states it, one sample an interval from the start of the window. */
export interface StatedSeries {
  readonly labels: SeriesLabels;
  readonly samples: readonly Sample[];
}

const number = String.raw`[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)`;
const times = String.raw`x(\d+)`;
const gap = new RegExp(`^_(?:${times})?$`);
const run = new RegExp(`^(${number})(?:([+-])(${number.replace('[+-]?', '')}))?(?:${times})?$`, 'i');

const expected = 'expected values such as 1 2.5, 0+10x120, 100-2x5, 5x3, _, _x3 or stale';

/**
 * Expands promtool's notation: `0+10x3` is 0 10 20 30 (a start and three more), `5x3` is 5 5 5 5, `_x3` three scrapes
 * that found nothing, `stale` the end of a series.
 * https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 */
export function parseSamples(source: Located, limit: number, problems: Problems): Sample[] | undefined {
  const samples: Sample[] = [];
  for (const { 0: item, index } of source.text.matchAll(/\{\{[^]*?(?:\}\}|$)|\S+/g)) {
    const repeated = expand(item);
    if (repeated === undefined) {
      const found = item.startsWith('{{') ? 'native histogram' : `"${item}"`;
      problems.report(`Unexpected ${found}, ${expected}`, source, index);
      return undefined;
    }
    if (samples.length + repeated.count > limit) {
      const count = samples.length + repeated.count;
      problems.report(`Unexpected ${count} samples, expected at most ${limit}`, source, index);
      return undefined;
    }
    for (const sample of steps(repeated)) samples.push(sample);
  }
  if (samples.length > 0) return samples;
  problems.report(`Unexpected end, ${expected}`, source, source.text.length);
  return undefined;
}

interface Run {
  readonly first: Sample;
  readonly step: number;
  readonly count: number;
}

function expand(item: string): Run | undefined {
  if (item === 'stale') return { first: 'stale', step: 0, count: 1 };
  const blank = gap.exec(item);
  if (blank !== null) return { first: undefined, step: 0, count: Number(blank[1] ?? 1) };
  const [, first, sign, step, more] = run.exec(item) ?? [];
  if (first === undefined || (sign !== undefined && more === undefined)) return undefined;
  return {
    first: read(first),
    step: step === undefined ? 0 : read(`${sign ?? ''}${step}`),
    count: Number(more ?? 0) + 1,
  };
}

function read(text: string): number {
  const [, sign, digits = ''] = /^([+-]?)(.*)$/.exec(text.toLowerCase()) ?? [];
  const size = digits === 'inf' ? Number.POSITIVE_INFINITY : Number(digits);
  return sign === '-' ? -size : size;
}

/** Added up step by step, as promtool does, so that the last digit is the same. */
function* steps({ first, step, count }: Run): Generator<Sample> {
  let value = first;
  for (let index = 0; index < count; index++) {
    yield value;
    if (typeof value === 'number' && step !== 0) value += step;
  }
}

const nameAndBrace = /([a-zA-Z_:][\w:]*)?\s*(\{\s*)?/y;
const matcher = /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\["\\nt])*")\s*(?:,\s*|(?=\}))/y;
const end = /\s*$/y;
const braceAndEnd = /\}\s*$/y;

/** Reads `name{label="value",…}`, which must name one series: no other operator than `=`. */
export function parseSeries(source: Located, problems: Problems): SeriesLabels | undefined {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source.text) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  const refuse = (wanted: string, place: number): SeriesLabels | undefined => {
    const rest = source.text.slice(place).trim();
    problems.report(`Unexpected ${rest === '' ? 'end' : rest}, expected ${wanted}`, source, place);
    return undefined;
  };

  const labels = new Map<string, string>();
  const [, name, brace] = take(nameAndBrace) ?? [];
  if (name !== undefined) labels.set('__name__', name);
  for (;;) {
    const start = at;
    const [, label, operator, value = '""'] = (brace === undefined ? undefined : take(matcher)) ?? [];
    if (label === undefined) break;
    if (operator !== '=') return refuse('label="value": a case states one series', start);
    if (labels.has(label)) return refuse('each label once', start);
    labels.set(label, JSON.parse(value) as string);
  }
  if (take(brace === undefined ? end : braceAndEnd) === undefined)
    return refuse(brace === undefined ? 'name{label="value"}' : 'label="value" or }', at);
  if (!labels.has('__name__')) return refuse('a metric name', 0);
  // To Prometheus an empty label is one that is not there.
  return Object.fromEntries([...labels].filter(([, value]) => value !== ''));
}
