import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { retentionSeconds } from '../../core/jobs.ts';
import { isOver } from '../../core/progress.ts';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { endWatch } from '../watching.ts';
import { withdrawProposals } from '../withdraw.ts';

/** As many of the latest investigations as may run, or have proposals that are still open. */
const lookedAt = 200;

/** An incident whose channel is archived is over: nothing is looked at or watched any more, and what was proposed must not happen. */
export function channelArchived(bot: Bot) {
  return async ({
    event,
  }: SlackEventMiddlewareArgs<'channel_archive' | 'group_archive'> & AllMiddlewareArgs): Promise<void> => {
    await inTime(endIn(bot, event.channel));
  };
}

async function endIn(bot: Bot, channel: string): Promise<void> {
  const { records } = bot;
  for (const investigation of await records.recent(lookedAt)) {
    const asked = await records.asked(investigation);
    if (asked?.where.channel !== channel) continue;
    await endWatch(bot, investigation, 'the channel was archived');
    const progress = (await records.investigation(investigation))?.progress;
    if (progress === undefined || !isOver(progress)) await records.cancel(investigation, retentionSeconds);
    await withdrawProposals(records, investigation, 'the channel of the incident was archived');
  }
}
