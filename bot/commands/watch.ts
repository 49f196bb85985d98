import type { Person } from '../../core/remediation/state.ts';
import type { Bot } from '../bot.ts';
import type { Message } from '../views/message.ts';
import { sentence } from '../views/replies.ts';
import { endWatch, startWatch } from '../watching.ts';

/** As many of the latest investigations as are looked through for those of one channel. */
const lookedAt = 100;

interface Wish {
  /** Without one, the newest of this channel that it can be done to. */
  readonly id: string | undefined;
  readonly channel: string;
  readonly person: Person;
}

/** Begins or ends a watch, and says what became of the wish either way. */
export async function watchCommand(
  bot: Bot,
  kind: 'watch' | 'unwatch',
  { id, channel, person }: Wish,
): Promise<Message> {
  const meant = id ?? (await newestIn(bot, channel, kind === 'watch' ? isOverHere : isWatched));
  if (kind === 'watch')
    return sentence(
      meant === undefined
        ? 'There is no report in this channel to watch. /netcheck status lists all.'
        : await startWatch(bot, meant, person),
    );
  if (meant === undefined) return sentence('Nothing is watched in this channel.');
  const isEnded = await endWatch(bot, meant, `ended by ${person.name}`);
  return sentence(isEnded ? `No longer watching ${meant}.` : `${meant} is not watched.`);
}

async function newestIn(
  bot: Bot,
  channel: string,
  can: (bot: Bot, id: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const id of await bot.records.recent(lookedAt)) {
    const asked = await bot.records.asked(id);
    if (asked?.where.channel === channel && (await can(bot, id))) return id;
  }
  return undefined;
}

async function isOverHere({ records }: Bot, id: string): Promise<boolean> {
  return (await records.investigation(id))?.progress.phase === 'ended';
}

async function isWatched({ records }: Bot, id: string): Promise<boolean> {
  const watch = await records.followUps.watch(id);
  return watch !== undefined && watch.ended === undefined;
}
