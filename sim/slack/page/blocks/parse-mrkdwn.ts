import { has } from 'node-emoji';
import type { RichTextBlockElement, RichTextSection, RichTextSectionText } from 'slack-blocks-to-jsx';

type Inline = RichTextSection['elements'][number];
type Style = NonNullable<RichTextSectionText['style']>;

/**
 * Slack's mrkdwn as rich text. The library has a parser of its own, but that one is a Markdown parser: it swallows lines
 * that start with `#` or `|`, doubles the asterisks of a query in a code span, and takes `14:05–14:20` for an emoji.
 */
export function parseMrkdwn(text: string, isVerbatim = false): RichTextBlockElement[] {
  return text
    .split(/```(?:\n)?([\s\S]+?)```\n?/)
    .flatMap((part, index) =>
      index % 2 === 1
        ? [{ type: 'rich_text_preformatted' as const, elements: [asText(part.replace(/\n$/, ''), {})] }]
        : outsideOfCode(part, isVerbatim),
    );
}

/** Runs of quoted lines and of other lines. */
function outsideOfCode(text: string, isVerbatim: boolean): RichTextBlockElement[] {
  const blocks: { isQuote: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const isQuote = /^(>|&gt;)/.test(line);
    const bare = isQuote ? line.replace(/^(>|&gt;) ?/, '') : line;
    const last = blocks.at(-1);
    if (last?.isQuote === isQuote) last.lines.push(bare);
    else blocks.push({ isQuote, lines: [bare] });
  }
  return blocks
    .map(({ isQuote, lines }) => ({
      type: isQuote ? ('rich_text_quote' as const) : ('rich_text_section' as const),
      elements: parseInline(lines.join('\n').replace(/\n$/, ''), { isVerbatim, style: {} }),
    }))
    .filter(({ elements }) => elements.length > 0);
}

const token =
  /`(?<code>[^`\n]+)`|<(?<angle>[^<>\n]+)>|(?<url>https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)])|:(?<emoji>[a-z0-9_+'-]+):|(?<![\p{L}\p{N}])(?<mark>[*_~])(?=\S)(?<marked>(?:`[^`\n]+`|[^`\n])+?)(?<=\S)\k<mark>(?![\p{L}\p{N}])/gu;

const styleOf: Readonly<Record<string, Style>> = {
  '*': { bold: true },
  _: { italic: true },
  '~': { strike: true },
};

interface Around {
  /** Whether a bare URL stays text. */
  readonly isVerbatim: boolean;
  readonly style: Style;
}

function parseInline(text: string, around: Around): Inline[] {
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    const inline = readToken(match.groups ?? {}, around);
    if (inline === null) continue;
    if (match.index > end) found.push(asText(text.slice(end, match.index), around.style));
    found.push(...inline);
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push(asText(text.slice(end), around.style));
  return found;
}

type Groups = Readonly<Record<string, string | undefined>>;

function readToken({ code, angle, url, emoji, mark, marked }: Groups, around: Around): Inline[] | null {
  const { isVerbatim, style } = around;
  if (code !== undefined) return [asText(code, { ...style, code: true })];
  if (angle !== undefined) return [readAngle(angle, style)];
  if (url !== undefined) return isVerbatim ? null : [{ type: 'link', url: unescape(url), style }];
  if (emoji !== undefined) return has(emoji) ? [{ type: 'emoji', name: emoji }] : null;
  return parseInline(marked ?? '', { ...around, style: { ...style, ...styleOf[mark ?? ''] } });
}

/** `<@U1>`, `<#C1|name>`, `<!here>`, `<!date^…>`, `<https://…|label>`. */
function readAngle(inside: string, style: Style): Inline {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescape(inside.slice(bar + 1));
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) };
  const range = /^!(here|channel|everyone)$/.exec(target)?.[1];
  if (range !== undefined) return { type: 'broadcast', range: range as 'here' | 'channel' | 'everyone' };
  const [, timestamp, format] = /^!date\^(\d+)\^([^^]+)/.exec(target) ?? [];
  if (timestamp !== undefined && format !== undefined)
    return { type: 'date', timestamp: Number(timestamp), format };
  if (target.startsWith('!')) return { type: 'text', text: label ?? target, style };
  return { type: 'link', url: unescape(target), style, ...(label !== null && { text: label }) };
}

const asText = (text: string, style: Style): RichTextSectionText => ({
  type: 'text',
  text: unescape(text),
  style,
});

/** Slack escapes three characters and no others. */
export const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
