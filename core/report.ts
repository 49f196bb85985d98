import * as z from 'zod';
import { Conclusion, conclude } from './conclusion.ts';
import type { Evidence } from './evidence.ts';
import {
  LookupFacts,
  Unavailable,
  Unseen,
  Window,
  type EvidenceRequest,
  type Observation,
} from './evidence.ts';
import { formatNames, formatValue } from './format.ts';
import { AttemptFacts } from './facts/attempts.ts';
import { MetricFacts } from './facts/metric.ts';
import { judge } from './judge.ts';
import { chartsOf, stepsTaken } from './next-step.ts';
import { batchId, observationsFor, type Plan } from './plan.ts';
import { isProbeId, probes, type Probe } from './probes.ts';
import { propose } from './remediation/propose.ts';
import { Proposal } from './remediation/proposal.ts';
import { trialId } from './remediation/trial.ts';
import { Target } from './target.ts';
import { Verdict } from './verdict.ts';

/** One piece of evidence as the report shows it: facts, not raw series. */
export const ReportedEvidence = z.strictObject({
  id: z.string(),
  title: z.string(),
  source: z.enum(['promql', 'cluster', 'probe', 'person']),
  status: z.enum(['observed', 'unavailable']),
  query: z.string().optional(),
  link: z.string().optional(),
  window: Window.optional(),
  unit: z.enum(formatNames).optional(),
  samples: z.number().optional(),
  facts: LookupFacts.optional(),
  why: Unavailable.optional(),
  /** Arms of a probe that could not be run, while others could. */
  unseen: z.array(Unseen).optional(),
  /** Who said it and when (unix milliseconds), where the title is what a person said. */
  said: z.strictObject({ by: z.string(), at: z.number() }).optional(),
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
  /** What was looked at in which order, and why; one sentence a round. */
  steps: z.array(z.string()).default([]),
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
  const requests = [...plan.requests, ...chartsOf(plan, judged)];
  const trials = plan.hypotheses.map(({ cause }) => ({ id: trialId(cause.id) }));
  const inOrder = [...requests, ...trials].flatMap(({ id }) => askedFor(id, evidence));
  return {
    schema: 'netcheck.report/v1',
    id: inquiry.id,
    target: inquiry.target,
    symptom: inquiry.symptom ?? 'any',
    conclusion: conclude(judged, plan.needFarEnd),
    hypotheses: judged.map(({ verdict }) => verdict),
    evidence: inOrder.map(reportEvidence),
    proposals: plan.hypotheses.flatMap((hypothesis, index) => {
      const verdict = judged[index]?.verdict;
      const observations = observationsFor(hypothesis, evidence);
      return verdict === undefined
        ? []
        : propose(inquiry, hypothesis.cause, verdict, { observations, context: plan.context });
    }),
    steps: stepsTaken(plan, evidence),
    timings: {
      startedAt: inquiry.startedAt,
      endedAt: now,
      totalMs: now - inquiry.startedAt,
      slowestEvidenceMs: Math.max(0, ...inOrder.map(({ tookMs }) => tookMs)),
    },
  };
}

/** What came in for one look: the first asking, and those for more attempts. */
function askedFor(id: string, evidence: ReadonlyMap<string, Evidence>): readonly Evidence[] {
  const all: Evidence[] = [];
  for (let batch = 1; ; batch++) {
    const one = evidence.get(batchId(id, batch));
    if (one === undefined) return all;
    all.push(one);
  }
}

function reportEvidence({ request, observation, link }: Evidence): ReportedEvidence {
  const common = {
    id: request.id,
    title: request.title,
    source: request.source,
    ...askedAs(request),
    ...(link !== undefined && { link }),
  };
  if (observation.status === 'unavailable')
    return { ...common, status: 'unavailable', why: withoutTitle(observation.why, request.title) };
  return {
    ...common,
    status: 'observed',
    samples: observation.samples,
    facts: factsOf(observation),
    ...(observation.unseen !== undefined && { unseen: observation.unseen }),
  };
}

/** A reason stands beside the title of its look, and need not repeat it. */
function withoutTitle({ reason, detail }: Unavailable, title: string): Unavailable {
  const said = `: ${title}`;
  return { reason, detail: detail.endsWith(said) ? detail.slice(0, -said.length) : detail };
}

function askedAs(request: EvidenceRequest): Pick<ReportedEvidence, 'query' | 'window' | 'unit'> {
  switch (request.source) {
    case 'promql':
      return { query: request.query, window: request.window, unit: request.unit };
    case 'cluster':
      return { query: `${request.lookup} ${request.params['service'] ?? ''}`.trim() };
    case 'probe': {
      const { probe, params, from, attempts } = request;
      const { facts }: Partial<Probe> = isProbeId(probe) ? probes[probe] : {};
      const to = params['to'] === undefined ? '' : ` to ${params['to']}`;
      const times = facts === undefined ? `, ${attempts} attempts each` : '';
      return { query: `${probe}${to}${times} from ${from.join(', ')}` };
    }
  }
}

function factsOf({
  facts,
  attempts,
  unseen = [],
  series,
}: Extract<Observation, { status: 'observed' }>): LookupFacts {
  if (attempts !== undefined) {
    const notRun = unseen.map(({ from, why }): [string, string] => [from, `not run: ${why.detail}`]);
    return { ...Object.fromEntries(notRun), ...summariseAttempts(new AttemptFacts(attempts)) };
  }
  return facts ?? summarise(new MetricFacts(series ?? []));
}

/** `pod: 3 of 500 failed` */
function summariseAttempts({ attempts }: AttemptFacts): LookupFacts {
  const arms = [...new Set(attempts.map(({ from }) => from))];
  return Object.fromEntries(
    arms.map((from) => {
      const { failed, count } = new AttemptFacts(attempts.filter((one) => one.from === from));
      return [from, `${formatValue(failed, 'count')} of ${formatValue(count, 'count')} failed`];
    }),
  );
}

/** JSON has no ∞, which adding up huge values gives: such a number is left out, and of an empty answer all but the counts. */
function summarise(facts: MetricFacts): LookupFacts {
  const { count, samples } = facts;
  if (samples === 0) return { count, samples };
  const { max, min, mean, sum } = facts;
  const numbers = Object.entries({ max, min, mean, sum, count, samples });
  return Object.fromEntries(numbers.filter(([, value]) => Number.isFinite(value)));
}
