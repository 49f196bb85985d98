import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { decide, isStateGone, type Decision } from '../core/decide.ts';
import type { Evidence, Observation } from '../core/evidence.ts';
import type { InvestigateJob } from '../core/jobs.ts';
import { observationsFor, planFor, type Plan } from '../core/plan.ts';
import type { Cause } from '../core/playbook/cause.ts';
import { isOver, type Progress } from '../core/progress.ts';
import { compareLooks, directionOf } from '../core/remediation/compare.ts';
import { remediationKinds } from '../core/remediation/kinds.ts';
import type { Compared, Outcome } from '../core/remediation/outcome.ts';
import type { Remediation } from '../core/remediation/state.ts';
import type { InvestigationStore } from './investigation-store.ts';
import type { PlaybookVersions } from './playbook-versions.ts';

const pollMs = 100;
/** After this time without a word from a worker nobody waits for it any more. */
const silentMs = 60_000;

export interface Checker {
  readonly store: InvestigationStore;
  readonly playbooks: PlaybookVersions;
  /** The investigations of the cluster: its workers make the looks, and the probes. */
  readonly investigate: Queue;
}

/** What the cause of a change looks like now, beside what it looked like when it was found. */
interface Check {
  readonly decision: Decision;
  readonly compared: readonly Compared[];
  /** Causes that are confirmed now and were not then. */
  readonly sideEffects: readonly string[];
}

interface Asked {
  /** Its own for each check of a change; asked again under the same name, it is the same check. */
  readonly name: string;
  readonly windowSeconds: number;
  /** The earlier check to compare with; without it that is the investigation that found the cause. */
  readonly against?: string;
}

/** One investigation of the cause alone, and of what its fix is known to bring about. */
export async function check(
  checker: Checker,
  remediation: Remediation,
  { name, windowSeconds, against }: Asked,
): Promise<Check | { readonly why: string }> {
  const { store, playbooks } = checker;
  const { proposal, investigation, foundBy = investigation } = remediation;
  const [first, settled] = await Promise.all([store.read(foundBy), store.settled(foundBy)]);
  if (first === undefined || settled === undefined)
    return { why: 'the investigation that led to it is not known any more' };
  const library = (await playbooks.find(settled.playbooks)) ?? playbooks.current();
  const { watch } = remediationKinds[proposal.remediation];
  const only = [proposal.cause, ...watch].filter((cause) => library.causes.has(cause));
  if (only[0] !== proposal.cause) return { why: `there is no playbook for ${proposal.cause} any more` };

  const id = `${proposal.id}-${name}`;
  const request = {
    ...first.request,
    subject: { kind: 'named', service: proposal.service, namespace: proposal.namespace } as const,
    windowSeconds,
  };
  await ask(checker, { id, request, requestedAt: Date.now(), requester: remediation.requester.id, only });
  const ended = await endOf(store, id);
  if (ended.phase !== 'ended') return { why: whyNot(ended) };
  const earlier = against === undefined ? foundBy : `${proposal.id}-${against}`;
  const [checked, settledThen, before, after] = await Promise.all([
    store.settled(id),
    store.settled(earlier),
    store.evidence(earlier),
    store.evidence(id),
  ]);
  const then = judgeAll(
    planFor(library, first.request.symptom, settledThen ?? settled),
    before,
    proposal.why,
  );
  const now = judgeAll(planFor(library, undefined, checked ?? settled), after, proposal.why);
  const subject = now.get(proposal.cause);
  if (subject === undefined)
    return { why: `${proposal.cause} cannot be checked on ${proposal.service} any more` };
  return {
    decision: subject.decision,
    compared: compareLooks(
      subject.cause,
      then.get(proposal.cause)?.observations ?? new Map(),
      subject.observations,
    ),
    sideEffects: [...now.values()]
      .filter(({ cause, decision }) => decision.status === 'confirmed' && cause.id !== proposal.cause)
      .filter(({ cause }) => then.get(cause.id)?.decision.status !== 'confirmed')
      .map(({ cause, decision }) => `${cause.title}: ${decision.reason}`),
  };
}

async function ask({ investigate }: Checker, job: InvestigateJob): Promise<void> {
  await investigate.add('investigate', job, { jobId: job.id });
}

/** How the investigation ended; or how far it had come when nobody heard of it any more. */
async function endOf(store: InvestigationStore, id: string): Promise<Progress> {
  let last: Progress = { phase: 'queued' };
  for (let heardAt = Date.now(); Date.now() - heardAt < silentMs;) {
    const progress: Progress = (await store.read(id))?.progress ?? last;
    if (isOver(progress)) return progress;
    if (JSON.stringify(progress) !== JSON.stringify(last)) heardAt = Date.now();
    last = progress;
    await sleep(pollMs);
  }
  return last;
}

function whyNot(progress: Progress): string {
  if (progress.phase === 'failed') return progress.why;
  const isGone = progress.phase === 'not-found' || progress.phase === 'which';
  return isGone ? 'the Service is gone' : 'no worker of this cluster looked again in time';
}

interface Judged {
  readonly cause: Cause;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly decision: Decision;
}

/** `proof` is what had confirmed the cause, in words. */
function judgeAll(
  planned: Plan,
  evidence: ReadonlyMap<string, Evidence>,
  proof: string,
): ReadonlyMap<string, Judged> {
  return new Map(
    planned.hypotheses.map((hypothesis): [string, Judged] => {
      const { cause } = hypothesis;
      const observations = observationsFor(hypothesis, evidence);
      // Where objects of the cluster alone prove a cause, the present decides, whatever the window was before.
      const decision: Decision = isStateGone(cause, observations, planned.context)
        ? { status: 'eliminated', reason: `No longer so: ${proof}` }
        : decide(cause, observations, planned.context);
      return [cause.id, { cause, observations, decision }];
    }),
  );
}

/** What the looks after a change say of it. */
export function outcomeOf(checked: Check | { readonly why: string }): Outcome {
  if ('why' in checked) return { kind: 'cannot-tell', reason: checked.why, compared: [], sideEffects: [] };
  const { decision, compared, sideEffects } = checked;
  const found = { reason: decision.reason, compared: [...compared], sideEffects: [...sideEffects] };
  const direction = directionOf(compared);
  if (direction === 'worse') return { kind: 'worse', ...found };
  if (decision.status === 'eliminated') return { kind: 'fixed', ...found };
  if (direction === 'better') return { kind: 'better', ...found };
  return { kind: decision.status === 'confirmed' ? 'unchanged' : 'cannot-tell', ...found };
}
