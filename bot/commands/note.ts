import { longestNote } from '../../core/follow-up/notes.ts';
import type { FollowJob } from '../../core/jobs.ts';
import type { Person } from '../../core/remediation/state.ts';
import { followOptions } from '../begin.ts';
import type { Bot } from '../bot.ts';
import type { Message } from '../views/message.ts';
import { sentence } from '../views/replies.ts';

/** As many of the latest investigations as are looked through for the one of a thread. */
const lookedAt = 100;

type Noting = Pick<Bot, 'cluster' | 'records' | 'follow'>;

interface Said {
  readonly channel: string;
  /** The first message of the thread that it was said in; elsewhere the text begins with the id of the investigation. */
  readonly thread?: string | undefined;
  readonly person: Person;
  /** As a person typed it, without the word `note`. */
  readonly text: string;
  /** What tells this message from all others: of one that is delivered twice one note is made. */
  readonly ts: string;
}

/** Notes what a person said of an investigation; answers what became of it. */
export async function noteIn(bot: Noting, said: Said): Promise<Message> {
  const { channel, thread, text } = said;
  if (thread !== undefined) {
    const id = await investigationIn(bot, channel, thread);
    return id === undefined
      ? sentence('There is no report in this thread. Type /netcheck note <id> <what you saw>.')
      : note(bot, id, said);
  }
  const [, id = '', rest = ''] = /^`?([a-z0-9]{4,32})`?\s+(.+)$/s.exec(text.trim()) ?? [];
  if (rest === '') return sentence('Type /netcheck note <id> <what you saw>, as in: only from node a.');
  if ((await bot.records.asked(id)) === undefined)
    return sentence(`There is no investigation ${id}. /netcheck status lists them.`);
  return note(bot, id, { ...said, text: rest });
}

async function note(
  { cluster, records, follow }: Noting,
  id: string,
  { person, text, ts }: Said,
): Promise<Message> {
  const said = text.replace(/\s+/g, ' ').trim();
  if (said === '') return sentence('Say what you saw, as in: note only from node a.');
  const { length } = Array.from(said);
  if (length > longestNote)
    return sentence(
      `A note has ${longestNote} characters at most, and this has ${length}: nothing was noted.`,
    );
  await records.followUps.addNote(id, ts, { by: person, at: Date.now(), text: said });
  const job: FollowJob = { kind: 'notes', cluster, investigation: id };
  await follow.add('notes', job, { jobId: `notes-${id}-${ts}`, ...followOptions });
  return sentence('Noted as said by you; rules go by measurements only.');
}

/** The newest investigation that is reported in a thread. */
async function investigationIn(
  { records }: Noting,
  channel: string,
  thread: string,
): Promise<string | undefined> {
  for (const id of await records.recent(lookedAt)) {
    const asked = await records.asked(id);
    if (asked?.where.channel !== channel) continue;
    const root = asked.where.thread ?? (await records.posted(id)).get('root')?.ts;
    if (root === thread) return id;
  }
  return undefined;
}
