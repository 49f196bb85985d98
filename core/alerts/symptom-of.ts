import type { Symptom } from '../playbook/symptom.ts';
import type { Alert } from './alert.ts';

/** What of a symptom tells whether an alert points to it. */
export type SymptomPatterns = Pick<Symptom, 'id' | 'alerts' | 'messages'>;

/**
 * The symptom that an alert points to: a runbook that is called like it, else the name of the alert, else the name of its
 * runbook, else what it says. Without one all symptoms are looked at.
 */
export function symptomOf(alert: Alert, symptoms: readonly SymptomPatterns[]): string | undefined {
  const runbooks = alert.runbooks.map(lastWordsOf);
  const called = symptoms.find(({ id }) => runbooks.includes(id));
  if (called !== undefined) return called.id;
  for (const name of [alert.name, ...runbooks]) {
    const found = earliest(joined(name), symptoms, ({ alerts }) => alerts);
    if (found !== undefined) return found;
  }
  for (const text of alert.texts) {
    const found = earliest({ text, starts: undefined }, symptoms, ({ messages }) => messages);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `…/runbooks/dns-failures.md#look` → `dns-failures` */
function lastWordsOf(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return path
    .replace(/\/+$/, '')
    .replace(/^.*\//, '')
    .replace(/\.(md|html?)$/, '');
}

interface Name {
  readonly text: string;
  /** Where words begin, if a match has to begin with one. */
  readonly starts: ReadonlySet<number> | undefined;
}

/**
 * `High error rate` is `HighErrorRate` to a pattern for names. Where words were put together a match begins with one: there
 * is no `ssl` in `less load`.
 */
function joined(name: string): Name {
  const words = name
    .split(/[^a-zA-Z0-9]+|(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])/)
    .filter((word) => word !== '');
  if (!/[^a-zA-Z0-9]/.test(name)) return { text: name, starts: undefined };
  let at = 0;
  const starts = new Set(words.map((word) => (at += word.length) - word.length));
  return { text: words.join(''), starts };
}

/** What comes first says of what kind it is (`DNSLatency`); of two that begin at once, the longer. */
function earliest(
  { text, starts }: Name,
  symptoms: readonly SymptomPatterns[],
  patternsOf: (symptom: SymptomPatterns) => readonly RegExp[],
): string | undefined {
  const matches = symptoms.flatMap((symptom) =>
    patternsOf(symptom).flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern.source, 'gi'))]
        .filter(({ index }) => starts?.has(index) ?? true)
        .map(({ index, 0: { length } }) => ({ id: symptom.id, index, length })),
    ),
  );
  return matches.sort((a, b) => a.index - b.index || b.length - a.length)[0]?.id;
}
