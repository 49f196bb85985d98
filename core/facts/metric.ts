import type { Series } from '../evidence.ts';
import { bucketShare, type Bucket } from '../statistics/buckets.ts';
import { changePoint } from '../statistics/change-point.ts';
import { concentration } from '../statistics/concentration.ts';
import { correlation } from '../statistics/correlation.ts';
import { increase } from '../statistics/counters.ts';
import { largest, smallest } from '../statistics/extremes.ts';
import { idleComparison } from '../statistics/idle.ts';
import { classifyBuckets } from '../signatures/classify.ts';
import { Change, Correlation, Culprit, Idle, LatencySignature } from './findings.ts';
import { MissingFact } from './missing.ts';

/** One time series as rules see it. */
export class SeriesFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly max: number;
  readonly min: number;
  readonly mean: number;
  readonly last: number;
  readonly samples: number;
  readonly #points: Series['points'];

  constructor({ labels, points }: Series) {
    const values = points.map(([, value]) => value);
    this.labels = labels;
    this.#points = points;
    this.max = largest(values);
    this.min = smallest(values);
    this.mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    this.last = values.at(-1) ?? Number.NaN;
    this.samples = values.length;
  }

  /** How much a raw counter grew from its first to its last point, resets included. */
  increase(): number {
    return increase(this.#points) ?? missing('too few points to see growth');
  }

  change(): Change {
    return new Change(changePoint(this.#points), this.#points.at(-1)?.[0] ?? Number.NaN);
  }

  correlation(other: SeriesFacts): Correlation {
    const found = correlation(this.#points, other.#points);
    return new Correlation(found ?? missing('too few points at the same time to compare'));
  }

  /** This series counts failures a second, `load` attempts a second: are failures as common when there is little to do? */
  idle(load: SeriesFacts): Idle {
    return new Idle(
      idleComparison(load.#points, this.#points) ?? missing('too few points to tell quiet from busy'),
    );
  }
}

function missing(why: string): never {
  throw new MissingFact(why);
}

/**
 * The answer of one PromQL query as rules see it. `max`, `min` and `mean` go over all points of all series and are
 * unknown where there are none; `sum` adds the last values of the series, `count` counts series and `samples` points.
 */
export class MetricFacts {
  readonly series: readonly SeriesFacts[];
  readonly sum: number;
  readonly count: number;
  readonly samples: number;

  constructor(series: readonly Series[]) {
    this.series = eachOnce(series).map((one) => new SeriesFacts(one));
    this.count = this.series.length;
    this.samples = this.series.reduce((sum, one) => sum + one.samples, 0);
    this.sum = this.series.reduce((sum, one) => sum + one.last, 0);
  }

  get max(): number {
    return largest(this.#some().map(({ max }) => max));
  }

  get min(): number {
    return smallest(this.#some().map(({ min }) => min));
  }

  get mean(): number {
    return this.#some().reduce((sum, { mean, samples }) => sum + mean * samples, 0) / this.samples;
  }

  /** The series whose label has this value; none is unknown, not zero, and several are as unknown. */
  at(label: string, value: string): SeriesFacts {
    const [found, second] = this.series.filter((one) => one.labels[label] === value);
    if (found === undefined) throw new MissingFact(`no data for ${label} ${value}`);
    if (second !== undefined) throw new MissingFact(`more than one series for ${label} ${value}`);
    return found;
  }

  /** The one series there is; of several nobody can tell which was meant. */
  only(): SeriesFacts {
    const [first, second] = this.#some();
    if (first === undefined || second !== undefined)
      throw new MissingFact(`${this.count} series where one was expected`);
    return first;
  }

  /** The series with the highest maximum, of equals the first by its labels. */
  top(): SeriesFacts {
    return this.#some().reduce((highest, one) => (one.max > highest.max ? one : highest));
  }

  /** Each series divided by that of `whole` with the same labels; one without a counterpart, or with 0 of it, is left out. */
  over(whole: MetricFacts): MetricFacts {
    return this.#pair(whole, (part, all) => (all === 0 ? undefined : part / all));
  }

  /** From each series that of `other` with the same labels is taken away; one without a counterpart is left out. */
  minus(other: MetricFacts): MetricFacts {
    return this.#pair(other, (mine, its) => mine - its);
  }

  /** These series count failures, `attempts` what was tried, each by `label`: whose share stands out? */
  worst(attempts: MetricFacts, label: string): Culprit {
    const groups = attempts.series.map(({ labels, last }) => {
      const key = labels[label] ?? missing(`no label ${label} to tell series apart by`);
      return { key, failed: this.at(label, key).last, of: last };
    });
    return new Culprit(concentration(groups));
  }

  /** Of a cumulative histogram by `le`: the share of observations above `from` and up to `to`. */
  shareBetween(from: number, to: number): number {
    return bucketShare(this.#buckets(), from, to) ?? missing(`no buckets from ${from} to ${to}`);
  }

  signature(): LatencySignature {
    return new LatencySignature(classifyBuckets(this.#buckets()));
  }

  #buckets(): readonly Bucket[] {
    return this.#some()
      .map(({ labels, last }) => ({ le: boundOf(labels['le']), count: last }))
      .sort((a, b) => a.le - b.le);
  }

  #some(): readonly SeriesFacts[] {
    if (this.series.length === 0) throw new MissingFact('no series to compare');
    return this.series;
  }

  #pair(other: MetricFacts, combine: (mine: number, its: number) => number | undefined): MetricFacts {
    const others = new Map(other.series.map((one) => [sameLabels(one), one.last]));
    if (!this.series.some((one) => others.has(sameLabels(one))))
      throw new MissingFact('no two series with the same labels to compare');
    return new MetricFacts(
      this.series.flatMap((one) => {
        const its = others.get(sameLabels(one));
        const value = its === undefined ? undefined : combine(one.last, its);
        return value === undefined ? [] : [{ labels: one.labels, points: [[0, value]] }];
      }),
    );
  }
}

function sameLabels({ labels }: SeriesFacts): string {
  return JSON.stringify(Object.entries(labels).sort());
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}

/**
 * In an order of their own, so that the order of arrival never matters. A series that came twice, as from two replicas
 * behind one address, is one; empty ones say nothing.
 */
function eachOnce(series: readonly Series[]): readonly Series[] {
  const byContent = new Map(
    series.map((one) => [JSON.stringify([Object.entries(one.labels).sort(), one.points]), one]),
  );
  return [...byContent.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one)
    .filter(({ points }) => points.length > 0);
}
