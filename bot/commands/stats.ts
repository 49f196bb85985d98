import type { Bot } from '../bot.ts';
import { readTeam } from '../team.ts';
import type { Message } from '../views/message.ts';
import { sentence } from '../views/replies.ts';
import { statsMessage } from '../views/stats.ts';

/** Reads a week of reports, which takes longer than Slack waits for an acknowledgement. */
export async function tellStats(bot: Bot, seconds: number): Promise<Message> {
  const { records, cluster, logger } = bot;
  try {
    return statsMessage(await readTeam(records, Date.now() - seconds * 1000), { cluster, seconds });
  } catch (error) {
    logger.error({ err: error }, 'the statistics could not be read');
    return sentence('netcheck cannot reach its Redis right now, so it cannot count. Try again in a minute.');
  }
}
