import type { FollowJob } from '../../core/jobs.ts';
import { followOptions } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { callOff } from './stand-down.ts';

/** How many of the latest are looked at: more than wait at any time. */
const lookedAt = 500;

/** Calls off what netcheck has begun by itself in a channel and what waits its turn; answers how many there were. */
export async function callOffWaiting(bot: Bot, channel: string): Promise<number> {
  const recent = await bot.records.recent(lookedAt);
  const called = await Promise.all(recent.map((id) => callOffIfWaiting(bot, id, channel)));
  return called.filter(Boolean).length;
}

async function callOffIfWaiting(bot: Bot, id: string, channel: string): Promise<boolean> {
  const { records, follow, cluster } = bot;
  const asked = await records.asked(id);
  const waits = asked?.held !== undefined && asked.held.until > Date.now();
  if (!waits || asked.where.channel !== channel || (await records.isCancelled(id))) return false;
  await callOff(bot, id, asked.held);
  const episode = await records.episodes.read(id);
  if (episode === undefined) return true;
  const { change } = episode;
  const job: FollowJob = { kind: 'episode', cluster, episode: id, change };
  await follow.add('episode', job, { jobId: `episode-${id}-${change}-off`, ...followOptions });
  return true;
}
