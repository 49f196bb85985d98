import { failureCode } from '../delivery/deliveries.ts';
import type { Ack } from '../delivery/transport.ts';
import type { Message, StateValues, User } from '../model.ts';
import { findElement, stateValue } from '../payloads/entered.ts';
import type { Payload } from '../payloads/envelope.ts';
import {
  actionOf,
  commandPayload,
  messageActionPayload,
  shortcutPayload,
  stateOf,
  viewActionPayload,
} from '../payloads/interaction.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import { channelOf, joinedChannel, seesMessage, userOf } from './person.ts';
import type { Parsed } from './requests.ts';
import { respond } from './respond.ts';
import { escape } from './typing.ts';

/** What a person learns of an interaction. */
export interface Outcome {
  readonly ok: boolean;
  /** Milliseconds until the app acknowledged. */
  readonly ack_ms: number;
  readonly error?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** Commands and actions: what people do that the app has three seconds to acknowledge. */
export class Interactions {
  readonly #platform: Platform;
  /** What has been entered into the elements of a message, by channel and timestamp. */
  readonly #entered = new Map<string, StateValues>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async command(call: Parsed<'command'>): Promise<Outcome> {
    const platform = this.#platform;
    const user = userOf(platform, call.user);
    if (!platform.settings.app.commands.some(({ command }) => command === call.command)) {
      return this.#refuse(user, 'unknown_command', `${call.command} is not a valid command`);
    }
    // Slack takes its own commands in threads, an app's never.
    if (call.thread_ts !== undefined) {
      const said = `${call.command} is not supported in threads. Sorry!`;
      return this.#refuse(user, 'not_supported_in_threads', said);
    }
    const channel = joinedChannel(platform, user.id, call.channel);
    const target = { channel: channel.id, user: user.id };
    const payload = commandPayload({
      user,
      channel,
      command: call.command,
      text: escape(call.text),
      responseUrl: this.#responseUrl(platform.responseUrls.mint(target)),
      triggerId: platform.triggers.mint(user.id),
    });
    const { outcome, ack } = await this.deliver(payload, user, call.command);
    if (!ack.ok || ack.body === null || ack.body === '') return outcome;
    return this.#attempt(outcome, () => respond(platform, target, ack.body));
  }

  async action(press: Parsed<'action'>): Promise<Outcome> {
    const user = userOf(this.#platform, press.user);
    const payload =
      press.view_id === undefined
        ? this.#messagePress(user, press)
        : this.#viewPress(user, press, press.view_id);
    const { outcome } = await this.deliver(payload, user, 'The action');
    return outcome;
  }

  async shortcut(pick: Parsed<'shortcut'>): Promise<Outcome> {
    const platform = this.#platform;
    const user = userOf(platform, pick.user);
    const channel = channelOf(platform, user.id, pick.channel);
    const message = platform.workspace.message(channel.id, pick.message_ts);
    if (message === undefined || message.ephemeral_for !== undefined) {
      throw new SlackError('message_not_found');
    }
    if (!platform.settings.app.shortcuts.some(({ callback_id }) => callback_id === pick.callback_id)) {
      throw new SlackError('unknown_shortcut');
    }
    const payload = shortcutPayload({
      user,
      channel,
      message,
      callbackId: pick.callback_id,
      actionTs: platform.workspace.nextTs(),
      responseUrl: this.#responseUrl(platform.responseUrls.mint({ channel: channel.id, user: user.id })),
      triggerId: platform.triggers.mint(user.id),
    });
    const { outcome } = await this.deliver(payload, user, 'The shortcut');
    return outcome;
  }

  /** Hands a payload to the app and tells the person when it did not answer. */
  async deliver(payload: Payload, user: User, what: string): Promise<{ outcome: Outcome; ack: Ack }> {
    const { ack, ms } = await this.#platform.deliveries.interact(payload);
    if (ack.ok) return { ack, outcome: { ok: true, ack_ms: ms } };
    const error = failureCode(ack);
    this.notice(user, `${what} failed because of ${error}`);
    return { ack, outcome: { ok: false, ack_ms: ms, error } };
  }

  notice(user: User, text: string): void {
    this.#platform.workspace.tell({ user: user.id, event: { type: 'notice', text } });
  }

  #messagePress(user: User, press: Parsed<'action'>): Payload {
    const platform = this.#platform;
    const channel = channelOf(platform, user.id, press.channel ?? '');
    const message = platform.workspace.message(channel.id, press.message_ts ?? '');
    if (message === undefined || !seesMessage(user.id, message)) throw new SlackError('message_not_found');
    const blocks = message.blocks ?? [];
    const { action, entered } = this.#press(press, blocks, this.#entered.get(keyOf(message)) ?? {});
    this.#entered.set(keyOf(message), entered);
    const target = { channel: channel.id, user: user.id, messageTs: message.ts };
    return messageActionPayload({
      user,
      channel,
      message,
      action,
      values: stateOf(blocks, entered),
      responseUrl: this.#responseUrl(platform.responseUrls.mint(target)),
      triggerId: platform.triggers.mint(user.id),
    });
  }

  #viewPress(user: User, press: Parsed<'action'>, viewId: string): Payload {
    const { views, triggers } = this.#platform;
    const found = views.find(viewId);
    if (found?.user !== user.id) throw new SlackError('view_not_found');
    const { blocks } = found.view;
    const { action, entered } = this.#press(press, blocks, found.view.state.values);
    const view = views.enter(found.view, stateOf(blocks, entered));
    return viewActionPayload({ user, view, action, triggerId: triggers.mint(user.id) });
  }

  /** Looks the element up: nobody can press what is not there. */
  #press(press: Parsed<'action'>, blocks: Parameters<typeof findElement>[0], before: StateValues) {
    const found = findElement(blocks, press.block_id, press.action_id);
    if (found === undefined) throw new SlackError('element_not_found');
    const { block, element } = found;
    const isButton = element.type === 'button' || element.type === 'icon_button';
    if (isButton && press.value !== undefined && press.value !== (element['value'] ?? '')) {
      throw new SlackError('value_not_found');
    }
    const value = isButton ? {} : stateValue(element, press);
    const entered = {
      ...before,
      ...(!isButton && { [press.block_id]: { ...before[press.block_id], [press.action_id]: value } }),
    };
    const action = actionOf(block, element, value, this.#platform.workspace.nextTs());
    return { action, entered };
  }

  #refuse(user: User, error: string, notice: string): Outcome {
    this.notice(user, notice);
    return { ok: false, ack_ms: 0, error };
  }

  #attempt(outcome: Outcome, run: () => void): Outcome {
    try {
      run();
      return outcome;
    } catch (error) {
      if (error instanceof SlackError) return { ...outcome, ok: false, error: error.code };
      throw error;
    }
  }

  #responseUrl(key: string): string {
    return `${this.#platform.url}/actions/${key}`;
  }
}

const keyOf = ({ channel, ts }: Message) => `${channel}:${ts}`;
