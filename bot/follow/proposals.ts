import type { Queue } from 'bullmq';
import { remediateOptions, type RemediateJob } from '../../core/jobs.ts';
import type { Proposal } from '../../core/remediation/proposal.ts';
import { netcheck, type Person, type Remediation } from '../../core/remediation/state.ts';
import type { Records } from '../records.ts';

/** How long a proposal may be approved, in milliseconds: what was true of the cluster an hour ago need not be. */
const approvableMs = 3600_000;

interface Proposed {
  readonly proposal: Proposal;
  readonly investigation: string;
  readonly requester: Person;
}

/** Makes a proposal that people can decide on, unless it exists; then it stays as far as it has come. */
export async function createRemediation(records: Records, proposed: Proposed): Promise<Remediation> {
  const at = Date.now();
  return records.remediations.create({
    ...proposed,
    expiresAt: at + approvableMs,
    revision: 0,
    approvals: [],
    undoUnlessBetter: false,
    state: { step: 'proposed' },
    trail: [{ at, who: netcheck, what: 'proposed' }],
  });
}

/** Asks the remediator for a dry run, which it adds to the proposal. */
export async function askForPreview(remediate: Queue, { proposal, preview }: Remediation): Promise<void> {
  if (preview !== undefined || proposal.remediation === 'manual') return;
  const job: RemediateJob = { proposal: proposal.id };
  await remediate.add('preview', job, { jobId: `${proposal.id}-preview`, ...remediateOptions });
}
