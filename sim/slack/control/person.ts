import type { Channel, Message, User } from '../model.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';

export function userOf({ workspace }: Platform, id: string): User {
  const user = workspace.users.get(id);
  if (user === undefined) throw new SlackError('user_not_found');
  return user;
}

/** Whether a person can open a channel at all. */
export const sees = (user: string, channel: Channel) => !channel.is_private || channel.members.includes(user);

export const seesMessage = (user: string, { ephemeral_for }: Message) =>
  ephemeral_for === undefined || ephemeral_for === user;

export function channelOf({ workspace }: Platform, user: string, idOrName: string): Channel {
  const channel = workspace.channel(idOrName);
  if (channel === undefined || !sees(user, channel)) throw new SlackError('channel_not_found');
  return channel;
}

/** A channel the person may write in. */
export function joinedChannel(platform: Platform, user: string, idOrName: string): Channel {
  const channel = channelOf(platform, user, idOrName);
  if (channel.is_archived) throw new SlackError('is_archived');
  if (!channel.members.includes(user)) throw new SlackError('not_in_channel');
  return channel;
}
