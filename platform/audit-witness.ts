import type { AuditEntry } from '../core/audit.ts';
import type { Remediation, TrailEntry } from '../core/remediation/state.ts';
import type { AuditLog } from './audit-log.ts';
import type { Witness } from './remediation-records.ts';

/** Writes what happens to proposals into the audit, each thing once however often it is told. */
export function witnessOf(audit: AuditLog): Witness {
  return async (remediation, first) => {
    for (const [index, happened] of remediation.trail.entries()) {
      if (index < first) continue;
      await audit.append(entryOf(remediation, happened), `${remediation.proposal.id}:${index}`);
    }
  };
}

function entryOf(
  { proposal, investigation, preview, approvals, state }: Remediation,
  { at, who, what, why }: TrailEntry,
): Omit<AuditEntry, 'cluster'> {
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
    ...(approvals.length > 0 && { approvals: approvals.map(({ by }) => by) }),
    ...(diff !== undefined && what !== 'previewed' && { diff }),
    ...(outcome !== undefined && what === 'verified' && { outcome }),
    ...(why !== undefined && { why }),
  };
}
