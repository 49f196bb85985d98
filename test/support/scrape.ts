/** What a process said about itself. */
export interface Scrape {
  readonly text: string;
  /** Of all series; those of a histogram end in `_bucket`, `_sum` and `_count`. */
  readonly names: ReadonlySet<string>;
  /** The sum over all series that have these labels; undefined where there is none. */
  readonly sum: (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Asks a process of this machine for its metrics. */
export async function scrape(port: number): Promise<Scrape> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return readExposition(await response.text());
}

export function readExposition(text: string): Scrape {
  const series = text.split('\n').flatMap((one) => {
    const [, name = '', inside = '', value] = line.exec(one) ?? [];
    const labels = new Map(
      [...inside.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', said = '']) => [key, said]),
    );
    return value === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
  return {
    text,
    names: new Set(series.map(({ name }) => name)),
    sum: (name, labels = {}) => {
      const wanted = Object.entries(labels);
      const found = series.filter(
        (one) => one.name === name && wanted.every(([key, value]) => one.labels.get(key) === value),
      );
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
