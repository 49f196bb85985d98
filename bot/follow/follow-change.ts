import type { Queue } from 'bullmq';
import type { FollowJob } from '../../core/jobs.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import { followOptions } from '../begin.ts';

/** Has somebody carry a change on and keep its message up to date; once for each thing that happened to it. */
export async function followChange(follow: Queue, cluster: string, now: Remediation): Promise<void> {
  const { proposal, investigation, revision } = now;
  const job: FollowJob = { kind: 'remediation', cluster, proposal: proposal.id, investigation };
  await follow.add('remediation', job, { jobId: `${proposal.id}-${revision}`, ...followOptions });
}
