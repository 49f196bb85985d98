import { sayDuration } from './duration.ts';
import { timesFor, withMore, type Effort } from './effort.ts';
import {
  unavailable,
  type Evidence,
  type EvidenceRequest,
  type Observation,
  type Window,
} from './evidence.ts';
import type { Cause } from './playbook/cause.ts';
import { causesFor, type Library } from './playbook/library.ts';
import type { Context } from './playbook/vocabulary/context.ts';
import type { EvidenceTemplate } from './playbook/evidence-template.ts';
import { fillQuery, recentSeconds } from './playbook/promql.ts';
import { countedOnce } from './playbook/promql-once.ts';
import { isService } from './target.ts';
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
  /** How many causes were left out only because nobody named a far end. */
  readonly needFarEnd: number;
  /** How many times the attempts that the playbooks ask for. */
  readonly times: number;
}

export interface Investigated {
  readonly target: Target;
  readonly window: Window;
  /** The only causes to look at, where not all of the symptom are. */
  readonly only?: readonly string[] | undefined;
  readonly effort?: Effort | undefined;
}

/** The plan for a symptom, or for any where none was named. */
export function planFor(library: Library, symptom: string | undefined, investigated: Investigated): Plan {
  const { only } = investigated;
  // Whoever names causes wants them looked at: a trial that takes the sidecar away leaves a target without a mesh.
  if (only !== undefined) {
    const named = only.flatMap((id) => library.causes.get(id) ?? []);
    return { ...planOf(named, investigated), needFarEnd: 0 };
  }
  const context = contextOf(investigated);
  const causes = causesFor(library, symptom, (cause) => appliesTo(cause, context));
  return plan(causes, investigated);
}

/** Fills every look of every cause that can concern the target with the target's names. Two looks that ask the same thing become one. */
export function plan(causes: readonly Cause[], investigated: Investigated): Plan {
  const context = contextOf(investigated);
  const applying = causes.filter((cause) => appliesTo(cause, context));
  const needFarEnd = causes.filter((cause) => lacksFarEnd(cause, context)).length;
  return { ...planOf(applying, investigated), needFarEnd };
}

function planOf(causes: readonly Cause[], investigated: Investigated): Omit<Plan, 'needFarEnd'> {
  const context = contextOf(investigated);
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
  const asked = [...requests.values()];
  const times = timesFor(investigated.effort, asked, investigated.target.nodes.length);
  return { hypotheses, requests: asked.map((request) => withMore(request, times)), context, times };
}

function appliesTo({ applies }: Cause, context: Context): boolean {
  const evaluated = applies?.evaluate(new Map(), context);
  return evaluated === undefined || !('value' in evaluated) || evaluated.value === true;
}

function lacksFarEnd(cause: Cause, context: Context): boolean {
  const named = { ...context, target: { ...context.target, destination: 'far.example:443' } };
  return context.target.destination === '' && !appliesTo(cause, context) && appliesTo(cause, named);
}

function fill(
  template: EvidenceTemplate,
  id: string,
  { target, window }: Investigated,
): EvidenceRequest | { impossible: string } {
  const { title } = template;
  switch (template.source) {
    case 'cluster': {
      const filled = fillParams(template.params, target);
      return 'impossible' in filled
        ? filled
        : { source: 'cluster', id, title, lookup: template.lookup, ...filled };
    }
    case 'probe': {
      const filled = fillParams(template.params, target);
      if ('impossible' in filled) return filled;
      const { probe, from, attempts } = template;
      return { source: 'probe', id, title, probe, ...filled, from: [...from], attempts, first: 0 };
    }
    case 'promql':
      return fillPromql(template, id, target, window);
  }
}

function fillPromql(
  template: Extract<EvidenceTemplate, { source: 'promql' }>,
  id: string,
  target: Target,
  window: Window,
): EvidenceRequest | { impossible: string } {
  const filled = fillQuery(template.query, target, window.to - window.from);
  if ('missing' in filled)
    return { impossible: whyNoPods(target) ?? `${target.service} has no ${filled.missing} to ask about` };
  const { title, unit, threshold } = template;
  return {
    source: 'promql',
    id,
    title,
    query: countedOnce(filled.query),
    window,
    unit,
    ...(threshold !== undefined && { threshold }),
    ...(template.range && { step: stepFor(window) }),
  };
}

/** Every look is told the namespace and the Service; what a playbook adds may name them and the far end. */
function fillParams(
  params: Readonly<Record<string, string>>,
  target: Target,
): { params: Record<string, string> } | { impossible: string } {
  const { namespace, service, destination } = target;
  const asksForFarEnd = Object.values(params).some((value) => value.includes('$destination'));
  if (asksForFarEnd && destination === undefined)
    return { impossible: `nobody said where to: ask again with "to <host>:<port>"` };
  const values = { service, namespace, destination: destination ?? '', called: destination ?? service };
  const filled = Object.entries(params).map(([name, value]): [string, string] => [
    name,
    value.replace(
      /\$(service|namespace|destination|called)/g,
      (_: string, one: keyof typeof values) => values[one],
    ),
  ]);
  return { params: { namespace, service, ...Object.fromEntries(filled) } };
}

/** About 120 points a window, never closer than the usual scrape interval of 15 s. */
function stepFor({ from, to }: Window): number {
  return Math.max(15, Math.ceil((to - from) / 120));
}

/** The same for two requests that ask the same, whatever they are called. */
export function sameLook(request: EvidenceRequest): string {
  switch (request.source) {
    case 'promql':
      return JSON.stringify(['promql', request.query, request.step]);
    case 'cluster':
      return JSON.stringify(['cluster', request.lookup, Object.entries(request.params).sort()]);
    case 'probe': {
      const { probe, params, from, attempts, first } = request;
      return JSON.stringify(['probe', probe, Object.entries(params).sort(), from, attempts, first]);
    }
  }
}

function contextOf({ target, window }: Investigated): Context {
  return {
    target: {
      service: target.service,
      namespace: target.namespace,
      workload: target.workload ?? '',
      nodes: target.nodes.length,
      mesh: target.mesh ?? '',
      destination: target.destination ?? '',
      destination_in_cluster: target.destinationInCluster ?? isService(target.destination ?? ''),
      type: target.type ?? '',
      pods_known: whyNoPods(target) === undefined,
    },
    window: sayDuration(window.to - window.from),
    window_seconds: window.to - window.from,
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
        : observationOf(look.request, evidence);
    if (observation !== undefined) observations.set(name, observation);
  }
  return observations;
}

/** The id of the `batch`-th asking for one piece of evidence: a probe can be asked for more attempts. */
export function batchId(id: string, batch: number): string {
  return batch === 1 ? id : `${id}#${batch}`;
}

/** The first asking, with the attempts of later ones that came in added to it. */
function observationOf(id: string, evidence: ReadonlyMap<string, Evidence>): Observation | undefined {
  const first = evidence.get(id)?.observation;
  if (first?.status !== 'observed' || first.attempts === undefined) return first;
  let { attempts, unseen = [] } = first;
  for (let batch = 2; ; batch++) {
    const more = evidence.get(batchId(id, batch))?.observation;
    if (more === undefined)
      return { ...first, samples: attempts.length, attempts, ...(unseen.length > 0 && { unseen }) };
    if (more.status !== 'observed') continue;
    const seen = attempts;
    attempts = [...attempts, ...(more.attempts ?? [])];
    // An arm that could be run at first has been seen, if less of it.
    unseen = [...unseen, ...(more.unseen ?? []).filter(({ from }) => !seen.some((one) => one.from === from))];
  }
}
