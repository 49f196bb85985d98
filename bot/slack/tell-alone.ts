import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../platform/logger.ts';
import type { Message } from '../views/message.ts';
import { failureOf } from './failure.ts';

/** Milliseconds; nothing waits for this answer. */
const timeoutMs = 5000;

export interface Alone {
  readonly user: string;
  readonly channel: string;
  readonly thread?: string | undefined;
  /** Where Slack takes answers to this person, also in channels that netcheck is not in. */
  readonly responseUrl?: string | undefined;
}

/** Says something to one person and to nobody else. Where Slack takes it neither way, nobody else is told. */
export async function tellAlone(
  { slack, logger }: { readonly slack: WebClient; readonly logger: Logger },
  { user, channel, thread, responseUrl }: Alone,
  message: Message,
): Promise<void> {
  if (responseUrl !== undefined && (await respond(responseUrl, message, logger))) return;
  try {
    await slack.chat.postEphemeral({
      channel,
      user,
      ...(thread !== undefined && { thread_ts: thread }),
      text: message.text,
      blocks: [...message.blocks],
    });
  } catch (error) {
    logger.warn({ failure: failureOf(error) }, 'a person cannot be told');
  }
}

async function respond(responseUrl: string, message: Message, logger: Logger): Promise<boolean> {
  try {
    const answer = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return answer.ok;
  } catch (error) {
    logger.warn({ err: error }, 'response_url did not answer');
    return false;
  }
}
