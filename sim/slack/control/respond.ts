import { z } from 'zod';
import { readContent } from '../content.ts';
import { identity } from '../identity.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import type { Respondable } from '../state/response-urls.ts';

const response = z.looseObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

/** What the app says to a response_url, or in the acknowledgement of a command. */
export function respond(platform: Platform, target: Respondable, said: unknown): void {
  const parsed = response.safeParse(typeof said === 'string' ? { text: said } : said);
  if (!parsed.success) throw new SlackError('invalid_payload');
  const { data } = parsed;
  const { workspace } = platform;
  const original =
    target.messageTs === undefined ? undefined : workspace.message(target.channel, target.messageTs);
  if (data.delete_original === true && original !== undefined) {
    workspace.remove(original);
    return;
  }
  const content = readContent(data, platform.files);
  if (data.replace_original === true && original !== undefined) {
    const now = workspace.change(original, { text: content.text, blocks: content.blocks });
    platform.events.changed(now, original);
    return;
  }
  const message = workspace.post({
    channel: target.channel,
    user: identity.botUserId,
    bot_id: identity.botId,
    ...content,
    ...(data.thread_ts !== undefined && { thread_ts: data.thread_ts }),
    ...(data.response_type !== 'in_channel' && { ephemeral_for: target.user }),
  });
  platform.events.posted(message);
}
