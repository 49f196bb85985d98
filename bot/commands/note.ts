import { longestNote } from '../../core/follow-up/notes.ts';
import type { FollowJob } from '../../core/jobs.ts';
import type { Person } from '../../core/remediation/state.ts';
import { followOptions } from '../begin.ts';
import type { Bot } from '../bot.ts';
import type { Message } from '../views/message.ts';
import { sentence } from '../views/replies.ts';
import { investigationMeant } from './meant.ts';

type Noting = Pick<Bot, 'cluster' | 'records' | 'rooms' | 'follow'>;

interface Said {
  readonly channel: string;
  /** The first message of the thread that it was said in; elsewhere the text begins with the id of the investigation. */
  readonly thread: string | undefined;
  readonly person: Person;
  /** As a person typed it, without the word `note`. */
  readonly text: string;
  /** What tells this message from all others: of one that is delivered twice one note is made. */
  readonly ts: string;
}

/** Notes what a person said of an investigation; answers what became of it. */
export async function noteIn(bot: Noting, said: Said): Promise<Message> {
  const { thread, text } = said;
  const [, typed = '', rest = ''] = /^`?([a-z0-9]{4,32})`?\s+(.+)$/s.exec(text.trim()) ?? [];
  if (thread === undefined && rest === '')
    return sentence('Type /netcheck note <id> <what you saw>, as in: only from node a.');
  const id = thread === undefined ? typed : undefined;
  const meant = await investigationMeant(bot, { ...said, id }, () => Promise.resolve(true));
  switch (meant.kind) {
    case 'one':
      return note(bot, meant.id, { ...said, text: thread === undefined ? rest : text });
    case 'unknown':
      return sentence(`There is no investigation ${meant.id}. /netcheck status lists them.`);
    case 'none-in-thread':
    case 'none-in-channel':
      return sentence('There is no report in this thread. Type /netcheck note <id> <what you saw>.');
  }
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
