import { identity } from '../identity.ts';
import type { Channel, Message } from '../model.ts';
import { eventCallback, type Body } from '../payloads/envelope.ts';
import { channelType, editEvent, mentionEvent, messageEvent } from '../payloads/message.ts';
import type { StoredView } from '../state/views.ts';
import type { Workspace } from '../state/workspace.ts';
import type { Deliveries } from './deliveries.ts';

const seconds = () => Math.floor(Date.now() / 1000);

/** Tells the app what happens in the workspace, as far as it subscribed to it and may see it. */
export class AppEvents {
  readonly #subscribed: ReadonlySet<string>;
  readonly #workspace: Workspace;
  readonly #deliveries: Deliveries;

  constructor(subscribed: readonly string[], workspace: Workspace, deliveries: Deliveries) {
    this.#subscribed = new Set(subscribed);
    this.#workspace = workspace;
    this.#deliveries = deliveries;
  }

  /** A mention arrives twice, under two event ids. */
  posted(message: Message): void {
    const channel = this.#seen(message);
    if (channel === undefined) return;
    this.#send(messageSubscription(channel), messageEvent(message, channel));
    const mentioned = message.notifies?.includes(identity.botUserId) === true;
    if (mentioned && channel.is_im !== true) this.#send('app_mention', mentionEvent(message));
  }

  changed(now: Message, before: Message): void {
    const channel = this.#seen(now);
    if (channel === undefined) return;
    const ts = this.#workspace.nextTs();
    this.#send(messageSubscription(channel), editEvent('message_changed', { now, before, channel, ts }));
  }

  deleted(before: Message): void {
    const channel = this.#seen(before);
    if (channel === undefined) return;
    const ts = this.#workspace.nextTs();
    this.#send(messageSubscription(channel), editEvent('message_deleted', { before, channel, ts }));
  }

  joined(channel: Channel, user: string, inviter?: string): void {
    if (!channel.members.includes(identity.botUserId)) return;
    this.#send('member_joined_channel', {
      type: 'member_joined_channel',
      user,
      channel: channel.id,
      channel_type: channel.is_private ? 'G' : 'C',
      team: identity.teamId,
      ...(inviter !== undefined && { inviter }),
      event_ts: this.#workspace.nextTs(),
    });
  }

  /** Only public channels are announced. */
  created(channel: Channel, creator: string): void {
    if (channel.is_private) return;
    this.#send('channel_created', {
      type: 'channel_created',
      channel: { id: channel.id, name: channel.name, created: seconds(), creator, is_channel: true },
      event_ts: this.#workspace.nextTs(),
    });
  }

  renamed(channel: Channel): void {
    if (channel.is_private) return;
    this.#send('channel_rename', {
      type: 'channel_rename',
      channel: { id: channel.id, name: channel.name, created: seconds() },
      event_ts: this.#workspace.nextTs(),
    });
  }

  archived(channel: Channel, user: string): void {
    if (channel.is_private) return;
    this.#send('channel_archive', {
      type: 'channel_archive',
      channel: channel.id,
      user,
      is_moved: 0,
      event_ts: this.#workspace.nextTs(),
    });
  }

  homeOpened(user: string, channel: Channel, view?: StoredView): void {
    this.#send('app_home_opened', {
      type: 'app_home_opened',
      user,
      channel: channel.id,
      tab: 'home',
      ...(view !== undefined && { view }),
      event_ts: this.#workspace.nextTs(),
    });
  }

  /** The channel of a message, if the app is a member of it. */
  #seen({ channel, ephemeral_for }: Message): Channel | undefined {
    const found = this.#workspace.channels.get(channel);
    const visible = ephemeral_for === undefined && found?.members.includes(identity.botUserId) === true;
    return visible ? found : undefined;
  }

  #send(subscription: string, event: Body): void {
    if (this.#subscribed.has(subscription)) this.#deliveries.event(eventCallback(event));
  }
}

function messageSubscription(channel: Channel): string {
  const type = channelType(channel);
  return type === 'channel' ? 'message.channels' : type === 'group' ? 'message.groups' : 'message.im';
}
