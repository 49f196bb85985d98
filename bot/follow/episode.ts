import type { Episode } from '../../core/alerts/episode.ts';
import type { FollowJob, Held } from '../../core/jobs.ts';
import { isOver, type Progress } from '../../core/progress.ts';
import { surroundingsOf } from '../proposal-surroundings.ts';
import { proposalRole, type Asked } from '../records.ts';
import { reportOn } from '../report-on.ts';
import { sayResolved } from '../views/episode.ts';
import type { Message } from '../views/message.ts';
import { proposalMessage } from '../views/proposal.ts';
import { sentence } from '../views/replies.ts';
import { rootOf } from './root-of.ts';
import { ReportThread } from './thread.ts';
import { Later, type FollowTools } from './tools.ts';

type EpisodeJob = Extract<FollowJob, { kind: 'episode' }>;

/** The role of the line that says that the alerts are over. */
const resolvedRole = 'resolved';

/** Milliseconds between two looks whether a report is over, and after which nobody waits for that any more. */
const lookEveryMs = 2000;
const patienceMs = 2 * 3600_000;

/**
 * Shows in a report that nobody works on what its alerts say by now: before its turn has come, and after it is over. While
 * it is under way its own follower does. Of several changes only the last is shown.
 */
export async function followEpisode(job: EpisodeJob, tools: FollowTools): Promise<void> {
  const { records, startedAt } = tools;
  const episode = await records.episodes.read(job.episode);
  if (episode === undefined || episode.change > job.change) return;
  const id = await reportOn(records, job.episode);
  const asked = await records.asked(id);
  if (asked === undefined) return;
  const context = { ...tools, id, where: asked.where, since: asked.requestedAt };
  const thread = new ReportThread(context, await records.posted(id));
  const shown = { id, asked, thread };
  const stage = await stageOf(shown, episode, tools);
  if (stage === 'called-off') return;
  if (stage === 'others' && Date.now() - startedAt < patienceMs) throw new Later(lookEveryMs);
  if (stage === 'others') return;
  const isQuiet = episode.resolvedAt !== undefined;
  const isThere = thread.place('root') !== undefined;
  const mayHavePosted = isThere ? isQuiet && thread.place(resolvedRole) === undefined : true;
  if (tools.isRepeated && mayHavePosted) await thread.reconcile();
  await thread.settle('root', () => rootNow(job, shown, tools));
  // Its turn has come meanwhile: what is to be said below the message waits until the report is over.
  if ((await stageOf(shown, episode, tools)) !== 'ours') throw new Later(lookEveryMs);
  if (isQuiet || thread.place(resolvedRole) !== undefined)
    await thread.settle(resolvedRole, async () => {
      const now = await records.episodes.read(job.episode);
      const isWorthIt = now?.resolvedAt !== undefined || thread.place(resolvedRole) !== undefined;
      return now && isWorthIt ? sentence(sayResolved(now)) : undefined;
    });
  if (isQuiet) await redrawWithdrawn(job, shown, tools);
}

/** As all is by now, unless its message has become somebody else's. */
async function rootNow(job: EpisodeJob, shown: Shown, tools: FollowTools): Promise<Message | undefined> {
  const { id, asked } = shown;
  const { records } = tools;
  const episode = await records.episodes.read(job.episode);
  if (episode === undefined || (await stageOf(shown, episode, tools)) !== 'ours') return undefined;
  const progress = await progressOf(id, tools);
  const held = progress === undefined ? heldNow(asked) : undefined;
  return rootOf(id, { cluster: job.cluster, asked, progress, held }, records);
}

/** Whose the first message is; what was called off before anybody was told is not worth telling. */
async function stageOf(
  { id, asked, thread }: Shown,
  { isCalledOff }: Episode,
  tools: FollowTools,
): Promise<'ours' | 'others' | 'called-off'> {
  const isThere = thread.place('root') !== undefined;
  const progress = await progressOf(id, tools);
  const isDone = progress !== undefined && isOver(progress);
  if (isDone && !isThere && isCalledOff && asked.held !== undefined) return 'called-off';
  return heldNow(asked) !== undefined || (isDone && isThere) ? 'ours' : 'others';
}

function heldNow({ held }: Asked): Held | undefined {
  return held !== undefined && held.until > Date.now() ? held : undefined;
}

/** Undefined while no worker has taken it; what was cancelled before that no worker will. */
async function progressOf(id: string, { records }: FollowTools): Promise<Progress | undefined> {
  const progress = (await records.investigation(id))?.progress;
  if (progress !== undefined && isOver(progress)) return progress;
  const isNobodys = progress === undefined && (await records.isCancelled(id));
  return isNobodys ? { phase: 'cancelled' } : progress;
}

interface Shown {
  readonly id: string;
  readonly asked: Asked;
  readonly thread: ReportThread;
}

/** No button stays that decides nothing. */
async function redrawWithdrawn(
  { cluster }: EpisodeJob,
  { id, asked, thread }: Shown,
  { records, approval }: FollowTools,
): Promise<void> {
  for (const now of await records.remediations.of(id)) {
    const role = proposalRole(now.proposal.id);
    if (now.state.step !== 'withdrawn' || thread.place(role) === undefined) continue;
    const around = surroundingsOf({ cluster, approval }, now, asked.where.channel);
    await thread.settle(role, proposalMessage(now, around));
  }
}
