import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Bot } from '../bot.ts';
import { exportIncident } from '../export.ts';
import { clickOf, whisper } from './click.ts';

/** Puts the post-incident text into the thread, and says so to whoever clicked. */
export function exportFromThread(bot: Bot) {
  return async ({ ack, body, action }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => {
    await ack();
    const click = clickOf(body, action);
    if (click === undefined) return;
    bot.background.run('export', async () => {
      try {
        whisper(bot, click, (await exportIncident(bot, click.value)).said);
      } catch (error) {
        bot.logger.error({ err: error }, 'an export failed');
        whisper(bot, click, 'netcheck cannot reach its Redis right now. Click again in a minute.');
      }
    });
  };
}
