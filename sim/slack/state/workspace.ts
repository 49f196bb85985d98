import { notifies } from '../blocks/mentions.ts';
import type { Json } from '../blocks/walk.ts';
import { newId } from '../identity.ts';
import type { Change, Channel, Message, User } from '../model.ts';
import { withIds } from './block-ids.ts';

export type Draft = Omit<Message, 'ts' | 'notifies' | 'reply_count'>;

/** Users, channels and messages, in memory; tells its listeners each change. */
export class Workspace {
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();
  readonly #messages = new Map<string, Message[]>();
  readonly #listeners = new Set<(change: Change) => void>();
  #lastTs = 0;

  constructor(users: readonly User[], channels: readonly Channel[]) {
    for (const user of users) this.users.set(user.id, user);
    for (const channel of channels) this.channels.set(channel.id, channel);
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** The current time as a message timestamp: seconds with six decimals, never twice the same. */
  nextTs(): string {
    this.#lastTs = Math.max(Date.now() * 1000, this.#lastTs + 1);
    return `${Math.floor(this.#lastTs / 1e6)}.${String(this.#lastTs % 1e6).padStart(6, '0')}`;
  }

  messages(channel: string): readonly Message[] {
    return this.#messages.get(channel) ?? [];
  }

  message(channel: string, ts: string): Message | undefined {
    return this.messages(channel).find((message) => message.ts === ts);
  }

  /** Looks a channel up by id, or by name as people write it. */
  channel(idOrName: string): Channel | undefined {
    const name = idOrName.replace(/^#/, '');
    return (
      this.channels.get(idOrName) ?? [...this.channels.values()].find((channel) => channel.name === name)
    );
  }

  post(draft: Draft): Message {
    const message = finished({ ...draft, ts: this.nextTs() });
    const list = this.#messages.get(draft.channel) ?? [];
    this.#messages.set(draft.channel, [...list, message]);
    this.tell({ event: { type: 'message', message }, ...audience(message) });
    if (draft.ephemeral_for === undefined) this.#countReplies(draft.channel, draft.thread_ts);
    return message;
  }

  /** Replaces a message; `undefined` removes a field. */
  change(old: Message, changes: { readonly [K in keyof Draft]?: Draft[K] | undefined }): Message {
    const entries = Object.entries({ ...old, ...changes }).filter(([, value]) => value !== undefined);
    const message = finished(Object.fromEntries(entries) as unknown as Message);
    const list = this.messages(old.channel).map((each) => (each.ts === old.ts ? message : each));
    this.#messages.set(old.channel, list);
    this.tell({ event: { type: 'message_changed', message }, ...audience(message) });
    return message;
  }

  remove(message: Message): void {
    const { channel, ts } = message;
    this.#messages.set(
      channel,
      this.messages(channel).filter((each) => each.ts !== ts),
    );
    this.tell({ event: { type: 'message_deleted', channel, ts }, ...audience(message) });
    this.#countReplies(channel, message.thread_ts);
  }

  addChannel(channel: Omit<Channel, 'id' | 'is_archived'>): Channel {
    return this.putChannel({ ...channel, id: newId(channel.is_im ? 'D' : 'C'), is_archived: false });
  }

  putChannel(channel: Channel): Channel {
    this.channels.set(channel.id, channel);
    this.tell({ event: { type: 'channel', channel }, channel: channel.id });
    return channel;
  }

  /** The direct message of the app with one person, opened when first needed. */
  directMessage(user: string, botUser: string): Channel {
    const open = [...this.channels.values()].find(
      ({ is_im, members }) => is_im === true && members.includes(user),
    );
    if (open !== undefined) return open;
    return this.addChannel({
      name: `dm-${user}`,
      topic: '',
      is_private: true,
      is_im: true,
      members: [user, botUser],
    });
  }

  #countReplies(channel: string, thread?: string): void {
    const parent = thread === undefined ? undefined : this.message(channel, thread);
    if (parent === undefined) return;
    const replies = this.messages(channel).filter(
      ({ thread_ts, ts, ephemeral_for }) =>
        thread_ts === thread && ts !== thread && ephemeral_for === undefined,
    );
    const next: Message = { ...parent, reply_count: replies.length };
    this.#messages.set(
      channel,
      this.messages(channel).map((each) => (each.ts === thread ? next : each)),
    );
    this.tell({ event: { type: 'message_changed', message: next }, channel });
  }
}

function audience({ channel, ephemeral_for }: Message): { channel: string; user?: string } {
  return ephemeral_for === undefined ? { channel } : { channel, user: ephemeral_for };
}

function finished(message: Omit<Message, 'notifies'>): Message {
  const blocks: readonly Json[] | undefined =
    message.blocks === undefined ? undefined : withIds(message.blocks);
  return {
    ...message,
    ...(blocks !== undefined && { blocks }),
    notifies: notifies(message.text, blocks),
  };
}
