import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { Bot } from '../bot.ts';
import { publishHome } from '../publish-home.ts';

/** Whoever opens the Home tab sees how it is now; the messages tab beside it is Slack's own. */
export function appHomeOpened(bot: Bot) {
  return ({ event }: SlackEventMiddlewareArgs<'app_home_opened'> & AllMiddlewareArgs): Promise<void> => {
    if (event.tab === 'home') publishHome(bot, event.user);
    return Promise.resolve();
  };
}
