import { compareReports, compareSamples, type SamplesCompared } from '../../core/follow-up/compare.ts';
import type { Run } from '../../core/follow-up/again.ts';
import type { FollowJob } from '../../core/jobs.ts';
import type { Records } from '../records.ts';
import { lookedAgainMessage, lookingAgainMessage, notLookedAgainMessage } from '../views/looked-again.ts';
import { endOf } from './end-of.ts';
import { tellRequester } from './tell-requester.ts';
import { ReportThread, Unreachable } from './thread.ts';
import type { FollowTools } from './tools.ts';

type RunJob = Extract<FollowJob, { kind: 'run' }>;

/** Says in the thread of a report what another look at the same found: one message, from "looking" to the comparison. */
export async function followRun({ investigation, nr, cluster }: RunJob, tools: FollowTools): Promise<void> {
  const { records, signal } = tools;
  const [asked, first, runs, posted] = await Promise.all([
    records.asked(investigation),
    records.investigation(investigation),
    records.followUps.runs(investigation),
    records.posted(investigation),
  ]);
  const run = runs[nr - 1];
  if (asked === undefined || first?.progress.phase !== 'ended' || run === undefined) {
    tools.logger.warn('nobody knows what was to be looked at again any more');
    return;
  }
  const before = first.progress.report;
  const role = `run-${nr}`;
  const thread = new ReportThread(
    { ...tools, id: investigation, where: asked.where, since: asked.requestedAt },
    posted,
  );
  try {
    if (tools.isRepeated) await thread.reconcile();
    await thread.show(role, lookingAgainMessage(run));
    const ended = await endOf(records, { id: run.id, cluster, signal });
    const told =
      'why' in ended
        ? notLookedAgainMessage(ended.why)
        : lookedAgainMessage({
            run,
            now: ended.report,
            causes: compareReports(before, ended.report, run.only),
            samples: await samplesOf(records, investigation, run),
          });
    await thread.settle(role, told);
  } catch (error) {
    // The response_url that is kept is that of whoever asked first, and nobody else's.
    if (error instanceof Unreachable)
      await tellRequester({ where: { ...asked.where, requester: run.by } }, error.code, tools);
    throw error;
  }
}

/** What more attempts came to, where that was asked for. */
async function samplesOf(
  records: Records,
  investigation: string,
  { id, effort }: Run,
): Promise<readonly SamplesCompared[]> {
  if (effort === undefined) return [];
  return compareSamples(await records.evidence(investigation), await records.evidence(id));
}
