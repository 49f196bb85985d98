import type { Evidence, EvidenceRequest } from './evidence.ts';
import type { Plan } from './plan.ts';

export type NextStep =
  { readonly kind: 'gather'; readonly requests: readonly EvidenceRequest[] } | { readonly kind: 'done' };

/** What an investigation does next: look at what it has not seen, or end. */
export function nextStep(plan: Plan, evidence: ReadonlyMap<string, Evidence>): NextStep {
  const requests = plan.requests.filter(({ id }) => !evidence.has(id));
  return requests.length === 0 ? { kind: 'done' } : { kind: 'gather', requests };
}
