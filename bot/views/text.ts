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

/** `1 pod`, `2 pods`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Milliseconds as a person says them: `2.1 s`, `1 min 5 s`. */
export function sayElapsed(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `14:05 UTC`; unix milliseconds. */
export function sayTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}

function wrap(mark: string, text: string, limit: number): string {
  const inside = escape(text.trim(), limit - 2);
  return inside === '' ? '' : `${mark}${inside}${mark}`;
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u{202A}-\u{202E}\u{2066}-\u{2069}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function withoutBackticks(text: string): string {
  return text.replaceAll('`', 'ˋ');
}
