import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { inTime } from '../platform/in-time.ts';
import type { Logger } from '../platform/logger.ts';
import { failureOf } from './slack/failure.ts';

/** How long what Slack said about a channel is taken for true, in milliseconds. */
const freshMs = 60_000;
/** And that it knows no such channel: netcheck is no member of it any more. Refusals count as errors, so few are asked for. */
const refusedMs = 3600_000;
/** How long a person waits for Slack to say it, in milliseconds. */
const patienceMs = 1200;

/** Direct messages do not say that they are not private. */
const Public = z.object({ is_private: z.literal(false) });

interface Asked {
  /** Until when it is taken for true, in unix milliseconds. */
  readonly until: number;
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
    for (const [id, { until }] of this.#asked) if (now >= until) this.#asked.delete(id);
    const known = this.#asked.get(channel);
    if (known !== undefined) return known.isPublic;
    const isPublic = this.#ask(channel);
    this.#asked.set(channel, { until: now + freshMs, isPublic });
    return isPublic;
  }

  async #ask(channel: string): Promise<boolean> {
    try {
      return Public.safeParse((await this.#slack.conversations.info({ channel })).channel).success;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'refused') this.#asked.delete(channel);
      else this.#asked.set(channel, { until: Date.now() + refusedMs, isPublic: Promise.resolve(false) });
      this.#logger.warn({ failure, channel }, 'Slack does not say whether a channel is public');
      return false;
    }
  }
}
