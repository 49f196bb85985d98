import type { Episode } from '../../core/alerts/episode.ts';
import type { FollowJob } from '../../core/jobs.ts';
import { byItselfOptions, followOptions } from '../begin.ts';
import type { Bot } from '../bot.ts';

/** Has a change of an episode shown where it is reported, or that it is called off; each once. */
export async function showEpisode(
  { follow, cluster }: Bot,
  { id, change }: Episode,
  what: 'change' | 'called-off' = 'change',
): Promise<void> {
  const job: FollowJob = { kind: 'episode', cluster, episode: id, change };
  const jobId = `episode-${id}-${change}${what === 'change' ? '' : '-off'}`;
  await follow.add('episode', job, { jobId, ...followOptions, ...byItselfOptions });
}
