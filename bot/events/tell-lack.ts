import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { failureOf } from '../slack/failure.ts';
import { sentence } from '../views/replies.ts';

/**
 * Logs why Slack refused, and says in the channel which right the app lacks: once, and to nobody in particular. Where no
 * right is named (`not_in_channel`) nothing could be written either. What Slack may do later is thrown on, so that it
 * delivers again.
 */
export async function tellLack(bot: Bot, channel: string, what: string, error: unknown): Promise<void> {
  const failure = failureOf(error);
  if (failure.kind !== 'refused') throw error;
  const { code, right } = failure;
  if (!(await inTime(bot.records.mayTellLack(channel, right ?? code)))) return;
  bot.logger.warn({ channel, code, right }, `netcheck ${what}`);
  if (right === undefined) return;
  const { text, blocks } = sentence(
    `netcheck ${what}: its Slack app lacks the scope ${right}. Ask with /netcheck <service>.`,
  );
  try {
    await bot.slack.chat.postMessage({ channel, text, blocks });
  } catch (refused) {
    bot.logger.warn({ channel, failure: failureOf(refused) }, 'the channel cannot be told');
  }
}
