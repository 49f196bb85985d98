import { z } from 'zod';
import { identity } from '../identity.ts';
import type { Channel, Message } from '../model.ts';
import { historyMessage, wireChannel } from '../payloads/message.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import { memberChannel, refuseWithout, visibleChannel } from './access.ts';
import { flag, method, page, paged } from './method.ts';

const read = ['channels:read', 'groups:read', 'im:read'];
const history = ['channels:history', 'groups:history', 'im:history'];
const span = {
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: flag,
  include_all_metadata: flag,
};

const ids = z.string().transform((list) => list.split(',').filter((id) => id !== ''));

interface Span {
  readonly oldest?: string | undefined;
  readonly latest?: string | undefined;
  readonly inclusive?: boolean | undefined;
}

function within({ oldest, latest, inclusive }: Span, { ts }: Message): boolean {
  if (inclusive === true && (ts === oldest || ts === latest)) return true;
  return ts > (oldest ?? '0') && (latest === undefined || ts < latest);
}

const nextCursor = (next: string) => ({ response_metadata: { next_cursor: next } });

/** Adds people to a channel, one `member_joined_channel` each. */
export function addMembers(
  platform: Platform,
  channel: Channel,
  users: readonly string[],
  inviter?: string,
): Channel {
  let current = channel;
  for (const user of users) {
    current = platform.workspace.putChannel({ ...current, members: [...current.members, user] });
    platform.events.joined(current, user, inviter);
  }
  return current;
}

export const conversations = {
  'conversations.info': method({
    scopes: read,
    tier: 'tier3',
    args: z.object({ channel: z.string() }),
    run(args, platform) {
      const channel = visibleChannel(platform, args.channel);
      refuseWithout('read', channel, platform);
      return { channel: wireChannel(channel) };
    },
  }),

  'conversations.list': method({
    scopes: read,
    tier: 'tier2',
    args: z.object({ types: z.string().default('public_channel'), exclude_archived: flag, ...page }),
    run(args, { workspace }) {
      const types = args.types.split(',').map((type) => type.trim());
      const wanted = [...workspace.channels.values()].filter((channel) => {
        if (args.exclude_archived === true && channel.is_archived) return false;
        const seen = !channel.is_private || channel.members.includes(identity.botUserId);
        const type = channel.is_im ? 'im' : channel.is_private ? 'private_channel' : 'public_channel';
        return seen && types.includes(type);
      });
      const { part, next } = paged(wanted, args);
      return { channels: part.map(wireChannel), ...nextCursor(next) };
    },
  }),

  'conversations.history': method({
    scopes: history,
    tier: 'tier3',
    args: z.object({ channel: z.string(), ...span, ...page }),
    run(args, platform) {
      const channel = memberChannel(platform, args.channel);
      refuseWithout('history', channel, platform);
      const { id } = channel;
      const roots = platform.workspace
        .messages(id)
        .filter(({ ephemeral_for }) => ephemeral_for === undefined)
        .filter(({ thread_ts, ts, subtype }) => (thread_ts ?? ts) === ts || subtype === 'thread_broadcast')
        .filter((message) => within(args, message))
        .reverse();
      const { part, next } = paged(roots, args);
      return {
        messages: part.map((message) => historyMessage(message, args.include_all_metadata === true)),
        has_more: next !== '',
        pin_count: 0,
        ...nextCursor(next),
      };
    },
  }),

  'conversations.replies': method({
    scopes: history,
    tier: 'tier3',
    args: z.object({ channel: z.string(), ts: z.string(), ...span, ...page }),
    run(args, platform) {
      const channel = memberChannel(platform, args.channel);
      refuseWithout('history', channel, platform);
      const { id } = channel;
      const named = platform.workspace.message(id, args.ts);
      if (named === undefined) throw new SlackError('thread_not_found');
      const root = named.thread_ts ?? named.ts;
      const thread = platform.workspace
        .messages(id)
        .filter(({ ephemeral_for }) => ephemeral_for === undefined)
        .filter(({ ts, thread_ts }) => ts === root || thread_ts === root)
        .filter((message) => message.ts === root || within(args, message));
      const { part, next } = paged(thread, args);
      return {
        messages: part.map((message) => historyMessage(message, args.include_all_metadata === true)),
        has_more: next !== '',
        ...nextCursor(next),
      };
    },
  }),

  'conversations.join': method({
    scopes: ['channels:join'],
    tier: 'tier3',
    args: z.object({ channel: z.string() }),
    run(args, platform) {
      const channel = visibleChannel(platform, args.channel);
      if (channel.is_private) throw new SlackError('method_not_supported_for_channel_type');
      if (channel.is_archived) throw new SlackError('is_archived');
      if (channel.members.includes(identity.botUserId)) {
        return { channel: wireChannel(channel), warning: 'already_in_channel' };
      }
      return { channel: wireChannel(addMembers(platform, channel, [identity.botUserId])) };
    },
  }),

  'conversations.open': method({
    scopes: ['im:write', 'mpim:write'],
    tier: 'tier3',
    args: z.object({ users: ids, return_im: flag }),
    run(args, { workspace }) {
      const [user, ...others] = args.users;
      if (user === undefined || !workspace.users.has(user)) throw new SlackError('user_not_found');
      if (others.length > 0) throw new SlackError('method_not_supported_for_channel_type');
      if (user === identity.botUserId) throw new SlackError('cannot_dm_bot');
      const channel = workspace.directMessage(user, identity.botUserId);
      return { channel: args.return_im === true ? wireChannel(channel) : { id: channel.id } };
    },
  }),

  'conversations.invite': method({
    scopes: ['channels:manage', 'channels:write.invites', 'groups:write'],
    tier: 'tier3',
    args: z.object({ channel: z.string(), users: ids }),
    run(args, platform) {
      const channel = memberChannel(platform, args.channel);
      if (channel.is_archived) throw new SlackError('is_archived');
      for (const user of args.users) {
        if (!platform.workspace.users.has(user)) throw new SlackError('user_not_found');
        if (user === identity.botUserId) throw new SlackError('cant_invite_self');
        if (channel.members.includes(user)) throw new SlackError('already_in_channel');
      }
      return { channel: wireChannel(addMembers(platform, channel, args.users, identity.botUserId)) };
    },
  }),

  'conversations.members': method({
    scopes: read,
    tier: 'tier4',
    args: z.object({ channel: z.string(), ...page }),
    run(args, platform) {
      const channel = visibleChannel(platform, args.channel);
      refuseWithout('read', channel, platform);
      const { part, next } = paged(channel.members, args);
      return { members: part, ...nextCursor(next) };
    },
  }),
};
