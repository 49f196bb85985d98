import type { EvidenceRequest, Window } from '../evidence.ts';
import { plan } from '../plan.ts';
import type { Cause } from '../playbook/cause.ts';
import type { Target } from '../target.ts';

type PromqlRequest = Extract<EvidenceRequest, { source: 'promql' }>;

/** Under which id the course of a cause over its change is kept as evidence: it is none of what led to the change. */
export function courseId(proposal: string): string {
  return `${proposal}-course`;
}

/**
 * What draws a cause over its change: its chart, of the pods from before the change and of those from after it, as a
 * rollout gives them other names. `window` begins where the investigation's began.
 */
export function courseOf(
  cause: Cause,
  before: Target,
  after: Target,
  window: Window,
): PromqlRequest | undefined {
  const target = {
    ...before,
    pods: [...new Map([...before.pods, ...after.pods].map((pod) => [pod.name, pod])).values()],
    nodes: [...new Set([...before.nodes, ...after.nodes])],
  };
  const chart = plan([cause], { target, window }).hypotheses[0]?.chart;
  if (chart?.source !== 'promql' || chart.step === undefined) return undefined;
  // The newest point is what the change is judged by, so the steps end there, whatever they begin with.
  const steps = Math.floor((window.to - window.from) / chart.step);
  return { ...chart, window: { from: window.to - steps * chart.step, to: window.to } };
}
