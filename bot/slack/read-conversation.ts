import * as z from 'zod';
import type { Bot } from '../bot.ts';
import { failureOf } from './failure.ts';

/** The message that a thread hangs on; undefined where it cannot be read. */
export async function firstOfThread(
  { slack, logger }: Bot,
  channel: string,
  thread: string,
): Promise<unknown> {
  try {
    const { messages } = await slack.conversations.replies({ channel, ts: thread, limit: 1 });
    return messages?.[0];
  } catch (error) {
    logger.warn({ failure: failureOf(error), channel }, 'the thread cannot be read');
    return undefined;
  }
}

const Named = z.object({ name: z.string() });

/** Without its name a channel says nothing. */
export async function nameOfChannel({ slack, logger }: Bot, channel: string): Promise<string> {
  try {
    const parsed = Named.safeParse((await slack.conversations.info({ channel })).channel);
    return parsed.success ? parsed.data.name : '';
  } catch (error) {
    logger.warn({ failure: failureOf(error), channel }, 'the channel cannot be read');
    return '';
  }
}
