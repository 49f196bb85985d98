import { createHash } from 'node:crypto';
import type { FollowJob, Held, InvestigateJob, Thread } from '../core/jobs.ts';
import type { Request } from '../core/request.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Bot } from './bot.ts';

/** Follow jobs survive a bug or an outage by being done again. */
export const followOptions = { attempts: 5, backoff: { type: 'exponential', delay: 1000 } } as const;

/** Of what netcheck does by itself. BullMQ takes jobs without a priority first. */
export const byItselfOptions = { priority: 10 } as const;

export interface Beginning {
  readonly id: string;
  readonly request: Request;
  readonly where: Thread;
  readonly trigger?: Trigger;
  readonly responseUrl?: string;
  /** The alerts that it is about, where they began another one. */
  readonly episode?: string | undefined;
  /** Nobody asked for it: whoever did goes first. */
  readonly byItself?: { readonly held: Held | undefined };
}

/**
 * Starts an investigation and the report on it. The id comes from what Slack delivered, and jobs of one id exist once, so
 * a delivery that comes twice, or that a crash cut in half and Slack repeats, starts exactly one.
 */
export async function begin(bot: Bot, beginning: Beginning): Promise<void> {
  const { id, trigger, responseUrl, episode, byItself } = beginning;
  const now = Date.now();
  const { cluster } = bot;
  const held = byItself?.held;
  await bot.records.noteAsked(id, {
    request: beginning.request,
    where: beginning.where,
    requestedAt: now,
    ...(trigger && { trigger }),
    ...(responseUrl && { responseUrl }),
    ...(episode !== undefined && { episode }),
    ...(held && { held }),
  });
  // Another delivery of the same may have been first, and say so elsewhere.
  const { request, where } = (await bot.records.asked(id)) ?? beginning;
  // One that waits is asked when its turn comes: it looks at the cluster as it is then.
  const requestedAt = Math.max(now, held?.until ?? now);
  const delay = requestedAt - now;
  const investigate: InvestigateJob = { id, request, requestedAt, requester: where.requester.id };
  const rank = byItself === undefined ? {} : byItselfOptions;
  await bot.investigate.add('investigate', investigate, { jobId: id, delay, ...rank });
  const follow: FollowJob = { kind: 'investigation', cluster, id, where, requestedAt };
  await bot.follow.add('investigation', follow, { jobId: id, delay, ...followOptions, ...rank });
}

/** A short name for what Slack delivered: the same delivery always has the same. It starts with a letter. */
export function idOf(...delivery: readonly string[]): string {
  const hash = createHash('sha256').update(delivery.join('\n')).digest();
  const digits = hash.readBigUInt64BE().toString(36).padStart(13, '0');
  const letter = String.fromCharCode('a'.charCodeAt(0) + ((hash[8] ?? 0) % 26));
  return letter + digits.slice(-7);
}

/** How long a person may wait for Redis, in milliseconds; Slack gives up after three seconds. */
const patienceMs = 2200;

class OutOfReach extends Error {
  override readonly name = 'OutOfReach';
}

/** Fails in time for an answer, whatever a connection that is being made anew thinks of time. */
export async function inTime<T>(work: Promise<T>, withinMs = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new OutOfReach('no answer in time')), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw new OutOfReach('Redis is out of reach', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
