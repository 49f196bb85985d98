import { z } from 'zod';
import { messageMetadata } from '../blocks/check.ts';
import { readContent } from '../content.ts';
import { identity } from '../identity.ts';
import type { Platform } from '../platform.ts';
import { wireMessage } from '../payloads/message.ts';
import { SlackError } from '../slack-error.ts';
import { linkNames } from '../state/link-names.ts';
import { ownMessage, threadRoot, visibleChannel, writableChannel } from './access.ts';
import { flag, method, nested } from './method.ts';

const scopes = ['chat:write'];
const content = {
  text: z.string().optional(),
  markdown_text: z.string().optional(),
  blocks: nested.optional(),
  attachments: nested.optional(),
  parse: z.enum(['none', 'full', 'client']).optional(),
  link_names: flag,
};
const posted = {
  channel: z.string(),
  ...content,
  thread_ts: z.string().optional(),
  username: z.string().optional(),
  icon_emoji: z.string().optional(),
  icon_url: z.string().optional(),
};
const author = { user: identity.botUserId, bot_id: identity.botId };

/** Names become mentions on request; chat.update does so unless told `parse: none`. */
function linked<
  T extends { text?: string | undefined; parse?: string | undefined; link_names?: boolean | undefined },
>(args: T, { workspace }: Platform, parse: 'none' | 'client'): T {
  const links = args.link_names === true || (args.parse ?? parse) !== 'none';
  return links && args.text !== undefined ? { ...args, text: linkNames(args.text, workspace) } : args;
}

/** In bytes; Slack counts an edited text after escaping it. */
const editedTextLimit = 4_000;

function refuseLoneStrings({ blocks }: { blocks?: unknown }) {
  if (typeof blocks === 'string') throw new SlackError('invalid_blocks_format');
}

function readMetadata(metadata: unknown) {
  const parsed = messageMetadata.safeParse(metadata);
  if (!parsed.success) throw new SlackError('invalid_metadata_format');
  return parsed.data;
}

const refuseDisguise = ({ settings }: Platform, args: Record<string, unknown>) => {
  const disguised = ['username', 'icon_emoji', 'icon_url'].some((key) => args[key] !== undefined);
  const provided = settings.app.scopes;
  if (disguised && !provided.includes('chat:write.customize')) {
    throw new SlackError('missing_scope', {
      needed: 'chat:write.customize',
      provided: provided.join(','),
    });
  }
};

export const chat = {
  'chat.postMessage': method({
    scopes,
    tier: 'posting',
    args: z.object({ ...posted, metadata: nested.optional(), reply_broadcast: flag }),
    run(args, platform) {
      refuseLoneStrings(args);
      refuseDisguise(platform, args);
      const channel = writableChannel(platform, args.channel);
      const thread = args.thread_ts && threadRoot(platform, channel.id, args.thread_ts).ts;
      const message = platform.workspace.post({
        channel: channel.id,
        ...author,
        ...readContent(linked(args, platform, 'none'), platform.files),
        ...(args.username !== undefined && { username: args.username }),
        ...(thread !== undefined && { thread_ts: thread }),
        ...(thread !== undefined && args.reply_broadcast === true && { subtype: 'thread_broadcast' }),
        ...(args.metadata !== undefined && { metadata: readMetadata(args.metadata) }),
      });
      platform.events.posted(message);
      return { channel: channel.id, ts: message.ts, message: wireMessage(message) };
    },
  }),

  'chat.update': method({
    scopes,
    tier: 'tier3',
    args: z.object({ channel: z.string(), ts: z.string(), ...content, metadata: nested.optional() }),
    run(args, platform) {
      refuseLoneStrings(args);
      const channel = visibleChannel(platform, args.channel);
      if (channel.is_archived) throw new SlackError('is_archived');
      const before = ownMessage(platform, channel.id, args.ts, 'cant_update_message');
      if (Buffer.byteLength(args.text ?? '') > editedTextLimit) throw new SlackError('msg_too_long');
      const { text, blocks } = readContent(linked(args, platform, 'client'), platform.files);
      const now = platform.workspace.change(before, {
        text,
        // Without blocks the message loses those it had.
        blocks,
        // Slack marks a message as edited only when its plain text changes.
        ...(blocks === undefined && { edited: { ts: platform.workspace.nextTs() } }),
        ...(args.metadata !== undefined && { metadata: readMetadata(args.metadata) }),
      });
      platform.events.changed(now, before);
      return { channel: channel.id, ts: now.ts, text: now.text, message: wireMessage(now) };
    },
  }),

  'chat.delete': method({
    scopes,
    tier: 'tier3',
    args: z.object({ channel: z.string(), ts: z.string() }),
    run(args, platform) {
      const channel = visibleChannel(platform, args.channel);
      const message = ownMessage(platform, channel.id, args.ts, 'cant_delete_message');
      platform.workspace.remove(message);
      platform.events.deleted(message);
      return { channel: channel.id, ts: args.ts };
    },
  }),

  'chat.postEphemeral': method({
    scopes,
    tier: 'tier4',
    args: z.object({ ...posted, user: z.string() }),
    run(args, platform) {
      refuseLoneStrings(args);
      refuseDisguise(platform, args);
      const channel = writableChannel(platform, args.channel);
      if (!channel.members.includes(args.user)) throw new SlackError('user_not_in_channel');
      const message = platform.workspace.post({
        channel: channel.id,
        ...author,
        ...readContent(linked(args, platform, 'none'), platform.files),
        ...(args.thread_ts !== undefined && { thread_ts: args.thread_ts }),
        ephemeral_for: args.user,
      });
      return { message_ts: message.ts };
    },
  }),

  'chat.getPermalink': method({
    tier: 'generous',
    args: z.object({ channel: z.string(), message_ts: z.string() }),
    run(args, platform) {
      const channel = visibleChannel(platform, args.channel);
      const message = platform.workspace.message(channel.id, args.message_ts);
      if (message === undefined) throw new SlackError('message_not_found');
      const inThread =
        message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
      const path = `/archives/${channel.id}/p${message.ts.replace('.', '')}${inThread}`;
      return { channel: channel.id, permalink: `${platform.url}${path}` };
    },
  }),
};
