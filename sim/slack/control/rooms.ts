import { identity } from '../identity.ts';
import type { Channel } from '../model.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import { addMembers } from '../web-api/conversations.ts';
import { channelOf, joinedChannel, sees, userOf } from './person.ts';
import type { Parsed } from './requests.ts';
import { encodeTyped } from './typing.ts';

/** What people do that needs no acknowledgement: they talk, and look after channels. */
export class Rooms {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  message({ user, channel: name, text, thread_ts }: Parsed<'message'>): { ok: true; ts: string } {
    const { workspace, events } = this.#platform;
    userOf(this.#platform, user);
    const channel = joinedChannel(this.#platform, user, name);
    const parent = thread_ts === undefined ? undefined : workspace.message(channel.id, thread_ts);
    if (thread_ts !== undefined && parent === undefined) throw new SlackError('thread_not_found');
    const root = parent?.thread_ts ?? parent?.ts;
    const message = workspace.post({
      channel: channel.id,
      user,
      text: encodeTyped(text, workspace),
      ...(root !== undefined && { thread_ts: root }),
    });
    events.posted(message);
    const pinged = message.notifies?.includes(identity.botUserId) === true;
    if (pinged && !channel.members.includes(identity.botUserId)) {
      const said = `${this.#platform.settings.app.name} is not in this channel: invite it first`;
      workspace.tell({ user, event: { type: 'notice', text: said } });
    }
    return { ok: true, ts: message.ts };
  }

  channel({ user, name, topic, is_private }: Parsed<'channel'>): { ok: true; channel: Channel } {
    userOf(this.#platform, user);
    this.#refuseName(name);
    const { workspace, events } = this.#platform;
    const channel = workspace.addChannel({ name, topic, is_private, members: [user] });
    events.created(channel, user);
    return { ok: true, channel };
  }

  invite({ user, channel: name, users }: Parsed<'invite'>): { ok: true; channel: Channel } {
    const channel = joinedChannel(this.#platform, user, name);
    for (const invited of users) {
      userOf(this.#platform, invited);
      if (channel.members.includes(invited)) throw new SlackError('already_in_channel');
    }
    return { ok: true, channel: addMembers(this.#platform, channel, users, user) };
  }

  rename({ user, channel: id, name }: Parsed<'rename'>): { ok: true; channel: Channel } {
    const old = joinedChannel(this.#platform, user, id);
    this.#refuseName(name);
    const channel = this.#platform.workspace.putChannel({ ...old, name });
    this.#platform.events.renamed(channel);
    return { ok: true, channel };
  }

  archive({ user, channel: id }: Parsed<'archive'>): { ok: true; channel: Channel } {
    const old = joinedChannel(this.#platform, user, id);
    const channel = this.#platform.workspace.putChannel({ ...old, is_archived: true });
    this.#platform.events.archived(channel, user);
    return { ok: true, channel };
  }

  /** The person opens the app's Home tab. */
  home({ user }: Parsed<'home'>): { ok: true } {
    userOf(this.#platform, user);
    const { workspace, views, events } = this.#platform;
    events.homeOpened(user, workspace.directMessage(user, identity.botUserId), views.home(user));
    return { ok: true };
  }

  /** The channels a person sees. */
  channels(user: string): Channel[] {
    return [...this.#platform.workspace.channels.values()].filter((channel) => sees(user, channel));
  }

  find(user: string, idOrName: string): Channel {
    return channelOf(this.#platform, user, idOrName);
  }

  #refuseName(name: string): void {
    if (!/^[a-z0-9_-]{1,80}$/.test(name)) throw new SlackError('invalid_name_specials');
    if (this.#platform.workspace.channel(name) !== undefined) throw new SlackError('name_taken');
  }
}
