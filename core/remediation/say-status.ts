import { sayTime } from '../duration.ts';
import type { Outcome } from './outcome.ts';
import { sayOutcomeKind } from './say-outcome.ts';
import { approversOf, type Remediation } from './state.ts';

/** How far a change is, in words that are not escaped; nothing while it is open. */
export function sayProposalStatus(
  remediation: Remediation,
  { silent, cluster }: { readonly silent: boolean; readonly cluster: string },
): string | undefined {
  const { state, approvals } = remediation;
  const silence = silent ? `, but no remediator of cluster ${cluster} answers` : '';
  const lastYes = approvals.at(-1);
  const approved =
    lastYes === undefined ? '' : `Approved by ${approversOf(remediation)} at ${sayTime(lastYes.at)}, `;
  switch (state.step) {
    case 'proposed':
      return lastYes === undefined ? undefined : `Approved by ${approversOf(remediation)}; one more has to`;
    case 'dismissed':
      return `Dismissed by ${state.by.name}`;
    case 'withdrawn':
      return `Withdrawn, nothing was changed: ${state.why}`;
    case 'approved':
      return `${approved}not applied yet${silence}`;
    case 'applying':
      return `${approved}applying${silence}`;
    case 'applied':
      return `${approved}applied at ${sayTime(state.at)}, checking again`;
    case 'verified':
      return `${approved}applied: ${sayOutcome(state.outcome)}`;
    case 'failed':
      return `${approved}nothing was changed: ${state.why}`;
    case 'unknown':
      return `${approved}not all of it is certain to be done. Look at the objects: ${state.why}`;
    case 'undoing':
      return `Being taken back for ${state.by.name}`;
    case 'undone':
      return remediation.proposal.trial === undefined
        ? `Taken back for ${state.by.name}${was(state.outcome)}: what was changed has its old values`
        : 'The trial is over, and what was changed has its old values';
    case 'undo-failed':
      return `Could not be taken back for ${state.by.name}: ${state.why}`;
  }
}

function was(outcome: Outcome | undefined): string {
  return outcome === undefined ? '' : `, as it was ${sayOutcomeKind(outcome.kind)}`;
}

function sayOutcome({ kind, reason }: Outcome): string {
  return `${sayOutcomeKind(kind)}: ${reason}`;
}
