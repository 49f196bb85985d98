import * as z from 'zod';
import { judge } from './judge.ts';
import { chartsOf } from './next-step.ts';
import { Conclusion, conclude, type Judged } from './conclusion.ts';
import type { Evidence } from './evidence.ts';
import { LookupFacts, Unavailable, Window } from './evidence.ts';
import { formatNames } from './format.ts';
import { MetricFacts } from './facts.ts';
import { observationsFor, type Hypothesis, type Plan } from './plan.ts';
import { Proposal } from './remediations.ts';
import { Target } from './target.ts';
import { Verdict } from './verdict.ts';

/** One piece of evidence as the report shows it: facts, not raw series. */
export const ReportedEvidence = z.strictObject({
  id: z.string(),
  title: z.string(),
  source: z.enum(['promql', 'cluster']),
  status: z.enum(['observed', 'unavailable']),
  query: z.string().optional(),
  link: z.string().optional(),
  window: Window.optional(),
  unit: z.enum(formatNames).optional(),
  samples: z.number().optional(),
  facts: LookupFacts.optional(),
  why: Unavailable.optional(),
});
export type ReportedEvidence = z.infer<typeof ReportedEvidence>;

const Timings = z.strictObject({
  /** Unix milliseconds. */
  startedAt: z.number(),
  endedAt: z.number(),
  totalMs: z.number(),
  slowestEvidenceMs: z.number(),
});

export const Report = z.strictObject({
  schema: z.literal('netcheck.report/v1'),
  id: z.string(),
  target: Target,
  symptom: z.string(),
  conclusion: Conclusion,
  hypotheses: z.array(Verdict),
  evidence: z.array(ReportedEvidence),
  proposals: z.array(Proposal),
  timings: Timings,
});
export type Report = z.infer<typeof Report>;

export interface Inquiry {
  readonly id: string;
  readonly target: Target;
  readonly symptom: string | undefined;
  readonly plan: Plan;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

/** Everything that an investigation found so far, decided anew from its evidence. `now` is unix milliseconds. */
export function buildReport(inquiry: Inquiry, evidence: ReadonlyMap<string, Evidence>, now: number): Report {
  const { plan } = inquiry;
  const judged = plan.hypotheses.map((hypothesis) => judge(hypothesis, plan, evidence));
  const requests = [...plan.requests, ...chartsOf(plan, evidence)];
  const inOrder = requests.flatMap(({ id }) => evidence.get(id) ?? []);
  return {
    schema: 'netcheck.report/v1',
    id: inquiry.id,
    target: inquiry.target,
    symptom: inquiry.symptom ?? 'any',
    conclusion: conclude(judged),
    hypotheses: judged.map(({ verdict }) => verdict),
    evidence: inOrder.map(reportEvidence),
    proposals: plan.hypotheses.flatMap((hypothesis, index) =>
      propose(inquiry, hypothesis, judged[index], evidence),
    ),
    timings: {
      startedAt: inquiry.startedAt,
      endedAt: now,
      totalMs: now - inquiry.startedAt,
      slowestEvidenceMs: Math.max(0, ...inOrder.map(({ tookMs }) => tookMs)),
    },
  };
}

function propose(
  { id, target, plan }: Inquiry,
  hypothesis: Hypothesis,
  judged: Judged | undefined,
  evidence: ReadonlyMap<string, Evidence>,
): Proposal[] {
  const { cause } = hypothesis;
  if (cause.fix === undefined || judged?.verdict.status !== 'confirmed') return [];
  const observations = observationsFor(hypothesis, evidence);
  const params = Object.fromEntries(
    Object.entries(cause.fix.params).map(([name, sentence]) => [
      name,
      sentence.render(observations, plan.context),
    ]),
  );
  // A cause can be certain while the value that would mend it is not: then there is nothing to propose.
  if (Object.values(params).some((value) => value === '' || value === '(unknown)')) return [];
  return [
    {
      id: `${id}-${cause.id}`,
      cause: cause.id,
      remediation: cause.fix.remediation,
      namespace: target.namespace,
      service: target.service,
      params,
      summary: cause.fix.summary.render(observations, plan.context),
      risk: cause.fix.risk,
    },
  ];
}

function reportEvidence({ request, observation, link }: Evidence): ReportedEvidence {
  const asked =
    request.source === 'promql'
      ? { query: request.query, window: request.window, unit: request.unit }
      : { query: `${request.lookup} ${request.params['service'] ?? ''}`.trim() };
  const common = {
    id: request.id,
    title: request.title,
    source: request.source,
    ...asked,
    ...(link !== undefined && { link }),
  };
  if (observation.status === 'unavailable') return { ...common, status: 'unavailable', why: observation.why };
  return {
    ...common,
    status: 'observed',
    samples: observation.samples,
    facts: observation.facts ?? summarise(new MetricFacts(observation.series ?? [])),
  };
}

/** JSON has no ∞, which adding up huge values gives: such a number is left out, and of an empty answer all but the counts. */
function summarise(facts: MetricFacts): LookupFacts {
  const { count, samples } = facts;
  if (samples === 0) return { count, samples };
  const { max, min, mean, sum } = facts;
  const numbers = Object.entries({ max, min, mean, sum, count, samples });
  return Object.fromEntries(numbers.filter(([, value]) => Number.isFinite(value)));
}
