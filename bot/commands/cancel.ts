import { retentionSeconds } from '../../core/jobs.ts';
import { isOver } from '../../core/progress.ts';
import type { Bot } from '../bot.ts';
import type { Message } from '../views/message.ts';
import { sentence } from '../views/replies.ts';
import { subjectOf } from '../views/root-state.ts';
import { investigationMeant, noneInThread, type Wish } from './meant.ts';

/** Stops an investigation, and says what became of the wish either way. Without an id outside threads: one's own. */
export async function cancelInvestigation(bot: Bot, wish: Wish): Promise<Message> {
  const { thread, person } = wish;
  const meant = await investigationMeant(bot, wish, async (id, { where }) => {
    const isMine = where.requester.id === person.id;
    return (thread !== undefined || isMine) && (await isOpen(bot, id));
  });
  switch (meant.kind) {
    case 'one':
      return cancelOne(bot, meant.id);
    case 'unknown':
      return notKnown(meant.id);
    case 'none-in-thread':
      return sentence(noneInThread);
    case 'none-in-channel':
      return sentence('You have no open investigation in this channel. /netcheck status lists all.');
  }
}

async function cancelOne(bot: Bot, id: string): Promise<Message> {
  const asked = await bot.records.asked(id);
  if (asked === undefined) return notKnown(id);
  if (!(await isOpen(bot, id))) return sentence(`Investigation ${id} is over already.`);
  await bot.records.cancel(id, retentionSeconds);
  return sentence(`Cancelling ${id} (${subjectOf(asked.request)}).`);
}

function notKnown(id: string): Message {
  return sentence(`There is no investigation ${id}. /netcheck status lists them.`);
}

async function isOpen({ records }: Bot, id: string): Promise<boolean> {
  const [investigation, isCancelled] = await Promise.all([
    records.investigation(id),
    records.isCancelled(id),
  ]);
  return !isCancelled && (investigation === undefined || !isOver(investigation.progress));
}
