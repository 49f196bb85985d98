import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.ts';
import type { MessagePlace, Posted, Records } from '../records.ts';
import type { EditBudget } from '../slack/edit-budget.ts';
import type { PostTurns } from '../slack/post-turns.ts';
import { failureOf, isAboutBlocks } from '../slack/failure.ts';
import type { Message } from '../views/message.ts';
import { findPosted, metadataOf, type Searched } from './reconcile.ts';

/** Between two edits of one message, in milliseconds. Its last state does not wait. */
const editEveryMs = 2500;
const firstEditAfterMs = 1000;
const maxPauseMs = 30_000;

export interface ThreadContext extends Searched {
  readonly records: Records;
  readonly budget: EditBudget;
  readonly turns: PostTurns;
  readonly logger: Logger;
  /** Aborted when this process is to let go of the report. */
  readonly signal: AbortSignal;
}

/** The channel cannot be written to, and no waiting will change that. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly code: string;

  constructor(code: string) {
    super(`Slack refuses messages: ${code}`);
    this.code = code;
  }
}

/** Undefined where there is nothing to say any more. */
type Making = () => Promise<Message | undefined>;

interface Shown {
  readonly place: MessagePlace;
  readonly sent: string | undefined;
  /** Unix milliseconds before which it is not edited again. */
  readonly editableAt: number;
}

/**
 * The messages of one report, each known by its role. `root` is in the channel and everything else below it. A message is
 * posted once, whatever dies in between, and then edited in place.
 */
export class ReportThread {
  readonly #context: ThreadContext;
  readonly #shown = new Map<string, Shown>();
  /** Roles that somebody deleted or that Slack will not take. */
  readonly #lost = new Set<string>();

  /** `posted` is what an earlier attempt left behind. */
  constructor(context: ThreadContext, posted: Posted) {
    this.#context = context;
    this.#adopt(posted);
  }

  place(role: string): MessagePlace | undefined {
    return this.#shown.get(role)?.place;
  }

  /** Whether somebody deleted it, or Slack will not take it. */
  isLost(role: string): boolean {
    return this.#lost.has(role);
  }

  /** Asks Slack which messages of this report exist that nobody wrote down. */
  async reconcile(): Promise<void> {
    const root = this.place('root');
    const found = await this.#patiently(() => findPosted(this.#context, root));
    for (const [role, place] of found) await this.note(role, place);
    if (root === undefined && found.has('root')) await this.reconcile();
  }

  /** Writes down what is in Slack; the first of a role stays. */
  async note(role: string, place: MessagePlace): Promise<void> {
    if (this.#shown.has(role)) return;
    await this.#context.records.notePosted(this.#context.id, role, place);
    this.#adopt(new Map([[role, place]]));
  }

  #adopt(posted: Posted): void {
    for (const [role, place] of posted) {
      if (!this.#shown.has(role)) this.#shown.set(role, { place, sent: undefined, editableAt: 0 });
    }
  }

  /** Posts the message, or edits it if it is there, has changed and may be edited now; else a later call does. */
  async show(role: string, message: Message): Promise<void> {
    const shown = this.#shown.get(role);
    if (shown === undefined) return this.post(role, message);
    const now = Date.now();
    if (now < shown.editableAt || shown.sent === keyOf(message) || this.#lost.has(role)) return;
    if (!this.#context.budget.take('live', now)) return;
    await this.#edit(role, shown, message);
  }

  /**
   * Shows the last state of a message, however long that takes. One that is made when its turn has come is as new as can be,
   * and is made again afterwards in case it has changed meanwhile; where it is undefined it is left as it is.
   */
  async settle(role: string, message: Message | Making): Promise<void> {
    const { budget, signal } = this.#context;
    const make = makingOf(message);
    await this.post(role, make);
    for (;;) {
      const due = await make();
      const shown = this.#shown.get(role);
      if (due === undefined || shown === undefined) return;
      if (shown.sent === keyOf(due) || this.#lost.has(role)) return;
      while (!budget.take('final', Date.now())) await pause(100, undefined, { signal });
      signal.throwIfAborted();
      const newest = await make();
      if (newest !== undefined) await this.#edit(role, shown, newest);
    }
  }

  async #edit(role: string, shown: Shown, message: Message, sent = keyOf(message)): Promise<void> {
    const { slack, budget, logger } = this.#context;
    const { channel, ts } = shown.place;
    try {
      await slack.chat.update({
        channel,
        ts,
        ...contentOf(message),
        parse: 'none',
        link_names: false,
      });
      this.#shown.set(role, { ...shown, sent, editableAt: Date.now() + editEveryMs });
    } catch (error) {
      const failure = failureOf(error);
      switch (failure.kind) {
        case 'rate-limited':
          budget.pause(Date.now() + failure.afterMs);
          return;
        case 'uncertain':
          // An edit does no harm twice: the next round sends whatever is newest then.
          logger.warn({ why: failure.why, role }, 'edit failed, trying again');
          this.#shown.set(role, { ...shown, editableAt: Date.now() + editEveryMs });
          await pause(firstEditAfterMs, undefined, { signal: this.#context.signal });
          return;
        case 'refused':
          logger.error({ code: failure.code, role }, 'Slack refused an edit');
          if (isAboutBlocks(failure.code) && message.blocks.length > 0) {
            return this.#edit(role, shown, { text: message.text, blocks: [] }, sent);
          }
          this.#lost.add(role);
      }
    }
  }

  /** Posts a message once. What is there already stays as it is. */
  async post(role: string, message: Message | Making): Promise<void> {
    if (this.#shown.has(role) || this.#lost.has(role)) return;
    const isTaken = await this.#patiently(
      () => this.#postInTurn(role, makingOf(message)),
      async () => {
        await this.reconcile();
        return this.#shown.has(role) || undefined;
      },
    );
    if (!isTaken) this.#lost.add(role);
  }

  /** False if Slack will not take this message, though it takes others. */
  async #postInTurn(role: string, make: Making): Promise<boolean> {
    const { id, where, records, turns, signal } = this.#context;
    const wait = turns.take(where.channel, Date.now());
    if (wait > 0) await pause(wait, undefined, { signal });
    // Another job of the same report may have posted it meanwhile.
    this.#adopt(await records.posted(id));
    if (this.#shown.has(role)) return true;
    const message = await make();
    if (message === undefined) return true;
    const place = await this.#postNow(role, message);
    if (place === undefined) return false;
    const editableAt = Date.now() + firstEditAfterMs;
    await records.notePosted(id, role, place);
    this.#shown.set(role, { place, sent: keyOf(message), editableAt });
    return true;
  }

  /** Undefined if Slack will not take this message, though it takes others. */
  async #postNow(role: string, message: Message): Promise<MessagePlace | undefined> {
    const { slack, id, where, logger, turns } = this.#context;
    const thread = role === 'root' ? where.thread : this.threadTs();
    try {
      const { channel, ts } = await slack.chat.postMessage({
        channel: where.channel,
        ...(thread !== undefined && { thread_ts: thread }),
        ...contentOf(message),
        unfurl_links: false,
        unfurl_media: false,
        metadata: metadataOf(id, role),
      });
      return { channel: channel ?? where.channel, ts: ts ?? '' };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'rate-limited') turns.hold(where.channel, Date.now() + failure.afterMs);
      if (failure.kind !== 'refused') throw error;
      const { code } = failure;
      if (code === 'not_in_channel' && (await this.#join())) return this.#postNow(role, message);
      logger.error({ code, role }, 'Slack refused a message');
      if (isAboutBlocks(code) && message.blocks.length > 0) {
        return this.#postNow(role, { text: message.text, blocks: [] });
      }
      if (role === 'root' || isAboutChannel(code)) throw new Unreachable(code);
      return undefined;
    }
  }

  /** Where replies go. */
  threadTs(): string | undefined {
    return this.#context.where.thread ?? this.place('root')?.ts;
  }

  /** A public channel can be joined; a private one needs an invitation. */
  async #join(): Promise<boolean> {
    try {
      await this.#context.slack.conversations.join({ channel: this.#context.where.channel });
      return true;
    } catch (error) {
      if (failureOf(error).kind !== 'refused') throw error;
      return false;
    }
  }

  /** Tries until Slack answers. Where nobody knows whether it happened, `lookFirst` says so before it is tried again. */
  async #patiently<T>(attempt: () => Promise<T>, lookFirst?: () => Promise<T | undefined>): Promise<T> {
    const { signal, logger } = this.#context;
    let isUncertain = false;
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted();
      try {
        const found = isUncertain ? await lookFirst?.() : undefined;
        return found ?? (await attempt());
      } catch (error) {
        if (error instanceof Unreachable) throw error;
        const failure = failureOf(error);
        if (failure.kind === 'refused') throw error;
        logger.warn({ failure }, 'Slack does not take a call now, trying again');
        // Where the look is held up, what it was to find out stays uncertain.
        isUncertain ||= failure.kind === 'uncertain';
        const wait =
          failure.kind === 'rate-limited' ? failure.afterMs : Math.min(1000 * 2 ** failures, maxPauseMs);
        await pause(wait, undefined, { signal });
      }
    }
  }
}

function isAboutChannel(code: string): boolean {
  return [
    'not_in_channel',
    'channel_not_found',
    'is_archived',
    'thread_not_found',
    'invalid_auth',
    'account_inactive',
    'token_revoked',
    'missing_scope',
  ].includes(code);
}

function contentOf({ text, blocks }: Message): { text: string; blocks?: Message['blocks'][number][] } {
  return blocks.length === 0 ? { text } : { text, blocks: [...blocks] };
}

function makingOf(message: Message | Making): Making {
  return typeof message === 'function' ? message : () => Promise.resolve(message);
}

function keyOf(message: Message): string {
  return JSON.stringify(message);
}
