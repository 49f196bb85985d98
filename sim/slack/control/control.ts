import type { DeliveryRecord } from '../delivery/deliveries.ts';
import { identity } from '../identity.ts';
import type {
  AppShortcut,
  Change,
  Channel,
  CommandInfo,
  JournalEntry,
  Message,
  StreamEvent,
  User,
  View,
} from '../model.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import { fault, type FaultRequest } from '../state/faults.ts';
import { shown } from '../state/views.ts';
import { Interactions, type Outcome } from './interactions.ts';
import { postAsBot } from './other-bots.ts';
import { sees, seesMessage, userOf } from './person.ts';
import { requests, type Request } from './requests.ts';
import { Rooms } from './rooms.ts';
import { Submissions } from './submissions.ts';
import { TypeAhead, type Choices } from './type-ahead.ts';

export interface State {
  readonly team: { readonly id: string; readonly name: string };
  readonly me: User;
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  readonly commands: readonly CommandInfo[];
  readonly shortcuts: readonly AppShortcut[];
  readonly messages: Readonly<Record<string, readonly Message[]>>;
}

/**
 * The people of the workspace, driven by tests, the demo and the page. What the app must acknowledge resolves to an
 * outcome, good or bad; everything else throws the `SlackError` that refuses it.
 */
export class Control {
  readonly #platform: Platform;
  readonly #rooms: Rooms;
  readonly #interactions: Interactions;
  readonly #submissions: Submissions;
  readonly #typeAhead: TypeAhead;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#rooms = new Rooms(platform);
    this.#interactions = new Interactions(platform);
    this.#submissions = new Submissions(platform, this.#interactions);
    this.#typeAhead = new TypeAhead(platform, this.#interactions);
  }

  /** Who looks, if nobody is named: the first person. */
  user(id?: string): User {
    const [first] = this.#platform.workspace.users.values();
    return userOf(this.#platform, id ?? first?.id ?? '');
  }

  state(id?: string): State {
    const me = this.user(id);
    const { workspace, settings } = this.#platform;
    const channels = this.#rooms.channels(me.id);
    return {
      team: { id: identity.teamId, name: identity.teamName },
      me,
      users: [...workspace.users.values()],
      channels,
      commands: settings.app.commands,
      shortcuts: settings.app.shortcuts,
      messages: Object.fromEntries(channels.map((channel) => [channel.id, this.messages(channel.id, me.id)])),
    };
  }

  /** What one person sees in a channel, given by id or name; replies stand in the same list. */
  messages(channel: string, user?: string): readonly Message[] {
    const id = this.#platform.workspace.channel(channel)?.id ?? channel;
    return this.#platform.workspace
      .messages(id)
      .filter((message) => user === undefined || seesMessage(user, message));
  }

  /** The top of a person's view stack. */
  view(user: string): View | null {
    return this.#platform.views.shownTop(user);
  }

  homeView(user: string): View | null {
    const view = this.#platform.views.home(user);
    return view === undefined ? null : shown(view);
  }

  stream(user: string, listener: (event: StreamEvent) => void): () => void {
    return this.#platform.workspace.listen((change) => {
      if (this.#reaches(user, change)) listener(change.event);
    });
  }

  message(request: Request<'message'>) {
    return this.#rooms.message(requests.message.parse(request));
  }

  /** A message of another app's bot: an alert, mostly. */
  botMessage(request: Request<'botMessage'>) {
    return postAsBot(this.#platform, requests.botMessage.parse(request));
  }

  async command(request: Request<'command'>): Promise<Outcome> {
    return outcomeOf(this.#interactions.command(requests.command.parse(request)));
  }

  async action(request: Request<'action'>): Promise<Outcome> {
    return outcomeOf(this.#interactions.action(requests.action.parse(request)));
  }

  /** What a select offers whose options the app provides, for what has been typed. */
  async options(request: Request<'options'>): Promise<Choices> {
    return outcomeOf(this.#typeAhead.options(requests.options.parse(request)));
  }

  /** A message shortcut of the app. */
  async shortcut(request: Request<'shortcut'>): Promise<Outcome> {
    return outcomeOf(this.#interactions.shortcut(requests.shortcut.parse(request)));
  }

  async viewSubmit(request: Request<'viewSubmit'>): Promise<Outcome> {
    return outcomeOf(this.#submissions.submit(requests.viewSubmit.parse(request)));
  }

  async viewClose(request: Request<'viewClose'>): Promise<Outcome> {
    return outcomeOf(this.#submissions.close(requests.viewClose.parse(request)));
  }

  channel(request: Request<'channel'>) {
    return this.#rooms.channel(requests.channel.parse(request));
  }

  invite(request: Request<'invite'>) {
    return this.#rooms.invite(requests.invite.parse(request));
  }

  rename(request: Request<'rename'>) {
    return this.#rooms.rename(requests.rename.parse(request));
  }

  archive(request: Request<'archive'>) {
    return this.#rooms.archive(requests.archive.parse(request));
  }

  home(request: Request<'home'>) {
    return this.#rooms.home(requests.home.parse(request));
  }

  /** Every Web API call so far, oldest first. */
  journal(): readonly JournalEntry[] {
    return this.#platform.journal;
  }

  /** Every payload handed to the app so far, with what came of it. */
  deliveries(): readonly DeliveryRecord[] {
    return this.#platform.deliveries.records;
  }

  /** How many Socket Mode connections the app holds. */
  connections(): number {
    return this.#platform.socket.connections;
  }

  fault(request: FaultRequest): { ok: true } {
    const wanted = fault.parse(request);
    if (wanted.kind !== 'disconnect') this.#platform.faults.add(wanted);
    else if (wanted.how === 'cut') this.#platform.socket.cut();
    else this.#platform.socket.refresh(wanted.how === 'warning');
    return { ok: true };
  }

  /** Waits until `find` finds something; fails after `timeoutMs`. */
  async until<T>(find: () => T | undefined | null | false, timeoutMs = 10_000): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== null && found !== false) return found;
      if (Date.now() > deadline) throw new Error(`nothing found within ${timeoutMs} ms: ${find.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #reaches(user: string, change: Change): boolean {
    if (change.user !== undefined) return change.user === user;
    const channel = this.#platform.workspace.channels.get(change.channel ?? '');
    return channel === undefined || sees(user, channel);
  }
}

/** What Slack's client itself refuses is an outcome, too; the app never hears of it. */
async function outcomeOf<T extends Outcome>(attempt: Promise<T>): Promise<T | Outcome> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, ack_ms: 0, error: error.code };
    throw error;
  }
}
