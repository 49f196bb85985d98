import { identity } from '../identity.ts';
import type { Channel, Message } from '../model.ts';
import { without } from '../without.ts';
import type { Body } from './envelope.ts';

/** A message as the Web API and events show it. */
export function wireMessage(message: Message): Body {
  const rest = without(message, 'channel', 'notifies', 'ephemeral_for', 'pinned');
  const isOwn = message.bot_id === identity.botId;
  return {
    type: 'message',
    ...rest,
    team: identity.teamId,
    ...(isOwn && {
      app_id: identity.appId,
      bot_profile: { id: message.bot_id, app_id: identity.appId, team_id: identity.teamId },
    }),
    // The root of a thread names itself.
    ...((message.reply_count ?? 0) > 0 && { thread_ts: message.ts }),
  };
}

/** `metadata` is only shown to those who ask. */
export function historyMessage(message: Message, withMetadata: boolean): Body {
  const { metadata, ...rest } = wireMessage(message);
  return withMetadata && metadata !== undefined ? { ...rest, metadata } : rest;
}

export const channelType = ({ is_im, is_private }: Channel) =>
  is_im === true ? 'im' : is_private ? 'group' : 'channel';

export function messageEvent(message: Message, channel: Channel): Body {
  const rest = without(wireMessage(message), 'metadata');
  return { ...rest, channel: channel.id, event_ts: message.ts, channel_type: channelType(channel) };
}

export function mentionEvent(message: Message): Body {
  const rest = without(wireMessage(message), 'metadata');
  return { ...rest, type: 'app_mention', channel: message.channel, event_ts: message.ts };
}

/** message_changed and message_deleted wrap the message they are about. */
export function editEvent(
  subtype: 'message_changed' | 'message_deleted',
  { now, before, channel, ts }: { now?: Message; before: Message; channel: Channel; ts: string },
): Body {
  return {
    type: 'message',
    subtype,
    hidden: true,
    channel: channel.id,
    channel_type: channelType(channel),
    ts,
    event_ts: ts,
    ...(now !== undefined && { message: wireMessage(now) }),
    ...(subtype === 'message_deleted' && { deleted_ts: before.ts }),
    previous_message: wireMessage(before),
  };
}

/** A conversation as conversations.info and its kin show it. */
export function wireChannel(channel: Channel): Body {
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.is_private,
    is_group: channel.is_private && channel.is_im !== true,
    is_im: channel.is_im === true,
    is_mpim: false,
    is_private: channel.is_private,
    is_archived: channel.is_archived,
    is_general: channel.name === 'general',
    is_member: channel.members.includes(identity.botUserId),
    context_team_id: identity.teamId,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: channel.members.length,
    ...(channel.is_im === true && { user: channel.members.find((id) => id !== identity.botUserId) }),
  };
}
