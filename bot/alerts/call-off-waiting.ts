import type { Bot } from '../bot.ts';
import { showEpisode } from './show-episode.ts';
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
  const { records } = bot;
  const asked = await records.asked(id);
  const waits = asked?.held !== undefined && asked.held.until > Date.now();
  if (!waits || asked.where.channel !== channel || (await records.isCancelled(id))) return false;
  await callOff(bot, id, asked.held);
  const episode = await records.episodes.read(id);
  if (episode !== undefined) await showEpisode(bot, episode, 'called-off');
  return true;
}
