import { isScalar, type Document } from 'yaml';
import type { Located, Problems } from './problem.ts';
import { parseSamples, parseSeries, type StatedSeries } from './series-notation.ts';
import { entriesOf, textOf } from './yaml.ts';

/** Reads the `series` of the cases of one table; a mistake in an anchored series is reported once, however many use it. */
export class SeriesReader {
  readonly #table: Located;
  readonly #document: Document;
  readonly #problems: Problems;
  readonly #read = new Map<string, StatedSeries | undefined>();

  constructor(table: Located, document: Document, problems: Problems) {
    this.#table = table;
    this.#document = document;
    this.#problems = problems;
  }

  /**
   * The series of one case, each with at most `limit` samples. Two selectors that name the same series are one series,
   * whatever the order of their labels: a case's own takes the place of a merged one.
   */
  read(node: unknown, limit: number): StatedSeries[] {
    const found = new Map<string, { readonly series: StatedSeries; readonly merged: boolean }>();
    for (const { key, value, merged } of entriesOf(this.#document, node)) {
      if (!isScalar(value)) continue;
      const selector = textOf(this.#table, key);
      const series = this.#once(selector, textOf(this.#table, value), limit);
      if (series === undefined) continue;
      const name = JSON.stringify(Object.entries(series.labels).sort());
      const before = found.get(name);
      if (before?.merged === merged && !merged)
        this.#problems.report(`Unexpected second series ${selector.text}, expected each once`, selector);
      if (before === undefined || !merged) found.set(name, { series, merged });
    }
    return [...found.values()].map(({ series }) => series);
  }

  #once(selector: Located, samples: Located, limit: number): StatedSeries | undefined {
    const place = [selector, samples].map(({ line, column }) => `${line}:${column}`).join();
    const key = `${place} ${limit}`;
    if (!this.#read.has(key)) {
      const labels = parseSeries(selector, this.#problems);
      const values = parseSamples(samples, limit, this.#problems);
      this.#read.set(key, labels && values && { labels, samples: values });
    }
    return this.#read.get(key);
  }
}
