import type { Queue } from 'bullmq';
import { withNotes } from '../../core/follow-up/notes.ts';
import type { FollowJob } from '../../core/jobs.ts';
import { evidenceMessage } from '../views/evidence.ts';
import { ReportThread } from './thread.ts';
import { Later, type FollowTools } from './tools.ts';

/** How long the evidence may take to be posted after a note, in milliseconds: posts queue where there are many reports. */
const patienceMs = 30 * 60_000;
/** Between two looks whether it is there, in milliseconds. */
const lookEveryMs = 1000;
const role = 'evidence';

type NotesJob = Extract<FollowJob, { kind: 'notes' }>;

type Tools = FollowTools & {
  /** Where the report is followed. */
  readonly follow: Queue;
};

/** Shows what people said beside what was measured. A report that is under way will show it by itself. */
export async function followNotes({ investigation }: NotesJob, tools: Tools): Promise<void> {
  const { records, follow } = tools;
  const [asked, found] = await Promise.all([
    records.asked(investigation),
    records.investigation(investigation),
  ]);
  if (asked === undefined || found?.progress.phase !== 'ended') return;
  const { report } = found.progress;
  // In this order: whoever is done has written down what it posted.
  const isPosting = await isUnderWay(follow, investigation);
  const posted = await records.posted(investigation);
  // Whoever follows the report posts the evidence, and posting it here as well would post it twice.
  if (isPosting && !posted.has(role)) {
    if (Date.now() - tools.startedAt < patienceMs) throw new Later(lookEveryMs);
    tools.logger.warn('notes are not shown: the evidence beside them was not posted in time');
    return;
  }
  const context = { ...tools, id: investigation, where: asked.where, since: asked.requestedAt };
  const thread = new ReportThread(context, posted);
  if (tools.isRepeated) await thread.reconcile();
  for (let shown = -1; ;) {
    const notes = await records.followUps.notes(investigation);
    if (notes.length === shown) return;
    const message = evidenceMessage(withNotes(report, notes));
    if (message !== undefined) await thread.settle(role, message);
    shown = notes.length;
  }
}

/** The follow job of a report has the name of its investigation. */
async function isUnderWay(follow: Queue, investigation: string): Promise<boolean> {
  const state = await follow.getJobState(investigation);
  return !['completed', 'failed', 'unknown'].includes(state);
}
