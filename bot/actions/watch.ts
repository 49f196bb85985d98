import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { startWatch } from '../watching.ts';
import { clickOf, whisper } from './click.ts';

/** Somebody wants to hear what changes from now on. */
export function watchByClick(bot: Bot) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    try {
      whisper(bot, click, await inTime(startWatch(bot, click.value, click.person)));
    } catch (error) {
      bot.logger.error({ err: error }, 'a watch could not be begun');
      whisper(bot, click, 'netcheck cannot reach its Redis right now. Click again in a minute.');
    }
  };
}
