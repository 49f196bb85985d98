import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { metricsOf, type LabelsOf, type MetricsOf, type NetcheckProcess } from '../core/metrics.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * What one process measures, in the text format of Prometheus when asked. Counters whose labels are known begin at zero:
 * Prometheus would not see the first of something that begins at one.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #refresh: (() => unknown)[] = [];
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  constructor(process: NetcheckProcess) {
    const registers = [this.#registry];
    for (const [name, { type, help, labels, buckets = [] }] of metricsOf(process)) {
      const common = { name, help, labelNames: Object.keys(labels), registers };
      const known = combinations(Object.entries(labels));
      if (type === 'gauge') this.#gauges.set(name, new Gauge(common));
      else if (type === 'counter') {
        const counter = new Counter(common);
        for (const one of known) counter.inc(one, 0);
        this.#counters.set(name, counter);
      } else {
        const histogram = new Histogram({ ...common, buckets: [...buckets] });
        for (const one of known) histogram.zero(one);
        this.#histograms.set(name, histogram);
      }
    }
  }

  /** Counts one more, or as many as `by` says. */
  add<Name extends MetricsOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    instrument(this.#counters, name).inc(labels, by);
  }

  observe<Name extends MetricsOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
    instrument(this.#histograms, name).observe(labels, seconds);
  }

  /** Shows these values and no others. */
  show<Name extends MetricsOf<'gauge'>>(
    name: Name,
    values: readonly (readonly [LabelsOf<Name>, number])[],
  ): void {
    const gauge = instrument(this.#gauges, name);
    gauge.reset();
    for (const [labels, value] of values) gauge.set(labels, value);
  }

  /** Has values found out whenever somebody asks. What is called is waited for: it must end soon, and not fail. */
  onScrape(refresh: () => unknown): void {
    this.#refresh.push(refresh);
  }

  /** Adds what Node knows of its process: memory, CPU, the event loop. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  async exposition(): Promise<string> {
    await Promise.all(this.#refresh.map((one) => one()));
    return this.#registry.metrics();
  }
}

function instrument<T>(instruments: ReadonlyMap<string, T>, name: string): T {
  const found = instruments.get(name);
  if (found === undefined) throw new Error(`this process has no metric ${name}`);
  return found;
}

/** Every combination of label values; none where a label may have any value. */
function combinations(labels: readonly (readonly [string, unknown])[]): Labels[] {
  return labels.reduce<Labels[]>(
    (all, [label, values]) =>
      isList(values) ? all.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))) : [],
    [{}],
  );
}

function isList(values: unknown): values is readonly string[] {
  return Array.isArray(values);
}
