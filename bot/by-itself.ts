import { keys } from '../core/jobs.ts';
import { begin, type Beginning } from './begin.ts';
import type { Bot } from './bot.ts';

/**
 * Starts an investigation that nobody asked for: never in a channel that is muted, never more at once than the settings
 * allow (the others wait their turn), and always behind what people ask. Bears being called again.
 */
export async function beginByItself(
  bot: Bot,
  beginning: Omit<Beginning, 'byItself'>,
): Promise<'muted' | 'begun' | 'held-back'> {
  const { cluster, records, pace, autoPerMinute, autoPerChannel } = bot;
  const { channel } = beginning.where;
  if (await records.isMuted(channel)) return 'muted';
  const now = Date.now();
  const { at, ahead } = await pace.turnOf(
    keys.pace(cluster, `of-${beginning.id}`),
    {
      all: { key: keys.pace(cluster, 'starts'), perMinute: autoPerMinute },
      own: { key: keys.pace(cluster, `in-${channel}`), perMinute: autoPerChannel },
    },
    now,
  );
  // It counts, but whoever has just invited netcheck is there and waits.
  const isAwaited = beginning.trigger === 'invitation';
  const held = at > now && !isAwaited ? { until: at, ahead } : undefined;
  await begin(bot, { ...beginning, byItself: { held } });
  return held === undefined ? 'begun' : 'held-back';
}
