import { Cannot } from '../../prober/cannot.ts';
import { say } from '../../prober/guard.ts';
import { CliError } from '../error.ts';

/** What is wrong with an argument, in one line: where, what was found, what was expected. */
export function unexpected(where: string, text: string, expected: string): CliError {
  const found = text === '' ? 'end' : say(text);
  return new CliError(`${where}: Unexpected ${found}, expected ${expected}`, 2);
}

/** A whole number, as it is usually written. */
export function whole(where: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw unexpected(where, text, `a whole number from ${least} to ${most}`);
}

/** Seconds, with a fraction or without. */
export function seconds(where: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d{1,6}(\.\d{1,6})?$/.test(text) && value >= least && value <= most) return value;
  throw unexpected(where, text, `seconds from ${least} to ${most}`);
}

export function choice<const T extends string>(where: string, text: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === text);
  if (found !== undefined) return found;
  throw unexpected(where, text, choices.join(', ').replace(/, ([^,]*)$/, ' or $1'));
}

/** `60, 350`: each part read by itself, and a mistake is told with the character at which its part begins. */
export function list<T>(where: string, text: string, read: (where: string, part: string) => T): T[] {
  let at = 1;
  return text.split(',').map((part) => {
    const blank = part.length - part.trimStart().length;
    const value = read(`${where}, character ${at + blank}`, part.trim());
    at += part.length + 1;
    return value;
  });
}

/** What the prober's own checks refuse, told as a mistake of whoever typed it. */
export function guarded<T>(where: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Cannot) throw new CliError(`${where}: ${error.message}`, 2, { cause: error });
    throw error;
  }
}
