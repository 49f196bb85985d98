import { oneLine } from '../../core/text.ts';

export { sayElapsed, sayTime } from '../../core/duration.ts';
export { plural } from '../../core/text.ts';

/*
 * Text for Slack. Whatever comes from a cluster, from Prometheus or from a person is untrusted: it may try to ping a
 * channel or to be a link. Everything here returns escaped mrkdwn, cut to a length without splitting an entity.
 */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Slack's escaping, cut to `limit` UTF-16 units of the escaped text; what is cut off leaves an ellipsis. */
export function escape(text: string, limit = 3000): string {
  let escaped = '';
  let room = '';
  for (const character of text) {
    const next = entities[character] ?? character;
    if (escaped.length + next.length > limit) return `${room}…`;
    escaped += next;
    if (escaped.length <= limit - 1) room = escaped;
  }
  return escaped;
}

/** One line of untrusted text: no line breaks, no control characters, no overlong runs of blanks. */
export function line(text: string, limit = 300): string {
  return escape(oneLine(text), limit);
}

export function bold(text: string, limit = 200): string {
  return wrap('*', oneLine(text).replaceAll('*', '∗'), limit);
}

export function struck(text: string, limit = 200): string {
  return wrap('~', oneLine(text).replaceAll('~', '∼'), limit);
}

export function code(text: string, limit = 200): string {
  return wrap('`', withoutBackticks(oneLine(text)), limit);
}

/** A block of preformatted text; its line breaks stay. */
export function codeBlock(text: string, limit = 2900): string {
  return `\`\`\`\n${escape(withoutBackticks(text), limit - 8)}\n\`\`\``;
}

/** Slack takes longer ones; a message that is mostly address is not worth its room. */
const maxLinkLength = 2000;

/** A link, where the address can be one; otherwise its words alone. */
export function link(url: string | undefined, words: string): string {
  const shown = line(words, 100);
  if (url === undefined || !URL.canParse(url) || !/^https?:/i.test(url)) return shown;
  const address = new URL(url).href.replaceAll('|', '%7C').replaceAll('&', '&amp;');
  return address.length > maxLinkLength ? shown : `<${address}|${shown}>`;
}

/** What a text is in plain words, for notifications and screen readers. */
export function fallback(text: string): string {
  return escape(oneLine(text), 1000) || '…';
}

function wrap(mark: string, text: string, limit: number): string {
  const inside = escape(text.trim(), limit - 2);
  return inside === '' ? '' : `${mark}${inside}${mark}`;
}

function withoutBackticks(text: string): string {
  return text.replaceAll('`', 'ˋ');
}
