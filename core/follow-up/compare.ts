import type { Attempt, Evidence, EvidenceRequest } from '../evidence.ts';
import { batchId, sameLook } from '../plan.ts';
import { placements } from '../probes.ts';
import type { Counted } from '../remediation/outcome.ts';
import type { Report } from '../report.ts';
import type { Verdict } from '../verdict.ts';

/** One cause as an earlier report had it, and as a later one has it. */
export interface CauseCompared {
  readonly before: Verdict;
  /** Absent where there is no playbook for it any more. */
  readonly now: Verdict | undefined;
}

/** The causes that were looked at again, those that are not any more what they were first. */
export function compareReports(
  before: Report,
  now: Report,
  only: readonly string[],
): readonly CauseCompared[] {
  const later = new Map(now.hypotheses.map((verdict) => [verdict.cause, verdict]));
  const compared = before.hypotheses
    .filter(({ cause }) => only.includes(cause))
    .map((verdict) => ({ before: verdict, now: later.get(verdict.cause) }));
  return [
    ...compared.filter((one) => one.now?.status !== one.before.status),
    ...compared.filter((one) => one.now?.status === one.before.status),
  ];
}

/** The attempts of one arm of a probe, in an earlier investigation and in a later one. */
export interface SamplesCompared {
  readonly title: string;
  /** From where, as `the worker`. */
  readonly from: string;
  /** Absent where it made none. */
  readonly before: Counted | undefined;
  readonly now: Counted;
}

type Found = ReadonlyMap<string, Evidence>;

/** What the probes of the later investigation came to, beside the same arms of the earlier one. */
export function compareSamples(before: Found, now: Found): readonly SamplesCompared[] {
  const asked = new Map([...before.values()].flatMap(({ request }) => firstAskings(request)));
  return [...now.values()].flatMap(({ request }) => {
    if (request.source !== 'probe' || request.first > 0) return [];
    const id = before.has(request.id) ? request.id : asked.get(arms(request));
    const [then, later] = [attemptsOf(id, before), attemptsOf(request.id, now)];
    return [...new Set(later.map(({ from }) => from))].flatMap((arm) => {
      const counted = countOf(arm, later);
      const { title } = request;
      return counted === undefined
        ? []
        : [{ title, from: placements[arm].title, before: countOf(arm, then), now: counted }];
    });
  });
}

type Probing = Extract<EvidenceRequest, { source: 'probe' }>;

function firstAskings(request: EvidenceRequest): [string, string][] {
  return request.source === 'probe' && request.first === 0 ? [[arms(request), request.id]] : [];
}

/**
 * The same for two probes that try the same, however often. Causes share one under the name that the first of them has for
 * it, so where fewer causes are looked at it has another name.
 */
function arms(request: Probing): string {
  return sameLook({ ...request, attempts: 1, first: 0 });
}

/** All that one probe came to: the attempts of its first asking and of those for more. */
function attemptsOf(id: string | undefined, evidence: Found): readonly Attempt[] {
  const made: Attempt[] = [];
  if (id === undefined) return made;
  for (let batch = 1; ; batch++) {
    const seen = evidence.get(batchId(id, batch))?.observation;
    if (seen === undefined) return made;
    if (seen.status === 'observed') made.push(...(seen.attempts ?? []));
  }
}

function countOf(arm: Attempt['from'], attempts: readonly Attempt[]): Counted | undefined {
  const made = attempts.filter(({ from }) => from === arm);
  return made.length === 0 ? undefined : { failed: made.filter(({ ok }) => !ok).length, of: made.length };
}
