import type { Bundle } from './bundle.ts';
import { differencesOf, type Difference } from './differences.ts';
import { unavailable, type Evidence, type EvidenceRequest } from './evidence.ts';
import { nextStep } from './next-step.ts';
import { planFor, sameLook, type Plan } from './plan.ts';
import type { Library } from './playbook/library.ts';
import type { PlaybookProblem } from './playbook/problem.ts';
import { parseRecorded } from './playbook/recorded.ts';
import { buildReport, Report } from './report.ts';

export interface Replay {
  readonly report: Report;
  readonly differences: readonly Difference[];
}

/**
 * Decides a recorded investigation again, by the clock of the record: from its own playbooks, or from others. Problems
 * are those of its own playbooks, where this netcheck does not read them any more.
 */
export function replay(
  bundle: Bundle,
  others?: Library,
): Replay | { readonly problems: readonly PlaybookProblem[] } {
  if (others !== undefined) {
    const planned = planOf(bundle, others);
    return decideAgain(bundle, planned, lookAgain(planned, bundle));
  }
  const own = parseRecorded(bundle.playbooks);
  if ('problems' in own) return own;
  const evidence = new Map(bundle.evidence.map((one) => [one.request.id, readable(one, bundle)]));
  return decideAgain(bundle, planOf(bundle, own.library), evidence);
}

function planOf({ investigation, settled }: Bundle, library: Library): Plan {
  return planFor(library, investigation.request.symptom, settled);
}

function decideAgain(bundle: Bundle, planned: Plan, evidence: ReadonlyMap<string, Evidence>): Replay {
  const { investigation, settled, report: before } = bundle;
  const { id, startedAt, request } = investigation;
  const inquiry = { id, target: settled.target, symptom: request.symptom, plan: planned, startedAt };
  const rebuilt = buildReport(inquiry, evidence, before.timings.endedAt);
  const report = asStored({ ...rebuilt, evidence: rebuilt.evidence.map((one) => uncut(one, bundle)) });
  return { report, differences: differencesOf(bundle, report) };
}

/** As workers store it and others read it: JSON knows no `-0`, and a schema has an order of its own. */
function asStored(report: Report): Report {
  return Report.parse(JSON.parse(JSON.stringify(report)));
}

/** Goes through the investigation as other playbooks would have; the recording gives the answers it has. */
function lookAgain(planned: Plan, bundle: Bundle): ReadonlyMap<string, Evidence> {
  const recorded = Map.groupBy(bundle.evidence, ({ request }) => lookOf(request));
  const answer = (request: EvidenceRequest): Evidence => {
    const same = recorded.get(lookOf(request)) ?? [];
    const found = same.find((one) => one.request.id === request.id) ?? same[0];
    return found === undefined
      ? lost(request, 'not in the recording')
      : { ...readable(found, bundle), request };
  };
  const evidence = new Map<string, Evidence>();
  for (;;) {
    const step = nextStep(planned, evidence);
    if (step.kind === 'done') return evidence;
    for (const request of step.requests) evidence.set(request.id, answer(request));
  }
}

/** What a request asks, whatever it is called. */
function lookOf(request: EvidenceRequest): string {
  return JSON.stringify([sameLook(request), 'window' in request ? request.window : undefined]);
}

/** Samples that were cut are not zero samples. */
function readable(evidence: Evidence, { cuts }: Bundle): Evidence {
  const { request, observation } = evidence;
  if (!cuts.includes(request.id) || observation.status === 'unavailable') return evidence;
  return { ...evidence, observation: lost(request, 'left out of the recording for its size').observation };
}

function lost(request: EvidenceRequest, why: string): Evidence {
  return { request, observation: unavailable('not-found', `${request.title}: ${why}`), tookMs: 0 };
}

/** Where the samples were cut, the report still knows what they came to. */
function uncut(evidence: Report['evidence'][number], { cuts, report }: Bundle): Report['evidence'][number] {
  if (!cuts.includes(evidence.id)) return evidence;
  return report.evidence.find(({ id }) => id === evidence.id) ?? evidence;
}
