import { setTimeout as pause } from 'node:timers/promises';
import { withNotes } from '../../core/follow-up/notes.ts';
import type { FollowJob } from '../../core/jobs.ts';
import { evidenceMessage } from '../views/evidence.ts';
import { ReportThread } from './thread.ts';
import { pollMs, type FollowTools } from './tools.ts';

/** How long the evidence may take to be posted after its investigation is over, in milliseconds. */
const patienceMs = 30_000;
const role = 'evidence';

type NotesJob = Extract<FollowJob, { kind: 'notes' }>;

/** Shows what people said beside what was measured. A report that is under way will show it by itself. */
export async function followNotes({ investigation }: NotesJob, tools: FollowTools): Promise<void> {
  const { records, signal } = tools;
  const [asked, found] = await Promise.all([
    records.asked(investigation),
    records.investigation(investigation),
  ]);
  if (asked === undefined || found?.progress.phase !== 'ended') return;
  const { report } = found.progress;
  let posted = await records.posted(investigation);
  for (const until = Date.now() + patienceMs; !posted.has(role) && Date.now() < until;) {
    await pause(pollMs, undefined, { signal });
    posted = await records.posted(investigation);
  }
  const context = { ...tools, id: investigation, where: asked.where, since: asked.requestedAt };
  const thread = new ReportThread(context, posted);
  if (tools.isRepeated) await thread.reconcile();
  const message = evidenceMessage(withNotes(report, await records.followUps.notes(investigation)));
  if (message !== undefined) await thread.settle(role, message);
}
