import type { AuditEntry } from '../core/audit.ts';
import type { Person, Remediation, TrailEntry } from '../core/remediation/state.ts';
import type { AuditLog } from './audit-log.ts';
import type { Witness } from './remediation-records.ts';

/** Writes what happens to proposals into the audit, each thing once however often it is told. */
export function witnessOf(audit: AuditLog): Witness {
  return async (remediation, first) => {
    for (const [index, happened] of remediation.trail.entries()) {
      if (index < first) continue;
      const before = remediation.trail.slice(0, index + 1);
      await audit.append(entryOf(remediation, happened, before), `${remediation.proposal.id}:${index}`);
    }
  };
}

function entryOf(
  { proposal, investigation, preview, state }: Remediation,
  { at, who, what, why }: TrailEntry,
  before: readonly TrailEntry[],
): Omit<AuditEntry, 'cluster'> {
  const approvals = approvedBy(before);
  const objects = preview?.kind === 'change' ? preview.objects : [];
  const diff = 'diff' in state ? state.diff : undefined;
  const outcome = 'outcome' in state ? state.outcome?.kind : undefined;
  return {
    at,
    who,
    what,
    proposal: proposal.id,
    investigation,
    remediation: proposal.remediation,
    object: objects.join(', ') || `Service ${proposal.namespace}/${proposal.service}`,
    ...(approvals.length > 0 && { approvals: [...approvals] }),
    ...(diff !== undefined && what !== 'previewed' && { diff }),
    ...(outcome !== undefined && what === 'verified' && { outcome }),
    ...(why !== undefined && { why }),
  };
}

/** Who had approved by then: what came later, and what was void before, is of no account. */
function approvedBy(trail: readonly TrailEntry[]): readonly Person[] {
  const from = trail.findLastIndex(({ what }) => what === 'outdated' || what === 'previewed');
  return trail.slice(from + 1).flatMap(({ what, who }) => (what === 'approved' ? [who] : []));
}
