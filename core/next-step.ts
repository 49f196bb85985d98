import { isSettled } from './conclusion.ts';
import { costOf, probeBudgetSeconds, type Cost } from './cost.ts';
import { timesMore } from './effort.ts';
import { outcomesOf, type Outcome } from './decide.ts';
import type { Evidence, EvidenceRequest } from './evidence.ts';
import { judge, type Judged } from './judge.ts';
import { batchId, observationsFor, type Hypothesis, type Plan } from './plan.ts';

/** What to do next, and why, in a sentence for people. */
export type NextStep = { readonly why: string } & (
  { readonly kind: 'gather'; readonly requests: readonly EvidenceRequest[] } | { readonly kind: 'done' }
);

/**
 * What an investigation does next: all that costs nothing; then the probes that could settle open causes, of all classes,
 * side by side; then more attempts where there were too few; last the course over time of what is confirmed. It stops as
 * soon as one cause is proven and what looks like it is ruled out, though not before the probes were made that could
 * contradict the proof.
 */
export function nextStep(plan: Plan, evidence: ReadonlyMap<string, Evidence>): NextStep {
  const free = plan.requests.filter(({ id, source }) => source !== 'probe' && !evidence.has(id));
  if (free.length > 0)
    return gather(
      free,
      `${free.length === 1 ? '1 look' : `${free.length} looks`} at metrics and objects, at no cost, for all causes`,
    );

  const judged = plan.hypotheses.map((hypothesis) => judge(hypothesis, plan, evidence));
  const probing = probeNext(plan, evidence, judged);
  if (probing !== undefined) return probing;

  const charts = chartsOf(plan, judged).filter(({ id }) => !evidence.has(id));
  if (charts.length > 0) return gather(charts, 'the course over time of what is confirmed');
  return { kind: 'done', why: whyDone(plan, judged) };
}

/** Why each round was made, told anew from all that came in: the choice depends on nothing else. */
export function stepsTaken(plan: Plan, evidence: ReadonlyMap<string, Evidence>): string[] {
  const seen = new Map<string, Evidence>();
  const steps: string[] = [];
  for (;;) {
    const step = nextStep(plan, seen);
    const came = step.kind === 'done' ? [] : step.requests.flatMap(({ id }) => evidence.get(id) ?? []);
    steps.push(step.why);
    // What has not come in yet is where the investigation is.
    if (step.kind === 'done' || came.length < step.requests.length) return steps;
    for (const one of came) seen.set(one.request.id, one);
  }
}

/** The charts of the causes that are confirmed; `judged` in the order of the hypotheses. */
export function chartsOf(plan: Plan, judged: readonly Judged[]): readonly EvidenceRequest[] {
  return plan.hypotheses.flatMap(({ chart }, index) =>
    chart !== undefined && judged[index]?.verdict.status === 'confirmed' ? [chart] : [],
  );
}

function gather(requests: readonly EvidenceRequest[], why: string): NextStep {
  return { kind: 'gather', requests, why };
}

/** A probe that could be asked for: what it costs, and how much nearer it brings which hypotheses to a verdict. */
interface Candidate {
  readonly request: EvidenceRequest;
  readonly cost: Cost;
  /** By the id of a cause: 1 where this look alone can settle it, less where others are missing as well. */
  readonly settles: ReadonlyMap<string, number>;
}

function probeNext(
  plan: Plan,
  evidence: ReadonlyMap<string, Evidence>,
  judged: readonly Judged[],
): NextStep | undefined {
  const settled = isSettled(judged);
  const having = (...statuses: readonly string[]): readonly Hypothesis[] =>
    plan.hypotheses.filter((_, index) => statuses.includes(judged[index]?.verdict.status ?? ''));
  const open = settled ? [] : having('standing', 'unchecked');
  const seconds = probeBudgetSeconds - secondsSpent(evidence);
  const unseen = choose(candidatesFor([...open, ...having('confirmed')], plan, evidence), seconds);
  const chosen = unseen.length > 0 ? unseen : choose(moreAttempts(open, plan, evidence), seconds);
  if (chosen.length === 0) return undefined;
  const what = chosen.map(({ request, cost }) => `${request.title} (${sayCost(cost)})`).join('; ');
  const whom = new Set(chosen.flatMap(({ settles }) => [...settles.keys()]));
  return gather(
    chosen.map(({ request }) => request),
    `${what}: could settle ${[...whom].join(', ')}`,
  );
}

/** The probes that a rule without an answer still waits for. */
function candidatesFor(
  open: readonly Hypothesis[],
  plan: Plan,
  evidence: ReadonlyMap<string, Evidence>,
): readonly Candidate[] {
  const requests = new Map(plan.requests.map((request) => [request.id, request]));
  const settles = new Map<string, Map<string, number>>();
  for (const hypothesis of open) {
    for (const { rule } of undecided(hypothesis, plan, evidence)) {
      const missing = rule.when.reads.flatMap((name) => {
        const look = hypothesis.looks.get(name);
        return look !== undefined && 'request' in look && !evidence.has(look.request) ? [look.request] : [];
      });
      for (const id of missing) {
        const causes = settles.get(id) ?? new Map<string, number>();
        const worth = Math.max(causes.get(hypothesis.cause.id) ?? 0, 1 / missing.length);
        settles.set(id, causes.set(hypothesis.cause.id, worth));
      }
    }
  }
  return [...settles].flatMap(([id, causes]) => {
    const request = requests.get(id);
    return request === undefined ? [] : [{ request, cost: costOf(request), settles: causes }];
  });
}

/**
 * Probes of which too few attempts were made for any outcome to be sure, and which the playbook allows more of: they go on
 * to all it allows, in one go. Not to as many as this outcome would need: stopping as soon as the numbers please would
 * let chance have its way twice (`npm run bench -- reasoning` shows both).
 */
function moreAttempts(
  open: readonly Hypothesis[],
  plan: Plan,
  evidence: ReadonlyMap<string, Evidence>,
): readonly Candidate[] {
  const wanted = new Map<string, Candidate>();
  for (const hypothesis of open) {
    for (const { rule, wants } of outcomes(hypothesis, plan, evidence)) {
      for (const name of wants === undefined ? [] : rule.when.reads) {
        const request = moreOf(name, wants ?? 0, hypothesis, plan, evidence);
        if (request === undefined) continue;
        const other = wanted.get(request.id);
        const settles = new Map([...(other?.settles ?? []), [hypothesis.cause.id, 1] as const]);
        const largest =
          other?.request.source === 'probe' && other.request.attempts > request.attempts
            ? other.request
            : request;
        wanted.set(request.id, { request: largest, cost: costOf(largest), settles });
      }
    }
  }
  return [...wanted.values()];
}

function moreOf(
  name: string,
  wants: number,
  { cause, looks }: Hypothesis,
  plan: Plan,
  evidence: ReadonlyMap<string, Evidence>,
): Extract<EvidenceRequest, { source: 'probe' }> | undefined {
  const template = cause.evidence.find((one) => one.name === name);
  const look = looks.get(name);
  if (template?.source !== 'probe' || look === undefined || !('request' in look)) return undefined;
  const request = plan.requests.find(({ id }) => id === look.request);
  const seen = evidence.get(look.request)?.observation;
  if (request?.source !== 'probe' || seen?.status !== 'observed') return undefined;
  const { batch, made } = batchesOf(request.id, evidence);
  const upTo = timesMore(template.upTo, plan.times);
  if (upTo <= made || upTo < wants) return undefined;
  // An arm that could not be run is not tried again, as a probe that could not be made is not.
  const from = request.from.filter((one) => seen.unseen?.some((arm) => arm.from === one) !== true);
  if (from.length === 0) return undefined;
  return { ...request, id: batchId(request.id, batch), from, attempts: upTo - made, first: made };
}

/** How often one probe was asked already, and how many attempts of each arm that made. */
function batchesOf(
  id: string,
  evidence: ReadonlyMap<string, Evidence>,
): { readonly batch: number; readonly made: number } {
  let made = 0;
  for (let batch = 1; ; batch++) {
    const request = evidence.get(batchId(id, batch))?.request;
    if (request?.source !== 'probe') return { batch, made };
    made += request.attempts;
  }
}

/** The rules that could still change the verdict: of a confirmed cause those that would speak against it. */
function undecided(
  hypothesis: Hypothesis,
  plan: Plan,
  evidence: ReadonlyMap<string, Evidence>,
): readonly Outcome[] {
  const all = outcomes(hypothesis, plan, evidence);
  const { confirmedWhen, eliminatedWhen } = hypothesis.cause;
  const isConfirmed = all.some(({ rule, holds }) => holds === true && confirmedWhen.includes(rule));
  return all.filter(
    ({ rule, holds }) => holds === undefined && (!isConfirmed || eliminatedWhen.includes(rule)),
  );
}

function outcomes(
  hypothesis: Hypothesis,
  plan: Plan,
  evidence: ReadonlyMap<string, Evidence>,
): readonly Outcome[] {
  const { eliminatedWhen, confirmedWhen } = hypothesis.cause;
  return outcomesOf(
    [...eliminatedWhen, ...confirmedWhen],
    observationsFor(hypothesis, evidence),
    plan.context,
  );
}

/**
 * All that time allows, those first that bring the most for theirs. Probes of a round run side by side, so a round lasts
 * as long as its longest: whoever waits for the answer would pay for every further round (decision 0015).
 */
function choose(candidates: readonly Candidate[], seconds: number): readonly Candidate[] {
  const worth = ({ settles, cost }: Candidate): number =>
    [...settles.values()].reduce((sum, part) => sum + part, 0) / cost.seconds;
  const inOrder = [...candidates].sort(
    (a, b) => worth(b) - worth(a) || (a.request.id < b.request.id ? -1 : 1),
  );
  let left = seconds;
  return inOrder.filter(({ cost }) => {
    if (cost.seconds > left) return false;
    left -= cost.seconds;
    return true;
  });
}

function secondsSpent(evidence: ReadonlyMap<string, Evidence>): number {
  return [...evidence.values()]
    .filter(({ request, observation }) => request.source === 'probe' && observation.status === 'observed')
    .reduce((sum, { request }) => sum + costOf(request).seconds, 0);
}

function sayCost({ intrusion, seconds }: Cost): string {
  return `${intrusion}, about ${Math.max(1, Math.round(seconds))} s`;
}

function whyDone(plan: Plan, judged: readonly Judged[]): string {
  const ids = (statuses: readonly string[]): string =>
    judged
      .filter(({ verdict }) => statuses.includes(verdict.status))
      .map(({ verdict }) => verdict.cause)
      .join(', ');
  if (isSettled(judged)) return `${ids(['confirmed'])} is proven, and what looks like it is ruled out`;
  const open = ids(['standing', 'unchecked', 'conflict']);
  return open === '' ? 'every cause is settled' : `nothing more can be looked at for ${open}`;
}
