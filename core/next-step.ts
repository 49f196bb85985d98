import { judge } from './judge.ts';
import type { Evidence, EvidenceRequest } from './evidence.ts';
import type { Plan } from './plan.ts';

export type NextStep =
  { readonly kind: 'gather'; readonly requests: readonly EvidenceRequest[] } | { readonly kind: 'done' };

/**
 * What an investigation does next: first all that can tell causes apart, then the course over time of those that are
 * confirmed, then nothing.
 */
export function nextStep(plan: Plan, evidence: ReadonlyMap<string, Evidence>): NextStep {
  const unseen = (requests: readonly EvidenceRequest[]): EvidenceRequest[] =>
    requests.filter(({ id }) => !evidence.has(id));
  const first = unseen(plan.requests);
  const requests = first.length > 0 ? first : unseen(chartsOf(plan, evidence));
  return requests.length === 0 ? { kind: 'done' } : { kind: 'gather', requests };
}

/** The charts of the causes that the evidence confirms. */
export function chartsOf(plan: Plan, evidence: ReadonlyMap<string, Evidence>): readonly EvidenceRequest[] {
  return plan.hypotheses
    .filter(({ chart }) => chart !== undefined)
    .filter((hypothesis) => judge(hypothesis, plan, evidence).verdict.status === 'confirmed')
    .flatMap(({ chart }) => chart ?? []);
}
