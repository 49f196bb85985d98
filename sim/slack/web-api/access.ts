import { identity } from '../identity.ts';
import type { Channel, Message } from '../model.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';

const isMember = ({ members }: Channel) => members.includes(identity.botUserId);

/** The channel the app names, if it may know of it: a private one only as a member. */
export function visibleChannel({ workspace }: Platform, idOrName: string): Channel {
  const channel = workspace.channel(idOrName);
  if (channel === undefined || (channel.is_private && !isMember(channel))) {
    throw new SlackError('channel_not_found');
  }
  return channel;
}

/** Slack asks for the scope of the kind of channel: that of public ones opens no private one. */
export function refuseWithout(right: 'read' | 'history', channel: Channel, { settings }: Platform): void {
  const kind = channel.is_im === true ? 'im' : channel.is_private ? 'groups' : 'channels';
  const provided = settings.app.scopes;
  if (provided.includes(`${kind}:${right}`)) return;
  throw new SlackError('missing_scope', { needed: `${kind}:${right}`, provided: provided.join(',') });
}

/** The channel the app wants to write to; a user id stands for the direct message. */
export function writableChannel(platform: Platform, idOrName: string): Channel {
  const { workspace, settings } = platform;
  if (workspace.users.has(idOrName) && idOrName !== identity.botUserId) {
    return workspace.directMessage(idOrName, identity.botUserId);
  }
  const channel = visibleChannel(platform, idOrName);
  if (channel.is_archived) throw new SlackError('is_archived');
  if (!isMember(channel) && !settings.app.scopes.includes('chat:write.public')) {
    throw new SlackError('not_in_channel');
  }
  return channel;
}

export function memberChannel(platform: Platform, id: string): Channel {
  const channel = visibleChannel(platform, id);
  if (!isMember(channel)) throw new SlackError('not_in_channel');
  return channel;
}

/** The app's own message, which alone it may change or delete; ephemeral ones nobody can. */
export function ownMessage({ workspace }: Platform, channel: string, ts: string, refused: string): Message {
  const message = workspace.message(channel, ts);
  if (message === undefined) throw new SlackError('message_not_found');
  if (message.bot_id !== identity.botId || message.ephemeral_for !== undefined) {
    throw new SlackError(refused);
  }
  return message;
}

/** The root of a thread; a reply has no thread of its own. */
export function threadRoot({ workspace }: Platform, channel: string, ts: string): Message {
  const message = workspace.message(channel, ts);
  if (message === undefined || message.ephemeral_for !== undefined) throw new SlackError('thread_not_found');
  if (message.thread_ts !== undefined && message.thread_ts !== ts) {
    throw new SlackError('cannot_reply_to_message');
  }
  return message;
}
