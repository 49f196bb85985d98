import { isAlert } from '../core/alerts/by-alert.ts';
import { sayWhoMay, type Approvable, type ApprovalPolicy } from '../core/remediation/policy.ts';
import { changedNamespace } from '../core/remediation/proposal.ts';
import type { Remediation } from '../core/remediation/state.ts';
import type { Surroundings } from './views/proposal.ts';

/** What a proposal is about, as the policy sees it. */
export function approvableOf({ proposal, requester }: Remediation, channel: string): Approvable {
  const { remediation } = proposal;
  return { namespace: changedNamespace(proposal), remediation, requester: requester.id, channel };
}

/** What a message about a proposal says beyond the proposal. */
export function surroundingsOf(
  { cluster, approval }: { readonly cluster: string; readonly approval: ApprovalPolicy },
  remediation: Remediation,
  channel: string,
  silent = false,
): Surroundings {
  const approvable = approvableOf(remediation, channel);
  const { requester } = remediation;
  // An alert is nobody who could click.
  const policy = isAlert(requester) ? { ...approval, requesterMayApprove: true } : approval;
  return { whoMay: sayWhoMay(policy, approvable, requester.name), silent, cluster };
}
