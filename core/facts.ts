import type { Series } from './evidence.ts';

/** Thrown where a rule asks for a fact that the evidence does not hold; it makes the rule undecided. */
export class MissingFact extends Error {
  override readonly name = 'MissingFact';
}

/** One time series as rules see it. */
export class SeriesFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly max: number;
  readonly min: number;
  readonly mean: number;
  readonly last: number;
  readonly samples: number;

  constructor({ labels, points }: Series) {
    const values = points.map(([, value]) => value);
    this.labels = labels;
    this.max = Math.max(...values);
    this.min = Math.min(...values);
    this.mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    this.last = values.at(-1) ?? Number.NaN;
    this.samples = values.length;
  }
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
    // In an order of their own, so that the order of arrival never matters.
    this.series = series
      .filter(({ points }) => points.length > 0)
      .map((one) => new SeriesFacts(one))
      .sort((a, b) => (sameLabels(a) < sameLabels(b) ? -1 : 1));
    this.count = this.series.length;
    this.samples = this.series.reduce((sum, one) => sum + one.samples, 0);
    this.sum = this.series.reduce((sum, one) => sum + one.last, 0);
  }

  get max(): number {
    return Math.max(...this.#some().map(({ max }) => max));
  }

  get min(): number {
    return Math.min(...this.#some().map(({ min }) => min));
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

  #some(): readonly SeriesFacts[] {
    if (this.series.length === 0) throw new MissingFact('no series to compare');
    return this.series;
  }

  #pair(other: MetricFacts, combine: (mine: number, its: number) => number | undefined): MetricFacts {
    const others = new Map(other.series.map((one) => [sameLabels(one), one.last]));
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
