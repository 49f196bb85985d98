import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import * as z from 'zod';
import { isAllowed, type Sender } from '../../core/alerts/settings.ts';
import { readSlackAlert } from '../../core/alerts/slack-message.ts';
import { storeAlerts } from '../alerts/intake-worker.ts';
import { idOf, inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';

/** A message as it was posted: an edit or a deletion has another subtype, and says so elsewhere. */
const Posted = z.object({
  channel: z.string(),
  ts: z.string().regex(/^\d+\.\d+$/),
  thread_ts: z.string().optional(),
  subtype: z.literal('bot_message').optional(),
  bot_id: z.string(),
  app_id: z.string().optional(),
  username: z.string().optional(),
  bot_profile: z.object({ name: z.string().optional(), app_id: z.string().optional() }).optional(),
});

/** What a bot of the settings says is an alert, if it reads as one. What others say is nobody's business. */
export function alertMessage(bot: Bot) {
  return async ({ event }: SlackEventMiddlewareArgs<'message'> & AllMiddlewareArgs): Promise<void> => {
    const { alerts: settings, self } = bot;
    const posted = Posted.safeParse(event);
    if (settings === undefined || !posted.success) return;
    const { channel, ts, thread_ts: thread = ts } = posted.data;
    const sender = senderOf(posted.data);
    if (sender.bot === self.bot || (sender.app !== '' && sender.app === self.app)) return;
    if (!isAllowed(settings, sender)) return;
    const alert = readSlackAlert(event);
    if (alert === undefined) return;
    const at = Math.round(Number(ts) * 1000);
    const job = { alerts: [alert], at, message: { channel, thread } };
    await inTime(storeAlerts(bot, job, idOf('alert-message', channel, ts)));
  };
}

function senderOf({
  bot_id: bot,
  app_id: app,
  username,
  bot_profile: profile,
}: z.infer<typeof Posted>): Sender {
  return {
    bot,
    app: app ?? profile?.app_id ?? '',
    names: [username ?? '', profile?.name ?? ''].filter((name) => name !== ''),
  };
}
