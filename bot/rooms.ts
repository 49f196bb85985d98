import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { inTime } from '../platform/in-time.ts';
import type { Logger } from '../platform/logger.ts';
import { failureOf } from './slack/failure.ts';

/** How long what Slack said about a channel is taken for true, in milliseconds. */
const freshMs = 60_000;
/** How long a person waits for Slack to say it, in milliseconds. */
const patienceMs = 1200;

/** Direct messages do not say that they are not private. */
const Public = z.object({ is_private: z.literal(false) });

interface Asked {
  /** Unix milliseconds. */
  readonly at: number;
  readonly isPublic: Promise<boolean>;
}

/** Which channels everybody in the workspace may read. */
export class Rooms {
  readonly #slack: WebClient;
  readonly #logger: Logger;
  readonly #asked = new Map<string, Asked>();

  constructor(slack: WebClient, logger: Logger) {
    this.#slack = slack;
    this.#logger = logger;
  }

  /** Answers in less than two seconds. Where Slack does not say that a channel is public, it is not. */
  async isPublic(channel: string): Promise<boolean> {
    return (await inTime(this.#find(channel), patienceMs)) ?? false;
  }

  #find(channel: string): Promise<boolean> {
    const now = Date.now();
    for (const [id, { at }] of this.#asked) if (now - at >= freshMs) this.#asked.delete(id);
    const known = this.#asked.get(channel);
    if (known !== undefined) return known.isPublic;
    const asked: Asked = { at: now, isPublic: this.#ask(channel) };
    this.#asked.set(channel, asked);
    return asked.isPublic;
  }

  async #ask(channel: string): Promise<boolean> {
    try {
      return Public.safeParse((await this.#slack.conversations.info({ channel })).channel).success;
    } catch (error) {
      const failure = failureOf(error);
      // That it knows no such channel is an answer: netcheck is no member of it any more.
      if (failure.kind !== 'refused') this.#asked.delete(channel);
      this.#logger.warn({ failure, channel }, 'Slack does not say whether a channel is public');
      return false;
    }
  }
}
