import type { Channel, Message, User } from './wire.ts';

const isReply = ({ ts, thread_ts }: Message) => thread_ts !== undefined && thread_ts !== ts;

const isFor = (reader: string) => (message: Message) =>
  message.ephemeral_for === undefined || message.ephemeral_for === reader;

/** What a channel shows: no replies, except those also sent to the channel. */
export const channelMessages = (all: readonly Message[], reader: string): readonly Message[] =>
  all.filter(isFor(reader)).filter((message) => !isReply(message) || message.subtype === 'thread_broadcast');

export const repliesTo = (all: readonly Message[], root: string, reader: string): readonly Message[] =>
  all.filter(isFor(reader)).filter((message) => isReply(message) && message.thread_ts === root);

export function countReplies(replies: readonly Message[]): string {
  const count = replies.filter(({ ephemeral_for }) => ephemeral_for === undefined).length;
  return count === 1 ? '1 reply' : `${count} replies`;
}

/** A message belongs under the one before it when the same author wrote both within this many seconds. */
const groupWithin = 300;

export function continues(previous: Message | undefined, message: Message): boolean {
  return (
    previous !== undefined &&
    authorKey(previous) === authorKey(message) &&
    previous.ephemeral_for === message.ephemeral_for &&
    previous.subtype === message.subtype &&
    Number(message.ts) - Number(previous.ts) < groupWithin
  );
}

const authorKey = ({ username, user, bot_id }: Message) => username ?? user ?? bot_id ?? '';

export interface Author {
  readonly id: string;
  readonly name: string;
  readonly isApp: boolean;
}

export function authorOf(message: Message, users: readonly User[]): Author {
  const user = users.find(({ id }) => id === message.user);
  return {
    id: authorKey(message),
    name:
      message.username ??
      message.bot_profile?.name ??
      (user === undefined ? undefined : displayName(user)) ??
      message.bot_id ??
      'Slackbot',
    isApp: message.bot_id !== undefined || user?.is_bot === true,
  };
}

export const displayName = ({ real_name, name }: User): string => (real_name === '' ? name : real_name);

/** `#ops`, or for a direct message the name of the app. */
export function channelLabel(channel: Channel, users: readonly User[]): string {
  if (channel.is_im !== true) return `#${channel.name}`;
  const app = users.find(({ id, is_bot }) => is_bot && channel.members.includes(id));
  return app === undefined ? channel.name : displayName(app);
}

export const isVisible = (channel: Channel, reader: string): boolean =>
  !channel.is_archived && (!channel.is_private || channel.members.includes(reader));

/** Where the page begins: the first channel in which an app would hear what is said. */
export function firstChannel(visible: readonly Channel[], users: readonly User[]): Channel | undefined {
  const apps = users.filter(({ is_bot: isBot }) => isBot).map(({ id }) => id);
  return visible.find(({ members }) => members.some((id) => apps.includes(id))) ?? visible[0];
}
