import { setTimeout as sleep } from 'node:timers/promises';
import { decide, isStateGone, type Decision } from '../core/decide.ts';
import { unavailable, type Evidence, type Observation } from '../core/evidence.ts';
import { observationsFor, plan } from '../core/plan.ts';
import type { Library } from '../core/playbook/library.ts';
import type { Outcome, Remediation } from '../core/remediation-state.ts';
import { collect, type Sources } from './collect.ts';
import { firstLine } from './investigation-store.ts';
import { CannotLook } from './ports.ts';
import { resolve } from './resolve.ts';

/** A fix takes effect when endpoints, proxies and scrapes have followed; then the looks show it. */
const defaultPatienceMs = 150_000;
const betweenLooksMs = 1500;
/** `rate()` needs several scrapes; a shorter window sees nothing. */
const shortestWindowSeconds = 60;
/** What was on its way when the change was made may still fail. */
const settlingSeconds = 15;

interface Verifier {
  readonly library: Library;
  readonly sources: Sources;
  readonly patienceMs?: number;
}

/** Gathers the evidence that confirmed the cause again, until it says otherwise or patience ends. */
export async function verify(
  { library, sources, patienceMs = defaultPatienceMs }: Verifier,
  remediation: Remediation,
): Promise<Outcome> {
  const startedAt = Date.now();
  for (;;) {
    const windowSeconds = Math.max(
      shortestWindowSeconds,
      Math.floor((Date.now() - startedAt) / 1000) - settlingSeconds,
    );
    const decision = await lookAgain(library, sources, remediation, windowSeconds).catch(cannotLook);
    if (decision.status === 'eliminated') return { kind: 'fixed', reason: decision.reason };
    if (Date.now() - startedAt < patienceMs) {
      await sleep(betweenLooksMs);
      continue;
    }
    return { kind: decision.status === 'confirmed' ? 'not-fixed' : 'cannot-tell', reason: decision.reason };
  }
}

async function lookAgain(
  library: Library,
  sources: Sources,
  { proposal }: Remediation,
  windowSeconds: number,
): Promise<Decision> {
  const cause = library.causes.get(proposal.cause);
  const subject = { kind: 'named', service: proposal.service, namespace: proposal.namespace } as const;
  const resolved = await resolve(subject, sources.cluster, AbortSignal.timeout(sources.timeoutMs));
  if (cause === undefined)
    return { status: 'unchecked', reason: `there is no playbook for ${proposal.cause} any more` };
  if (resolved.kind !== 'target')
    return { status: 'unchecked', reason: `Service ${proposal.service} is gone` };
  const to = Math.floor(Date.now() / 1000);
  const planned = plan([cause], { target: resolved.target, window: { from: to - windowSeconds, to } });
  const seen = await Promise.all(planned.requests.map((request) => collect(request, sources, noProbe)));
  const evidence = new Map(seen.map((one): [string, Evidence] => [one.request.id, one]));
  const looks = planned.hypotheses.flatMap((hypothesis) => [...observationsFor(hypothesis, evidence)]);
  const observations = new Map(looks);
  if (isStateGone(cause, observations, planned.context)) {
    return { status: 'eliminated', reason: 'What proved it is no longer so.' };
  }
  return decide(cause, observations, planned.context);
}

/** The process that changes the cluster is not the one that may start probes. */
function noProbe(): Promise<Observation> {
  return Promise.resolve(unavailable('not-enabled', 'the remediator makes no probes'));
}

/** A crash is no reason to leave a person without an answer: the change is made, and it is only the look that failed. */
function cannotLook(error: unknown): Decision {
  const reason =
    error instanceof CannotLook ? error.why.detail : `the look crashed: ${firstLine(error as Error)}`;
  return { status: 'unchecked', reason };
}
