import type { Person, Remediation } from '../../core/remediation-state.ts';
import type { Proposal } from '../../core/remediations.ts';
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
  const fresh: Remediation = {
    ...proposed,
    expiresAt: Date.now() + approvableMs,
    state: { step: 'proposed' },
  };
  if (await records.advance(fresh)) return fresh;
  return (await records.remediation(proposed.proposal.id)) ?? fresh;
}
