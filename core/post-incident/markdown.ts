import { oneLine } from '../text.ts';

/*
 * Text for Markdown files, as CommonMark and GitHub read them. Whatever comes from a cluster, from Prometheus or from a
 * person is untrusted: it may try to be a heading, a link, HTML, or to ping somebody.
 */

/** What a reader would make a link or a ping of, wherever it stands. */
const reaching = /@|:\/\/|www\.|#/i;

/** One line of untrusted text as words. What would reach out is shown as code, where it can be read and copied. */
export function words(text: string): string {
  const shown = oneLine(text)
    .split(/([\s|`\\]+)/)
    .map((piece) => (reaching.test(piece) ? `\`${piece}\`` : piece.replace(/[\\`*[\]~|$]/g, String.raw`\$&`)))
    .join('');
  return shown === '' ? '…' : notAtStart(outsideCode(shown));
}

/** Marks that mean something only beside certain others; names are full of underscores that need no escape. */
function outsideCode(text: string): string {
  return text.replace(
    /(`[^`]+`|\\.)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|<(?=[A-Za-z/!?])|&(?=\w)/g,
    (mark, kept?: string) => (kept === undefined ? `\\${mark}` : mark),
  );
}

/** A line does not begin as a list, a quotation or an underline would. */
function notAtStart(text: string): string {
  return text
    .replace(/^([-+](?=[\s-]|$)|[=>])/, String.raw`\$1`)
    .replace(/^(\d{1,9})(?=[.)](?:\s|$))/, '$1\\');
}

/** Untrusted lines in a block of code, whose fence is longer than any in them. */
export function fence(text: string, language: 'diff' | 'promql' | 'sh' | 'text'): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n').map(harmless);
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const mark = '`'.repeat(longest + 1);
  return [`${mark}${language}`, ...lines, mark].join('\n');
}

/** Its blanks stay. */
function harmless(line: string): string {
  return line.replace(/[\p{Zl}\p{Zp}\u{202A}-\u{202E}\u{2066}-\u{2069}]|(?!\t)\p{Cc}/gu, ' ');
}

/** A link, where the address can be one; otherwise its words alone. `shown` is no untrusted text. */
export function link(url: string | undefined, shown: string): string {
  if (url === undefined || !URL.canParse(url) || !/^https?:/i.test(url)) return shown;
  return `[${shown}](${destination(new URL(url).href)})`;
}

/** A link to a file that lies beside this one. */
export function fileLink(name: string, shown: string): string {
  return `[${shown}](${destination(encodeURIComponent(name))})`;
}

function destination(href: string): string {
  const harmlessly = href.replace(/[<>\\`|\s]/g, (mark) => encodeURIComponent(mark));
  return `<${harmlessly.replace(/&(?=#?\w+;)/g, '&amp;')}>`;
}

export function heading(depth: 1 | 2 | 3, text: string): string {
  return `${'#'.repeat(depth)} ${text}`;
}

/** Items that hold one line each. */
export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
