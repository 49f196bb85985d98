import { parseDuration } from './duration.ts';
import { parseCommand } from './request.ts';
import { nearest } from './text.ts';

/**
 * Whether words that are no command read as a sentence (`is checkout down?`), rather than as a command with a mistake in it
 * (`checkout sinec 30m`). A sentence is looked through for names; a mistake is pointed at.
 */
export function isProse(text: string, symptoms: readonly string[]): boolean {
  const [first, second, third] = text.trim().split(/\s+/);
  if (first === undefined || isWordOfItsOwn(first)) return false;
  if (second === undefined) return /^[^a-z0-9`]|[?!,:]$/i.test(first);
  return !resemblesOption(second, third, symptoms);
}

/** `status`, `cancel`: a Service may be called so, too, and is then not what was meant. */
function isWordOfItsOwn(word: string): boolean {
  return /^[a-z]+$/.test(word) && parseCommand(word, []).kind !== 'triage';
}

function resemblesOption(word: string, next: string | undefined, symptoms: readonly string[]): boolean {
  const isTime = (one: string | undefined) => one !== undefined && parseDuration(one) !== undefined;
  if (word === 'to' || word === 'since' || isTime(word) || isTime(next)) return true;
  return word.includes('-') && nearest(word, symptoms).length > 0;
}

/** People thank bots, too; nothing is to be looked into then. */
export function isThanks(text: string): boolean {
  return /^\W*(thanks|thank|thx|ty|cheers)\b/i.test(text) && text.trim().split(/\s+/).length <= 4;
}
