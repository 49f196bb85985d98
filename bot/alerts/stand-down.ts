import { isAlert } from '../../core/alerts/by-alert.ts';
import { retentionSeconds } from '../../core/jobs.ts';
import type { Bot } from '../bot.ts';
import { reportOn } from '../report-on.ts';
import { withdrawProposals } from '../withdraw.ts';

/**
 * All alerts of an episode are over: what was proposed must not happen any more, and what nobody has begun to look into
 * nobody has to. A report that is under way goes on: what it finds may explain what happened.
 */
export async function standDown({ records, investigate, follow }: Bot, episode: string): Promise<void> {
  const shown = await reportOn(records, episode);
  await withdrawProposals(records, shown, whyWithdrawn);
  const asked = await records.asked(episode);
  if (asked !== undefined && !isAlert(asked.where.requester)) return;
  if ((await records.investigation(episode)) !== undefined) return;
  await records.cancel(episode, retentionSeconds);
  await records.episodes.callOff(episode);
  await investigate.remove(episode);
  // While it waits for its turn nobody else edits its message.
  if (asked?.held !== undefined && asked.held.until > Date.now()) await follow.remove(episode);
}

export const whyWithdrawn = 'the alerts that it is about are over';
