import { sayDuration } from './duration.ts';
import {
  unavailable,
  type Evidence,
  type EvidenceRequest,
  type Observation,
  type Window,
} from './evidence.ts';
import type { Cause } from './playbook/cause.ts';
import type { Context } from './playbook/cel.ts';
import type { EvidenceTemplate } from './playbook/evidence-template.ts';
import { fillQuery, recentSeconds } from './playbook/promql.ts';
import { whyNoPods, type Target } from './target.ts';

/** What a hypothesis would like to see: which look answers each of its names, or why none can. */
export interface Hypothesis {
  readonly cause: Cause;
  readonly looks: ReadonlyMap<string, { readonly request: string } | { readonly impossible: string }>;
  /** Its course over time, worth a look once it is confirmed. */
  readonly chart?: EvidenceRequest;
}

/** Everything to look at, each look once however many hypotheses want it, in the order they ask. */
export interface Plan {
  readonly hypotheses: readonly Hypothesis[];
  readonly requests: readonly EvidenceRequest[];
  readonly context: Context;
}

export interface Investigated {
  readonly target: Target;
  readonly window: Window;
}

/** Fills every look of every cause with the target's names. Two looks that ask the same thing become one. */
export function plan(causes: readonly Cause[], investigated: Investigated): Plan {
  const requests = new Map<string, EvidenceRequest>();
  const hypotheses = causes.map((cause) => {
    const looks = new Map<string, { request: string } | { impossible: string }>();
    for (const template of cause.evidence) {
      const filled = fill(template, `${cause.id}/${template.name}`, investigated);
      if ('impossible' in filled) {
        looks.set(template.name, filled);
        continue;
      }
      const key = sameLook(filled);
      const first = requests.get(key) ?? filled;
      requests.set(key, first);
      looks.set(template.name, { request: first.id });
    }
    const chart = cause.chart && fill(cause.chart, `${cause.id}/${cause.chart.name}`, investigated);
    return { cause, looks, ...(chart !== undefined && !('impossible' in chart) && { chart }) };
  });
  return { hypotheses, requests: [...requests.values()], context: contextOf(investigated) };
}

function fill(
  template: EvidenceTemplate,
  id: string,
  { target, window }: Investigated,
): EvidenceRequest | { impossible: string } {
  const { title } = template;
  if (template.source === 'cluster') {
    const params = { namespace: target.namespace, service: target.service, ...template.params };
    return { source: 'cluster', id, title, lookup: template.lookup, params };
  }
  const filled = fillQuery(template.query, target, window.to - window.from);
  if ('missing' in filled)
    return { impossible: whyNoPods(target) ?? `${target.service} has no ${filled.missing} to ask about` };
  const { unit, threshold } = template;
  return {
    source: 'promql',
    id,
    title,
    query: filled.query,
    window,
    unit,
    ...(threshold !== undefined && { threshold }),
    ...(template.range && { step: stepFor(window) }),
  };
}

/** About 120 points a window, never closer than the usual scrape interval of 15 s. */
function stepFor({ from, to }: Window): number {
  return Math.max(15, Math.ceil((to - from) / 120));
}

function sameLook(request: EvidenceRequest): string {
  return request.source === 'promql'
    ? JSON.stringify(['promql', request.query, request.step])
    : JSON.stringify(['cluster', request.lookup, Object.entries(request.params).sort()]);
}

function contextOf({ target, window }: Investigated): Context {
  return {
    target: {
      service: target.service,
      namespace: target.namespace,
      workload: target.workload ?? '',
      nodes: target.nodes.length,
    },
    window: sayDuration(window.to - window.from),
    recent: sayDuration(recentSeconds(window.to - window.from)),
  };
}

/** The observations of one hypothesis by the names its rules use; what has not come in yet is absent. */
export function observationsFor(
  hypothesis: Hypothesis,
  evidence: ReadonlyMap<string, Evidence>,
): ReadonlyMap<string, Observation> {
  const observations = new Map<string, Observation>();
  for (const [name, look] of hypothesis.looks) {
    const observation =
      'impossible' in look
        ? unavailable('not-found', look.impossible)
        : evidence.get(look.request)?.observation;
    if (observation !== undefined) observations.set(name, observation);
  }
  return observations;
}
