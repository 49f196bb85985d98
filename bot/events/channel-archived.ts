import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';

/** As many of the latest investigations as may have proposals that are still open. */
const lookedAt = 200;

/** An incident whose channel is archived is over: what was proposed for it must not happen any more. */
export function channelArchived(bot: Bot) {
  return async ({
    event,
  }: SlackEventMiddlewareArgs<'channel_archive' | 'group_archive'> & AllMiddlewareArgs): Promise<void> => {
    await inTime(withdrawIn(bot, event.channel));
  };
}

async function withdrawIn({ records }: Bot, channel: string): Promise<void> {
  for (const investigation of await records.recent(lookedAt)) {
    const asked = await records.asked(investigation);
    if (asked?.where.channel !== channel) continue;
    for (const { proposal } of await records.remediations.of(investigation))
      await records.remediations.take(proposal.id, {
        kind: 'withdraw',
        why: 'the channel of the incident was archived',
      });
  }
}
