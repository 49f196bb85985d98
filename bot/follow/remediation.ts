import { setTimeout as pause } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { ApplyJob, FollowJob } from '../../core/jobs.ts';
import type { Remediation } from '../../core/remediation-state.ts';
import { proposalRole, type Asked } from '../records.ts';
import { proposalMessage } from '../views/proposal.ts';
import { rootMessage } from '../views/root.ts';
import { ReportThread } from './thread.ts';
import { pollMs, type FollowTools } from './tools.ts';

type RemediationJob = Extract<FollowJob, { kind: 'remediation' }>;
type Tools = FollowTools & { readonly remediate: Queue };

/** Milliseconds after an approval: when to say that nobody carries it out, and when to take it back. */
const silentAfterMs = 30_000;
const takeBackAfterMs = 15 * 60_000;
/** Milliseconds after an approval after which nobody waits for the check any more. */
const patienceMs = 2 * 3600_000;

/** Keeps an approved proposal's message up to date until it is known whether it helped. */
export async function followRemediation(job: RemediationJob, tools: Tools): Promise<void> {
  const { proposal, investigation } = job;
  const { records, remediate, signal, startedAt } = tools;
  const asked = await records.asked(investigation);
  if (asked === undefined) {
    tools.logger.warn('nobody knows what was asked any more');
    return;
  }
  const { where, requestedAt } = asked;
  const thread = new ReportThread(
    { ...tools, id: investigation, where, since: requestedAt },
    await records.posted(investigation),
  );
  const apply: ApplyJob = { proposal };
  await remediate.add('apply', apply, { jobId: proposal });

  let shown = '';
  while (Date.now() - startedAt < patienceMs) {
    const silent = Date.now() - startedAt > silentAfterMs;
    const state = `${(await records.remediationRank(proposal)) ?? 'none'} ${silent}`;
    if (state !== shown) {
      const remediation = await records.remediation(proposal);
      if (remediation === undefined) return;
      await show(remediation, { thread, asked, silent, job }, tools);
      if (isDecided(remediation)) return;
      shown = state;
    }
    if (Date.now() - startedAt > takeBackAfterMs) await takeBack(job, tools);
    await pause(pollMs, undefined, { signal });
  }
}

interface Shown {
  readonly thread: ReportThread;
  readonly asked: Asked;
  readonly silent: boolean;
  readonly job: RemediationJob;
}

async function show(
  remediation: Remediation,
  { thread, asked, silent, job }: Shown,
  { records, approval, startedAt }: Tools,
): Promise<void> {
  const { cluster, investigation, proposal } = job;
  // A check may take its time; only what nobody has begun is late.
  const late = silent && remediation.state.step === 'approved';
  const message = proposalMessage(remediation, approval, { at: startedAt, silent: late, cluster });
  await thread.settle(proposalRole(proposal), message);
  const found = await records.investigation(investigation);
  if (found?.progress.phase !== 'ended') return;
  const { progress } = found;
  const all = await Promise.all(progress.report.proposals.map(({ id }) => records.remediation(id)));
  const root = rootMessage({
    id: investigation,
    cluster,
    request: asked.request,
    requester: asked.where.requester,
    progress,
    silence: 'none',
    remediations: all.filter((one) => one !== undefined),
  });
  await thread.settle('root', root);
}

/**
 * What was approved for a cluster as it was must not happen to it hours later. A job that somebody works on cannot be
 * removed, so either it is taken back or it is carried out, never both.
 */
async function takeBack({ proposal, cluster }: RemediationJob, { records, remediate }: Tools): Promise<void> {
  const remediation = await records.remediation(proposal);
  if (remediation?.state.step !== 'approved' || (await remediate.remove(proposal)) !== 1) return;
  const minutes = takeBackAfterMs / 60_000;
  const why = `no remediator of cluster ${cluster} carried it out within ${minutes} min, so it was taken back`;
  await records.advance({ ...remediation, state: { step: 'failed', by: remediation.state.by, why } });
}

function isDecided({ state }: Remediation): boolean {
  return state.step === 'verified' || state.step === 'failed' || state.step === 'dismissed';
}
