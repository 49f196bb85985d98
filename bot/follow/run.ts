import type { Queue } from 'bullmq';
import { compareReports, compareSamples, type SamplesCompared } from '../../core/follow-up/compare.ts';
import type { Run } from '../../core/follow-up/again.ts';
import { notYetOffered, stillOffered } from '../../core/follow-up/offer.ts';
import type { FollowJob } from '../../core/jobs.ts';
import type { Proposal } from '../../core/remediation/proposal.ts';
import type { Report } from '../../core/report.ts';
import type { Asked, Records } from '../records.ts';
import { lookedAgainMessage, lookingAgainMessage, notLookedAgainMessage } from '../views/looked-again.ts';
import { withdrawProposals } from '../withdraw.ts';
import { endOf } from './end-of.ts';
import { askForPreview, createRemediation, postByHand, postProposal } from './proposals.ts';
import { rootOf } from './root-of.ts';
import { tellRequester } from './tell-requester.ts';
import { ReportThread, Unreachable } from './thread.ts';
import type { FollowTools } from './tools.ts';

type RunJob = Extract<FollowJob, { kind: 'run' }>;
type Tools = FollowTools & { readonly remediate: Queue };

/**
 * Says in the thread of a report what another look at the same found: one message, from "looking" to the comparison, and
 * what it proposes beyond what is proposed there already.
 */
export async function followRun(job: RunJob, tools: Tools): Promise<void> {
  const { investigation, nr, cluster } = job;
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
    if ('report' in ended)
      await propose(ended.report, { job, run, earlier: runs.slice(0, nr - 1), asked, before, thread }, tools);
  } catch (error) {
    if (error instanceof Unreachable) {
      await withdrawProposals(records, investigation, 'the channel of the report cannot be written to');
      // The response_url that is kept is that of whoever asked first, and nobody else's.
      await tellRequester({ where: { ...asked.where, requester: run.by } }, error.code, tools);
    }
    throw error;
  }
}

interface LookedAgain {
  readonly job: RunJob;
  readonly run: Run;
  readonly earlier: readonly Run[];
  readonly asked: Asked;
  readonly before: Report;
  readonly thread: ReportThread;
}

/** What mends a cause that only this look has confirmed, or what nobody decided on in time. */
async function propose(now: Report, seen: LookedAgain, tools: Tools): Promise<void> {
  const { job, run, asked, before, thread } = seen;
  const { cluster, investigation } = job;
  const { records, remediate } = tools;
  const { remediations } = records;
  if (tools.remediation === 'off') {
    const offered = proposedBy([before, ...(await reportsOf(seen.earlier, records))]);
    return postByHand(notYetOffered(now.proposals, offered), thread);
  }
  const known = (await remediations.of(investigation)).filter(({ foundBy }) => foundBy !== run.id);
  const proposals = notYetOffered(now.proposals, stillOffered(known, Date.now()));
  const created = await Promise.all(
    proposals.map((proposal) =>
      createRemediation(records, { proposal, investigation, foundBy: run.id, requester: run.by }),
    ),
  );
  if (created.length === 0) return;
  await Promise.all(created.map((one) => askForPreview(remediate, one)));
  const place = { cluster, channel: asked.where.channel };
  for (const one of created) await postProposal(one, thread, place, tools);
  await thread.settle('root', async () => {
    const found = await records.investigation(investigation);
    return rootOf(investigation, { cluster, asked, progress: found?.progress }, records);
  });
}

async function reportsOf(runs: readonly Run[], records: Records): Promise<readonly Report[]> {
  const all = await Promise.all(runs.map(({ id }) => records.investigation(id)));
  return all.flatMap((one) => (one?.progress.phase === 'ended' ? [one.progress.report] : []));
}

function proposedBy(reports: readonly Report[]): readonly Proposal[] {
  return reports.flatMap(({ proposals }) => proposals);
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
