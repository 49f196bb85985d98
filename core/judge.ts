import type { Judged } from './conclusion.ts';
import { decide } from './decide.ts';
import type { Evidence } from './evidence.ts';
import { observationsFor, type Hypothesis, type Plan } from './plan.ts';

/** The verdict on one hypothesis of a plan, and which evidence it rests on. */
export function judge(hypothesis: Hypothesis, plan: Plan, evidence: ReadonlyMap<string, Evidence>): Judged {
  const { cause, looks, chart } = hypothesis;
  const decision = decide(cause, observationsFor(hypothesis, evidence), plan.context);
  const read = [...looks.values()].flatMap((look) => ('request' in look ? [look.request] : []));
  if (chart !== undefined && evidence.has(chart.id)) read.push(chart.id);
  return {
    verdict: { cause: cause.id, title: cause.title, ...decision, evidence: read },
    network: cause.network,
  };
}
