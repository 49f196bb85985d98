import type { Person } from '../../core/remediation/state.ts';
import type { Bot } from '../bot.ts';
import type { Asked } from '../records.ts';
import { isVisible } from '../visible.ts';

/** As many of the latest investigations as are looked through for those of one channel or thread. */
const lookedAt = 100;

/** Who wishes something of an investigation, and where they said so. */
export interface Wish {
  /** Without one: that of the thread, or outside threads the newest of the channel that it can be done to. */
  readonly id: string | undefined;
  readonly channel: string;
  /** The first message of the thread that it was said in, if it was said in one. */
  readonly thread: string | undefined;
  readonly person: Person;
}

type Meant =
  | { readonly kind: 'one'; readonly id: string }
  /** Nobody knows it, or this person is not to know it. */
  | { readonly kind: 'unknown'; readonly id: string }
  | { readonly kind: 'none-in-thread' }
  | { readonly kind: 'none-in-channel' };

export const noneInThread = 'There is no report in this thread. /netcheck status lists all.';

type Finding = Pick<Bot, 'records' | 'rooms'>;

/** The investigation that a wish is about; without an id preferably one that it can be done to. */
export async function investigationMeant(
  bot: Finding,
  { id, channel, thread, person }: Wish,
  can: (id: string, asked: Asked) => Promise<boolean>,
): Promise<Meant> {
  const { records } = bot;
  if (id !== undefined) {
    const asked = await records.asked(id);
    const may = asked && (await isVisible(bot, { person: person.id, channel }, { id, asked }));
    return { kind: may === true ? 'one' : 'unknown', id };
  }
  let newest: string | undefined;
  for (const recent of await records.recent(lookedAt)) {
    const asked = await records.asked(recent);
    if (asked?.where.channel !== channel) continue;
    if (thread !== undefined && (await threadOf(bot, recent, asked)) !== thread) continue;
    if (await can(recent, asked)) return { kind: 'one', id: recent };
    newest ??= recent;
  }
  if (thread === undefined) return { kind: 'none-in-channel' };
  // What it cannot be done to says why.
  return newest === undefined ? { kind: 'none-in-thread' } : { kind: 'one', id: newest };
}

async function threadOf({ records }: Finding, id: string, { where }: Asked): Promise<string | undefined> {
  return where.thread ?? (await records.posted(id)).get('root')?.ts;
}
