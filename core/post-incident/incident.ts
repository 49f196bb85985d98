import * as z from 'zod';
import type { Bundle } from '../bundle.ts';
import type { Evidence } from '../evidence.ts';
import { environmentValues, redact } from '../redact.ts';
import { Remediation } from '../remediation/state.ts';
import { Report } from '../report.ts';
import { Request } from '../request.ts';

/** Something else that belongs to an incident: an alert that fired, a note that a person took. `at` is unix milliseconds. */
const Happened = z.strictObject({ at: z.number(), what: z.string() });
export type Happened = z.infer<typeof Happened>;

/** An investigation that has ended, and all that came of it. */
export const Incident = z.strictObject({
  /** The version of netcheck. */
  netcheck: z.string(),
  /** The version of the playbooks, where it is known. */
  playbooks: z.string().optional(),
  cluster: z.string().optional(),
  request: Request,
  /** The name of who asked. */
  requester: z.string().optional(),
  /** Unix milliseconds. */
  requestedAt: z.number(),
  report: Report,
  remediations: z.array(Remediation),
  happened: z.array(Happened).default([]),
});
export type Incident = z.infer<typeof Incident>;

/** As it is put together; nothing else need have happened. */
type Recorded = Omit<Incident, 'happened'> & Partial<Pick<Incident, 'happened'>>;

/** An incident without secrets, as bundles are; `evidence` is what its investigation found. */
export function makeIncident(recorded: Recorded, evidence: readonly Evidence[]): Incident {
  const remediations = [...recorded.remediations].sort(oldestFirst);
  const { value } = redact({ ...recorded, remediations }, environmentValues(evidence));
  return Incident.parse(value);
}

/** Redis has them in no order. */
function oldestFirst(a: Remediation, b: Remediation): number {
  const begun = ({ trail }: Remediation): number => trail[0]?.at ?? 0;
  return begun(a) - begun(b) || (a.proposal.id < b.proposal.id ? -1 : 1);
}

/** As far as a bundle knows: it holds nothing of what people did. */
export function incidentOf({ netcheck, investigation, report, evidence }: Bundle): Incident {
  const { request, startedAt: requestedAt } = investigation;
  return makeIncident({ netcheck, request, requestedAt, report, remediations: [] }, evidence);
}
