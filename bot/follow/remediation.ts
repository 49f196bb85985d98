import { setTimeout as pause } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { ApplyJob, FollowJob } from '../../core/jobs.ts';
import type { Remediation } from '../../core/remediation-state.ts';
import { proposalRole } from '../records.ts';
import { proposalMessage } from '../views/proposal.ts';
import { rootMessage } from '../views/root.ts';
import { ReportThread } from './thread.ts';
import { pollMs, type FollowTools } from './tools.ts';

type RemediationJob = Extract<FollowJob, { kind: 'remediation' }>;

/** Milliseconds without news after which the message says so, and after which nobody waits any more. */
const silentAfterMs = 30_000;
const patienceMs = 15 * 60_000;

/** Keeps an approved proposal's message up to date until it is known whether it helped. */
export async function followRemediation(
  { proposal, investigation, cluster }: RemediationJob,
  tools: FollowTools & { readonly remediate: Queue },
): Promise<void> {
  const { records, signal, approval, startedAt } = tools;
  const asked = await records.asked(investigation);
  if (asked === undefined) {
    tools.logger.warn('nobody knows what was asked any more');
    return;
  }
  const { where, requestedAt, request } = asked;
  const thread = new ReportThread(
    { ...tools, id: investigation, where, since: requestedAt },
    await records.posted(investigation),
  );
  const apply: ApplyJob = { proposal };
  await tools.remediate.add('apply', apply, { jobId: proposal });

  const show = async (remediation: Remediation, silent: boolean): Promise<void> => {
    const message = proposalMessage(remediation, approval, { at: startedAt, silent, cluster });
    await thread.settle(proposalRole(proposal), message);
    const found = await records.investigation(investigation);
    if (found?.progress.phase !== 'ended') return;
    const { proposals } = found.progress.report;
    const all = await Promise.all(proposals.map(({ id }) => records.remediation(id)));
    const remediations = all.filter((one) => one !== undefined);
    const { requester } = where;
    const root = { id: investigation, cluster, request, requester, silence: 'none' } as const;
    await thread.settle('root', rootMessage({ ...root, progress: found.progress, remediations }));
  };

  let newsAt = startedAt;
  let rank: number | undefined;
  let shown = '';
  for (;;) {
    const current = await records.remediationRank(proposal);
    if (current !== rank) newsAt = Date.now();
    rank = current;
    const silentMs = Date.now() - newsAt;
    const state = `${rank ?? 'none'} ${silentMs > silentAfterMs}`;
    if (state !== shown) {
      const remediation = await records.remediation(proposal);
      if (remediation === undefined) return;
      await show(remediation, silentMs > silentAfterMs);
      if (isDecided(remediation)) return;
      shown = state;
    }
    if (silentMs > patienceMs) return;
    await pause(pollMs, undefined, { signal });
  }
}

function isDecided({ state }: Remediation): boolean {
  return state.step === 'verified' || state.step === 'failed' || state.step === 'dismissed';
}
