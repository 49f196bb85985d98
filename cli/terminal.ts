import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** What is written to: a terminal that knows its width, or a pipe or file that has none. */
export interface Screen {
  readonly columns?: number;
}

/** Between 40 and 100 columns: lines beyond that are hard to read. */
export function widthOf({ columns = 100 }: Screen): number {
  return Math.max(40, Math.min(columns, 100));
}

export function wrap(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: true });
}

/** What was read from a cluster or a file never steers the terminal: no escapes, no control characters, no reversed direction. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** A text with all its lines but the first moved to the right. */
export function indent(text: string, by = 2): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}
