import type { Series } from '../../core/evidence.ts';

const maxLength = 44;

/** A name for each series: the values of the labels in which they differ. */
export function labelsOf(series: readonly Series[]): string[] {
  const names = new Set(series.flatMap(({ labels }) => Object.keys(labels)));
  const telling = [...names].filter((name) => new Set(series.map(({ labels }) => labels[name])).size > 1);
  return series.map(({ labels }) => {
    const values = telling.flatMap((name) => labels[name] ?? []);
    const text = values.length > 0 ? values.join(' / ') : Object.values(labels).join(' / ') || 'all';
    return shorten(text);
  });
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}
