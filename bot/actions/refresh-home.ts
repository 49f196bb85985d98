import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Bot } from '../bot.ts';
import { publishHome } from '../publish-home.ts';

/** The tab shows anew how it is; the time on it says so even where nothing else has changed. */
export function refreshHome(bot: Bot) {
  return async ({ ack, body }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs): Promise<void> => {
    await ack();
    publishHome(bot, body.user.id);
  };
}
