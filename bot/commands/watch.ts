import type { Person } from '../../core/remediation/state.ts';
import type { Bot } from '../bot.ts';
import type { Message } from '../views/message.ts';
import { notKnown } from '../views/follow-ups.ts';
import { sentence } from '../views/replies.ts';
import { endWatch, startWatch } from '../watching.ts';
import { investigationMeant, noneInThread, type Wish } from './meant.ts';

/** Begins or ends a watch, and says what became of the wish either way. */
export async function watchCommand(bot: Bot, kind: 'watch' | 'unwatch', wish: Wish): Promise<Message> {
  const [can, carryOut] = kind === 'watch' ? [isOverHere, startWatch] : [isWatched, end];
  const meant = await investigationMeant(bot, wish, (id) => can(bot, id));
  switch (meant.kind) {
    case 'one':
      return sentence(await carryOut(bot, meant.id, wish.person));
    case 'unknown':
      return sentence(kind === 'watch' ? notKnown : notWatched(meant.id));
    case 'none-in-thread':
      return sentence(noneInThread);
    case 'none-in-channel':
      return sentence(
        kind === 'watch'
          ? 'There is no report in this channel to watch. /netcheck status lists all.'
          : 'Nothing is watched in this channel.',
      );
  }
}

async function end(bot: Bot, id: string, by: Person): Promise<string> {
  const isEnded = await endWatch(bot, id, `ended by ${by.name}`);
  return isEnded ? `No longer watching ${id}.` : notWatched(id);
}

function notWatched(id: string): string {
  return `${id} is not watched.`;
}

async function isOverHere({ records }: Bot, id: string): Promise<boolean> {
  return (await records.investigation(id))?.progress.phase === 'ended';
}

async function isWatched({ records }: Bot, id: string): Promise<boolean> {
  const watch = await records.followUps.watch(id);
  return watch !== undefined && watch.ended === undefined;
}
