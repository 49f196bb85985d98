import type { AuditEntry } from '../core/audit.ts';
import { isRemediationId } from '../core/remediation/kinds.ts';
import type { Metrics } from './metrics.ts';

/** Counts what is entered into an audit. */
export function countAudit(metrics: Metrics): (entry: AuditEntry) => void {
  return ({ what, remediation }) => {
    const kind = isRemediationId(remediation) ? remediation : 'other';
    metrics.add('netcheck_remediation_events_total', { happening: what, kind });
  };
}
