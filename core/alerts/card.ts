import * as z from 'zod';
import { linksIn, plain, type Link } from './mrkdwn.ts';

/** Bots send what they like: what is not of the form it should have counts as not there. */
const text = z.string().catch('');
const list = <T>(item: z.ZodType<T>): z.ZodCatch<z.ZodArray<z.ZodType<T>>> => z.array(item).catch([]);

const TextObject = z.object({ text }).catch({ text: '' });
/** Of `rich_text` too, whose elements hold elements. */
interface Element {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly elements: readonly Element[];
}
const elementText = z
  .union([z.string(), z.object({ text: z.string() }).transform((one) => one.text)])
  .catch('');
const Element: z.ZodType<Element> = z.lazy(() =>
  z
    .object({ type: text, text: elementText, url: text, elements: list(Element) })
    .catch({ type: '', text: '', url: '', elements: [] }),
);
const Block = z
  .object({ type: text, text: TextObject, fields: list(TextObject), elements: list(Element) })
  .catch({ type: '', text: { text: '' }, fields: [], elements: [] });

const Field = z.object({ title: text, value: text }).catch({ title: '', value: '' });
const Attachment = z
  .object({
    title: text,
    title_link: text,
    pretext: text,
    text,
    fallback: text,
    footer: text,
    color: text,
    fields: list(Field),
    blocks: list(Block),
  })
  .catch({
    title: '',
    title_link: '',
    pretext: '',
    text: '',
    fallback: '',
    footer: '',
    color: '',
    fields: [],
    blocks: [],
  });

/** A message as Slack's events and `conversations.history` deliver it. */
export const SlackMessage = z.object({
  text,
  subtype: text,
  bot_id: text,
  username: text,
  bot_profile: z.object({ name: text }).catch({ name: '' }),
  attachments: list(Attachment),
  blocks: list(Block),
});
export type SlackMessage = z.infer<typeof SlackMessage>;

/** One box of a message, as a person sees it. */
export interface Card {
  /** Its heading, or its first line where it has none. */
  readonly title: string;
  /** The lines below the heading. */
  readonly lines: readonly string[];
  /** Names and values side by side. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly links: readonly Link[];
  /** The line above the box: who did what. */
  readonly above: string;
  readonly footer: string;
}

/** Beyond this a message is a log. */
const maxLength = 20_000;
/** Alertmanager cuts its titles at 1024 letters. */
const maxTitleLength = 2000;

/** The boxes of a message: what it says by itself, then what is attached. */
export function cardsOf(message: SlackMessage): Card[] {
  // With blocks the text is what a phone shows as a notification, and says nothing of its own.
  const own = message.blocks.length > 0 ? '' : message.text;
  const cards = message.attachments.map((one) => {
    const above = [one.pretext, own].filter((part) => part !== '').join('\n');
    return card({
      ...one,
      above,
      text:
        [one.text, one.blocks.length === 0 && one.title === '' ? one.fallback : ''].find(
          (part) => part !== '',
        ) ?? '',
    });
  });
  const said = card({
    title: '',
    title_link: '',
    above: '',
    text: own,
    footer: '',
    fields: [],
    blocks: message.blocks,
  });
  return [said, ...cards].filter(({ title }) => title !== '');
}

interface Parts {
  readonly title: string;
  readonly title_link: string;
  readonly above: string;
  readonly text: string;
  readonly footer: string;
  readonly fields: readonly z.infer<typeof Field>[];
  readonly blocks: readonly z.infer<typeof Block>[];
}

function card({ title, title_link: titleLink, above, text: body, footer, fields, blocks }: Parts): Card {
  const written = [body, ...blocks.map(sayBlock)]
    .filter((part) => part !== '')
    .join('\n')
    .slice(0, maxLength);
  const lines = plain(written)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const heading = plain(title).trim().slice(0, maxTitleLength);
  const pairs = [
    ...fields.map((field) => [plain(field.title).trim(), plain(field.value).trim()] as const),
    ...blocks.flatMap((block) => block.fields.flatMap((field) => pairOf(plain(field.text)))),
  ];
  return {
    title: heading === '' ? (lines[0] ?? '').trim() : heading,
    lines: heading === '' ? lines.slice(1) : lines,
    fields: pairs.filter(([name, value]) => name !== '' && value !== ''),
    links: [
      ...(titleLink === '' ? [] : [{ url: plain(titleLink), words: heading }]),
      ...linksIn([above, title, written, ...fields.map(({ value }) => value)].join('\n')),
      ...blocks.flatMap((block) => block.fields.flatMap((field) => linksIn(field.text))),
    ],
    above: plain(above).trim(),
    footer: plain(footer).trim(),
  };
}

/** `*Service:*` and below it, or behind it, the value. */
function pairOf(field: string): (readonly [string, string])[] {
  const match = /^([^:\n]{1,40}):?[ \n]+([^\n].*)$/s.exec(field.trim());
  return match === null ? [] : [[(match[1] ?? '').trim(), (match[2] ?? '').trim()]];
}

function sayBlock(block: z.infer<typeof Block>): string {
  return [block.text.text, ...block.elements.map(sayElement)].filter((part) => part !== '').join('\n');
}

/** Buttons are no part of what is said. */
function sayElement({ text: words, url, type, elements }: Element): string {
  if (type.endsWith('button')) return '';
  if (type === 'link') return `<${url}${words === '' ? '' : `|${words}`}>`;
  return words + elements.map(sayElement).join('');
}
