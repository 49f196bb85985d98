import type { Bot } from '../bot.ts';
import { failureOf } from '../slack/failure.ts';
import { sentence } from '../views/replies.ts';

interface Where {
  readonly channel: string;
  readonly thread: string | undefined;
}

/** Says once in a channel how netcheck can be told what alerts are about. A line that Slack does not take is not sent again. */
export async function sayHow(bot: Bot, alert: string, { channel, thread }: Where): Promise<void> {
  if ((await bot.records.isMuted(channel)) || !(await bot.records.mayTellHow(channel))) return;
  const { text, blocks } = sentence(
    `netcheck cannot tell which Service ${alert.slice(0, 100)} is about. Ask with /netcheck <service>, or name it by a rule of its alerts file. It says this once in a channel.`,
  );
  try {
    await bot.slack.chat.postMessage({
      channel,
      ...(thread !== undefined && { thread_ts: thread }),
      text,
      blocks,
      unfurl_links: false,
      unfurl_media: false,
    });
  } catch (error) {
    bot.logger.warn({ failure: failureOf(error), channel }, 'a channel cannot be told how to name a Service');
  }
}
