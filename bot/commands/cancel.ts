import { retentionSeconds } from '../../core/jobs.ts';
import { isOver } from '../../core/progress.ts';
import type { Person } from '../../core/remediation/state.ts';
import type { Bot } from '../bot.ts';
import type { Asked } from '../records.ts';
import type { Message } from '../views/message.ts';
import { sentence } from '../views/replies.ts';
import { subjectOf } from '../views/root-state.ts';

interface Cancelling {
  /** Without one, the newest open investigation that this person asked for in this channel. */
  readonly id: string | undefined;
  readonly channel: string;
  readonly person: Person;
}

/** Stops an investigation, and says what became of the wish either way. */
export async function cancelInvestigation(bot: Bot, { id, channel, person }: Cancelling): Promise<Message> {
  if (id !== undefined) return cancelOne(bot, id);
  for (const recent of await bot.records.recent(50)) {
    const asked = await bot.records.asked(recent);
    const isMine = asked?.where.channel === channel && asked.where.requester.id === person.id;
    if (isMine && (await isOpen(bot, recent))) return cancelOne(bot, recent, asked);
  }
  return sentence('You have no open investigation in this channel. /netcheck status lists all.');
}

async function cancelOne(bot: Bot, id: string, known?: Asked): Promise<Message> {
  const asked = known ?? (await bot.records.asked(id));
  if (asked === undefined) return sentence(`There is no investigation ${id}. /netcheck status lists them.`);
  if (!(await isOpen(bot, id))) return sentence(`Investigation ${id} is over already.`);
  await bot.records.cancel(id, retentionSeconds);
  return sentence(`Cancelling ${id} (${subjectOf(asked.request)}).`);
}

async function isOpen({ records }: Bot, id: string): Promise<boolean> {
  const [investigation, isCancelled] = await Promise.all([
    records.investigation(id),
    records.isCancelled(id),
  ]);
  return !isCancelled && (investigation === undefined || !isOver(investigation.progress));
}
