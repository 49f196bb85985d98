import { outcomesOf, decide, type Decision, type Outcome } from '../../core/decide.ts';
import {
  unavailable,
  type Evidence,
  type EvidenceRequest,
  type Observation,
  type Window,
} from '../../core/evidence.ts';
import { formatValue } from '../../core/format.ts';
import { coverageOf, type Judged } from '../../core/judge.ts';
import { observationsFor, plan, type Hypothesis, type Plan } from '../../core/plan.ts';
import type { Case } from '../../core/playbook/cases.ts';
import type { Expression } from '../../core/playbook/cel.ts';
import type { Context } from '../../core/playbook/vocabulary/context.ts';
import { reachOf } from '../../core/playbook/promql-reach.ts';
import { remembered } from '../../core/playbook/remembered.ts';
import { untestedRules, type UntestedRule } from '../../core/playbook/rule-coverage.ts';
import { collect } from '../../workers/collect.ts';
import type { MetricsReader } from '../../workers/ports.ts';
import { each } from './each.ts';
import { slotsFor } from './slots.ts';
import type { CauseFile } from './sources.ts';
import { stateCluster } from './stated-cluster.ts';
import { statePrometheus } from './stated-prometheus.ts';

/** What came of one case. */
export interface CaseResult {
  readonly tested: Case;
  readonly decision: Decision;
  /** What is not as the case expects it; nothing where all is well. */
  readonly mistakes: readonly string[];
  readonly observations: ReadonlyMap<string, Observation>;
  readonly context: Context;
  readonly outcomes: readonly Outcome[];
}

export interface CauseResult extends CauseFile {
  readonly cases: readonly CaseResult[];
  readonly untested: readonly UntestedRule[];
}

const casesAtOnce = 8;
const timeoutMs = 30_000;

/**
 * Runs every case of some causes as netcheck would run in production: the queries against a Prometheus that has scraped
 * the stated series, the look-ups against an API server that holds the stated objects. One Prometheus serves all: each
 * case has its own slot of time.
 */
export async function testCauses(files: readonly CauseFile[], signal?: AbortSignal): Promise<CauseResult[]> {
  const sources = files.map((one) => ({ ...one, cause: remembered(one.cause) }));
  const rows = sources.flatMap((source) => source.cause.cases.map((tested) => ({ source, tested })));
  const slots = slotsFor(
    rows.map(({ tested }) => tested.windowSeconds),
    Math.max(0, ...rows.map(reachOfCase)),
  );
  const stated = rows.map((row, index) => stateCase(row, slots[index] ?? { from: 0, to: 0 }));
  signal?.throwIfAborted();
  const metrics = stated.some(({ requests }) => requests.length > 0)
    ? await statePrometheus(stated)
    : undefined;
  try {
    const results = await each(stated, casesAtOnce, async (one) => {
      signal?.throwIfAborted();
      return { source: one.source, result: await run(one, metrics?.reader) };
    });
    return sources.map((source) => {
      const cases = results.filter((one) => one.source === source).map(({ result }) => result);
      return { ...source, cases, untested: untestedRules(source.cause, cases) };
    });
  } finally {
    await metrics?.close();
  }
}

interface Row {
  readonly source: CauseFile;
  readonly tested: Case;
}

/** A case with its time, and what it leaves to be looked at. */
interface Stated extends Row {
  readonly window: Window;
  readonly planned: Plan;
  readonly hypothesis: Hypothesis;
  readonly requests: readonly EvidenceRequest[];
  /** Whether the cause can concern the target of the case at all. */
  readonly applies: boolean;
}

const always: Expression = { text: 'true', reads: [], terms: [], evaluate: () => ({ value: true }) };

function stateCase(row: Row, window: Window): Stated {
  const { source, tested } = row;
  const investigated = { target: tested.target, window };
  const applies = plan([source.cause], investigated).hypotheses.length > 0;
  const planned = plan([{ ...source.cause, applies: always }], investigated);
  const [hypothesis] = planned.hypotheses;
  if (hypothesis === undefined) throw new Error(`no plan for ${source.cause.id}`);
  const wanted = new Set(
    [...hypothesis.looks].flatMap(([name, look]) =>
      'request' in look && !tested.given.has(name) ? [look.request] : [],
    ),
  );
  const requests = planned.requests.filter(({ id }) => wanted.has(id));
  // Nobody judges by a chart, but its query has to be one that Prometheus answers.
  if (hypothesis.chart !== undefined && tested.series.length > 0) requests.push(hypothesis.chart);
  return { ...row, window, planned, hypothesis, requests, applies };
}

function reachOfCase(row: Row): number {
  const { requests } = stateCase(row, { from: 0, to: row.tested.windowSeconds });
  return Math.max(0, ...requests.map((one) => (one.source === 'promql' ? reachOf(one.query) : 0)));
}

async function run(stated: Stated, metrics: MetricsReader | undefined): Promise<CaseResult> {
  const { source, tested, planned, hypothesis, applies } = stated;
  const looked = metrics === undefined ? { evidence: [], mistakes: [] } : await look(stated, metrics);
  const evidence = new Map(looked.evidence.map((one) => [one.request.id, one]));
  const observations = new Map([...observationsFor(hypothesis, evidence), ...tested.given]);
  const { context } = planned;
  const decision = decide(source.cause, observations, context);
  const rules = [...source.cause.eliminatedWhen, ...source.cause.confirmedWhen];
  return {
    tested,
    decision,
    mistakes: [
      ...(applies ? [] : ['Unexpected target, expected one that the front matter says it applies to']),
      ...looked.mistakes,
      ...mistakesOf(tested, decision),
      ...explainsTooLittle(tested, coverageOf(source.cause, observations, context)),
    ],
    observations,
    context,
    outcomes: outcomesOf(rules, observations, context),
  };
}

async function look(
  { tested, requests }: Stated,
  metrics: MetricsReader,
): Promise<{ readonly evidence: readonly Evidence[]; readonly mistakes: readonly string[] }> {
  let cluster: Awaited<ReturnType<typeof stateCluster>>;
  try {
    cluster = await stateCluster(tested.objects, tested.target.namespace);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { evidence: [], mistakes: [`Unexpected objects, expected what an API server takes: ${said}`] };
  }
  try {
    const sources = { cluster: cluster.reader, metrics, timeoutMs };
    const evidence = await Promise.all(requests.map((request) => collect(request, sources, notMade)));
    return { evidence, mistakes: evidence.flatMap(refusalOf) };
  } finally {
    await cluster.close();
  }
}

/** Nobody probes here: a case states what came of it. */
function notMade({ id }: EvidenceRequest): Promise<Observation> {
  return Promise.resolve(
    unavailable('not-enabled', `the case states no attempts of ${id.replace(/^.*\//, '')}`),
  );
}

/** Nothing to be seen is an answer; a look that was refused here would be in production, too. */
function refusalOf({ request, observation }: Evidence): string[] {
  if (observation.status === 'observed') return [];
  const { reason, detail } = observation.why;
  // A probe whose attempts a case does not state was not made.
  if (reason === 'no-data' || reason === 'not-found' || request.source === 'probe') return [];
  return [`Unexpected answer to "${request.title}", expected data or none: ${detail}`];
}

function mistakesOf({ expect, says, culprit }: Case, decision: Decision): string[] {
  if (decision.status !== expect) return [`Unexpected ${decision.status}, expected ${expect}`];
  const { reason } = decision;
  return [
    ...(reason.includes('(unknown)') ? [`Unexpected (unknown), expected a value for every hole`] : []),
    ...(says !== undefined && !reason.includes(says)
      ? [`Unexpected sentence, expected one with: ${says}`]
      : []),
    ...(culprit !== undefined && decision.culprit !== culprit
      ? [`Unexpected culprit ${decision.culprit ?? 'missing'}, expected ${culprit}`]
      : []),
  ];
}

function explainsTooLittle({ explains }: Case, coverage: Judged['coverage']): string[] {
  if (explains === undefined) return [];
  const share = typeof coverage === 'object' ? coverage.share : undefined;
  if (share !== undefined && share >= explains) return [];
  const instead = share === undefined ? 'no share' : formatValue(share, 'percent');
  return [
    `Unexpected ${instead} of the symptom explained, expected at least ${formatValue(explains, 'percent')}`,
  ];
}
