import { z } from 'zod';
import { checkMessageBlocks } from './check.ts';
import { explain } from './explain.ts';
import { items } from './text.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage: `too_many_attachments`. */
const attachmentsPerMessage = 100;

const link = z.url({ protocol: /^https?$/, error: 'must be a valid URL' });
const field = z.object({
  title: z.string().optional(),
  value: z.string().optional(),
  short: z.boolean().optional(),
});
const action = z.object({
  type: z.enum(['button', 'select']),
  name: z.string().optional(),
  text: z.string(),
  value: z.string().optional(),
  url: link.optional(),
  style: z.enum(['default', 'primary', 'danger']).optional(),
});

/** Slack shows them by their hexadecimal number. */
const named: Readonly<Record<string, string>> = { good: '2eb886', warning: 'daa038', danger: 'a30200' };
const color = z.string().transform((given) => named[given] ?? given.replace(/^#/, ''));

/**
 * https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments. What Slack does not know in one, it
 * drops.
 */
const attachment = z.object({
  color: color.optional(),
  fallback: z.string().optional(),
  pretext: z.string().optional(),
  author_name: z.string().optional(),
  author_link: link.optional(),
  title: z.string().optional(),
  title_link: link.optional(),
  text: z.string().optional(),
  fields: z.array(field).optional(),
  image_url: link.optional(),
  thumb_url: link.optional(),
  footer: z.string().max(300, 'must be less than 301 characters').optional(),
  ts: z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, 'must be a timestamp')]).optional(),
  mrkdwn_in: z.array(z.string()).optional(),
  callback_id: z.string().optional(),
  actions: items(action, 5).optional(),
  blocks: z.array(z.unknown()).optional(),
});

/** A legacy attachment as Slack keeps and shows it. */
export interface Attachment extends z.output<typeof attachment> {
  /** From 1 on, within its message. */
  readonly id: number;
}

/** Judges the `attachments` of a message: what Slack would keep of them, or why it would not take them. */
export function readAttachments(
  given: unknown,
): { readonly attachments: readonly Attachment[] } | { readonly code: string; readonly faults: string[] } {
  const parsed = z.array(attachment).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    return { code: 'invalid_attachments', faults: explain(parsed.error.issues, '/attachments') };
  }
  if (parsed.data.length > attachmentsPerMessage) return { code: 'too_many_attachments', faults: [] };
  for (const { blocks } of parsed.data) {
    const fault = blocks === undefined ? null : checkMessageBlocks(blocks);
    if (fault !== null) return { code: fault.code, faults: [...fault.messages] };
  }
  return { attachments: parsed.data.map((one, index) => ({ id: index + 1, ...one, ...fallbackOf(one) })) };
}

/** What a phone shows of blocks in an attachment, unless the app says it. */
function fallbackOf({ fallback, blocks }: z.output<typeof attachment>): { fallback?: string } {
  return fallback === undefined && blocks !== undefined ? { fallback: '[no preview available]' } : {};
}
