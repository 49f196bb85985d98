import { isAlert } from '../../core/alerts/by-alert.ts';
import { retentionSeconds, type Held } from '../../core/jobs.ts';
import type { Bot } from '../bot.ts';
import { reportOn } from '../report-on.ts';
import { withdrawProposals } from '../withdraw.ts';

/**
 * All alerts of an episode are over: what was proposed must not happen any more, and what nobody has begun to look into
 * nobody has to. A report that is under way goes on: what it finds may explain what happened.
 */
export async function standDown(bot: Bot, episode: string): Promise<void> {
  const { records } = bot;
  const shown = await reportOn(records, episode);
  await withdrawProposals(records, shown, whyWithdrawn);
  const asked = await records.asked(episode);
  if (asked !== undefined && !isAlert(asked.where.requester)) return;
  if ((await records.investigation(episode)) !== undefined) return;
  await callOff(bot, episode, asked?.held);
}

/** Has what nobody has begun to look into never looked into. */
export async function callOff(
  { records, investigate, follow }: Bot,
  id: string,
  held: Held | undefined,
): Promise<void> {
  await records.cancel(id, retentionSeconds);
  await records.episodes.callOff(id);
  await investigate.remove(id);
  // While it waits for its turn nobody else edits its message.
  if (held !== undefined && held.until > Date.now()) await follow.remove(id);
}

export const whyWithdrawn = 'the alerts that it is about are over';
