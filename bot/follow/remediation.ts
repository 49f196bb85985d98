import { setTimeout as pause } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { remediateOptions, type FollowJob, type RemediateJob } from '../../core/jobs.ts';
import { approversNeeded } from '../../core/remediation/policy.ts';
import { isSettled, type Remediation } from '../../core/remediation/state.ts';
import { approvableOf, surroundingsOf } from '../proposal-surroundings.ts';
import { proposalRole, type Asked } from '../records.ts';
import { hypothesesMessages } from '../views/hypotheses.ts';
import { proposalMessage } from '../views/proposal.ts';
import { postChangeChart } from './change-chart.ts';
import { rootOf } from './root-of.ts';
import { ReportThread } from './thread.ts';
import { pollMs, type FollowTools } from './tools.ts';

type RemediationJob = Extract<FollowJob, { kind: 'remediation' }>;
type Tools = FollowTools & { readonly remediate: Queue };

/** Milliseconds after an approval: when to say that nobody carries it out, and when to take it back. */
const silentAfterMs = 30_000;
const takeBackAfterMs = 15 * 60_000;
const askAgainMs = 5000;
/** Milliseconds after an approval after which nobody waits for the check any more. */
const patienceMs = 2 * 3600_000;

/** Has a change carried on, and keeps its message up to date until it is known what came of it. */
export async function followRemediation(job: RemediationJob, tools: Tools): Promise<void> {
  const { proposal, investigation } = job;
  const { records, signal, startedAt } = tools;
  const asked = await records.asked(investigation);
  const first = await records.remediations.read(proposal);
  if (asked === undefined || first === undefined) {
    tools.logger.warn('nobody knows what was asked any more');
    return;
  }
  const thread = new ReportThread(
    { ...tools, id: investigation, where: asked.where, since: asked.requestedAt },
    await records.posted(investigation),
  );
  await handOver(first, asked, tools);
  let shown = '';
  while (Date.now() - startedAt < patienceMs) {
    const silent = Date.now() - startedAt > silentAfterMs;
    const state = `${(await records.remediations.revision(proposal)) ?? 'none'} ${silent}`;
    if (state !== shown) {
      const now = await records.remediations.read(proposal);
      if (now === undefined) return;
      await show(now, { thread, asked, silent, job }, tools);
      await postChangeChart(now, thread, { ...tools, where: asked.where });
      if (isSettled(now) || now.state.step === 'proposed') return;
      shown = state;
    }
    if (Date.now() - startedAt > takeBackAfterMs) await takeBack(job, first, tools);
    await pause(pollMs, undefined, { signal });
  }
}

/** To the remediator, if those who approved still may, and still are enough: it may be a while since they clicked. */
async function handOver(now: Remediation, { where }: Asked, tools: Tools): Promise<void> {
  const { records, remediate } = tools;
  const { proposal, revision } = now;
  const why = now.state.step === 'approved' ? await whyNotAnyMore(now, where.channel, tools) : undefined;
  if (why !== undefined) {
    await records.remediations.takeFrom(now, { kind: 'withdraw', why });
    return;
  }
  const job: RemediateJob = { proposal: proposal.id };
  await remediate.add('carry-on', job, { jobId: `${proposal.id}-${revision}`, ...remediateOptions });
}

async function whyNotAnyMore(
  now: Remediation,
  channel: string,
  { approval, approvers, remediation, signal, startedAt }: Tools,
): Promise<string | undefined> {
  if (remediation === 'off') return 'changes were switched off after it was approved';
  const approvable = approvableOf(now, channel);
  if (now.approvals.length < approversNeeded(approval, approvable))
    return 'it takes more approvals by now than it has';
  for (const { by } of now.approvals) {
    let barred = await approvers.check(by, approvable, channel);
    // Slack may have a bad minute; a person should not have to click again for that.
    while (barred === 'cannot-tell' && Date.now() - startedAt < takeBackAfterMs) {
      await pause(askAgainMs, undefined, { signal });
      barred = await approvers.check(by, approvable, channel);
    }
    if (barred !== undefined) return `${by.name}, who approved it, may not approve it any more`;
  }
  return undefined;
}

interface Shown {
  readonly thread: ReportThread;
  readonly asked: Asked;
  readonly silent: boolean;
  readonly job: RemediationJob;
}

async function show(now: Remediation, { thread, asked, silent, job }: Shown, tools: Tools): Promise<void> {
  const { cluster, investigation, proposal } = job;
  const { records, approval } = tools;
  // A check may take its time, as that before a trial; only what nobody has begun is late.
  const late = silent && now.state.step === 'approved' && now.proposal.trial === undefined;
  const around = surroundingsOf({ cluster, approval }, now, asked.where.channel, late);
  await thread.settle(proposalRole(proposal), proposalMessage(now, around));
  const found = await records.investigation(investigation);
  if (found?.progress.phase !== 'ended') return;
  await thread.settle(
    'root',
    await rootOf(investigation, { cluster, asked, progress: found.progress }, records),
  );
  // What a trial has shown is a verdict like any other.
  if (now.proposal.trial === undefined || now.state.step !== 'undone') return;
  for (const [index, message] of hypothesesMessages(found.progress.report, false).entries())
    await thread.settle(`hypotheses-${index + 1}`, message);
}

/**
 * What was approved for a cluster as it was must not happen to it hours later. A job that somebody works on cannot be
 * removed, so either it is taken back or it is carried out, never both.
 */
async function takeBack(
  { proposal, cluster }: RemediationJob,
  { revision }: Remediation,
  { records, remediate }: Tools,
): Promise<void> {
  const now = await records.remediations.read(proposal);
  if (now?.state.step !== 'approved' || (await remediate.remove(`${proposal}-${revision}`)) !== 1) return;
  const minutes = takeBackAfterMs / 60_000;
  const why = `no remediator of cluster ${cluster} carried it out within ${minutes} min`;
  await records.remediations.takeFrom(now, { kind: 'withdraw', why });
}
