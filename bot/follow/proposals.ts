import { setTimeout as pause } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { remediateOptions, type RemediateJob } from '../../core/jobs.ts';
import type { Proposal } from '../../core/remediation/proposal.ts';
import { netcheck, type Person, type Remediation } from '../../core/remediation/state.ts';
import { surroundingsOf } from '../proposal-surroundings.ts';
import { proposalRole, type Records } from '../records.ts';
import { byHandMessage, proposalMessage } from '../views/proposal.ts';
import type { ReportThread } from './thread.ts';
import { pollMs, type FollowTools } from './tools.ts';

/** How long a proposal may be approved, in milliseconds: what was true of the cluster an hour ago need not be. */
const approvableMs = 3600_000;
/** How long a proposal waits for its dry run before it is posted without, in milliseconds. */
const previewPatienceMs = 5000;

interface Proposed {
  readonly proposal: Proposal;
  readonly investigation: string;
  readonly foundBy?: string;
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

/** Posts a proposal with what the dry run says, if that comes soon: a person is to see what they approve. */
export async function postProposal(
  created: Remediation,
  thread: ReportThread,
  { cluster, channel }: { readonly cluster: string; readonly channel: string },
  { records, approval, signal }: FollowTools,
): Promise<void> {
  const { id, remediation } = created.proposal;
  if (remediation === 'manual') return postByHand([created.proposal], thread);
  let now = created;
  const isAwaited = (): boolean => now.preview === undefined && now.state.step === 'proposed';
  for (const until = Date.now() + previewPatienceMs; isAwaited() && Date.now() < until;) {
    await pause(pollMs, undefined, { signal });
    now = (await records.remediations.read(id)) ?? now;
  }
  const around = surroundingsOf({ cluster, approval }, now, channel);
  await thread.post(proposalRole(id), proposalMessage(now, around));
}

/** Says how to make the changes without netcheck. */
export async function postByHand(proposals: readonly Proposal[], thread: ReportThread): Promise<void> {
  for (const proposal of proposals) await thread.post(proposalRole(proposal.id), byHandMessage(proposal));
}
