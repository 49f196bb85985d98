import { decide } from './decide.ts';
import type { Evidence, Observation } from './evidence.ts';
import { observationsFor, type Hypothesis, type Plan } from './plan.ts';
import type { Cause } from './playbook/cause.ts';
import type { Context } from './playbook/vocabulary/context.ts';
import { trialId, withTrial } from './remediation/trial.ts';
import type { Verdict } from './verdict.ts';

/** A verdict, and what it weighs among the others. */
export interface Judged {
  readonly verdict: Verdict;
  /** Whether its cause is one of the network or only looks like it. */
  readonly network: boolean;
  /** Ids of the causes that show the same symptom. */
  readonly lookAlikes: readonly string[];
  readonly coverage?: { readonly share: number; readonly reason: string } | 'uncounted';
}

/** The verdict on one hypothesis of a plan, and which evidence it rests on. */
export function judge(hypothesis: Hypothesis, plan: Plan, evidence: ReadonlyMap<string, Evidence>): Judged {
  const { cause, looks, chart } = hypothesis;
  const observations = observationsFor(hypothesis, evidence);
  const trial = evidence.get(trialId(cause.id));
  const decision = withTrial(decide(cause, observations, plan.context), trial);
  const read = [...looks.values()].flatMap((look) => ('request' in look ? [look.request] : []));
  if (chart !== undefined && evidence.has(chart.id)) read.push(chart.id);
  if (trial !== undefined) read.push(trialId(cause.id));
  const coverage =
    decision.status === 'confirmed' ? coverageOf(cause, observations, plan.context) : undefined;
  return {
    verdict: { cause: cause.id, title: cause.title, ...decision, evidence: read },
    network: cause.network,
    lookAlikes: cause.lookAlikes,
    ...(coverage && { coverage }),
  };
}

/** How much of the symptom a confirmed cause accounts for; nothing where its playbook does not say how to count. */
export function coverageOf(
  { explains }: Pick<Cause, 'explains'>,
  observations: ReadonlyMap<string, Observation>,
  context: Context,
): Judged['coverage'] {
  const evaluated = explains?.share.evaluate(observations, context);
  if (explains === undefined || evaluated === undefined) return undefined;
  if (!('value' in evaluated)) return 'uncounted';
  const share = Number(evaluated.value);
  // 0/0: nobody suffered, so there is nothing to explain.
  if (Number.isNaN(share)) return 'uncounted';
  return { share: Math.min(Math.max(share, 0), 1), reason: explains.because.render(observations, context) };
}
