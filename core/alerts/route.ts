import type { Candidate } from '../target.ts';
import type { Alert, Labels } from './alert.ts';
import { namesInLabels, namespaceOf, type Naming } from './label-names.ts';
import { distinct, exactHits, type Named } from './named.ts';
import { applyRules, type RouteRule, type Ruled } from './rules.ts';
import { symptomOf, type SymptomPatterns } from './symptom-of.ts';
import { fullNamesIn, wordsIn } from './text-names.ts';

/** What to triage for an alert. Whether it is there is for whoever resolves it to find out. */
export type Route =
  | {
      readonly kind: 'target';
      readonly namespace?: string;
      readonly service: string;
      readonly symptom?: string;
    }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly Named[]; readonly symptom?: string }
  | { readonly kind: 'unknown' };

export interface Routing {
  readonly rules: readonly RouteRule[];
  readonly symptoms: readonly SymptomPatterns[];
  /** The Services of the cluster; empty where they could not be listed. */
  readonly known: readonly Candidate[];
}

/** Finds the Service that an alert is about, and the symptom it points to. The same alert always goes the same way. */
export function routeAlert(alert: Alert, { rules, symptoms, known }: Routing): Route {
  const ruled = applyRules(rules, alert) ?? {};
  const named = placed(
    distinct(ruled.service === undefined ? namedIn(alert, ruled, known) : byRule(ruled, alert, known)),
    alert,
  );
  const symptom = ruled.symptom ?? symptomOf(alert, symptoms);
  const told = { ...(symptom !== undefined && { symptom }) };
  const [only, ...others] = named;
  if (only === undefined) return { kind: 'unknown' };
  return others.length === 0
    ? { kind: 'target', ...only, ...told }
    : { kind: 'ambiguous', candidates: named, ...told };
}

/** A rule is a team's word: it names what it names, and the alert the namespace where the rule does not. */
function byRule(
  { service = '', namespace }: Ruled,
  { labels }: Alert,
  known: readonly Candidate[],
): readonly Named[] {
  const inNamespace = namespace ?? namespaceOf(labels);
  const named = { service, ...(inNamespace !== undefined && { namespace: inNamespace }) };
  const hits = exactHits(named, known);
  if (hits.length > 0) return hits;
  return namespace === undefined ? (byName([named], known) ?? [named]) : [named];
}

/**
 * What is there comes before what is not, and labels before texts: a Service that a label names exactly, one of that name
 * elsewhere, one that a text names in full or by a word; last a label at its word.
 */
function namedIn(alert: Alert, { namespace }: Ruled, known: readonly Candidate[]): readonly Named[] {
  const within = namespace === undefined ? known : known.filter((one) => one.namespace === namespace);
  const namings = (labels: Labels): Naming[] =>
    namesInLabels(labels, within).map((naming) => inside(naming, namespace));
  const there = (labels: Labels): readonly Named[] | undefined => whatIsThere(namings(labels), within);
  const texts = [...alert.texts, alert.name];
  return (
    there(alert.labels) ??
    some((alert.members ?? []).flatMap((labels) => there(labels) ?? [])) ??
    some(fullNamesIn(texts, within)) ??
    some(wordsIn(texts, within)) ??
    firstOf(namings(alert.labels), ({ named, guess }) => (guess && known.length > 0 ? [] : named)) ??
    []
  );
}

function whatIsThere(namings: readonly Naming[], known: readonly Candidate[]): readonly Named[] | undefined {
  return (
    firstOf(namings, ({ named }) => named.flatMap((one) => exactHits(one, known))) ??
    firstOf(namings, ({ named }) => byName(named, known) ?? [])
  );
}

function inside({ named, guess }: Naming, namespace: string | undefined): Naming {
  if (namespace === undefined) return { named, guess };
  return { guess, named: named.map(({ service }) => ({ service, namespace })) };
}

/** The namespace of a label may be that of whoever reports. */
function byName(named: readonly Named[], known: readonly Candidate[]): readonly Candidate[] | undefined {
  return some(named.flatMap(({ service }) => exactHits({ service }, known)));
}

function firstOf<T>(list: readonly T[], find: (one: T) => readonly Named[]): readonly Named[] | undefined {
  return list.map(find).find((found) => found.length > 0);
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Of Services of one name, that whose namespace the alert mentions. */
function placed(named: readonly Named[], { labels, texts }: Alert): readonly Named[] {
  if (new Set(named.map(({ service }) => service)).size !== 1 || named.length === 1) return named;
  const words = new Set(
    [...Object.values(labels), ...texts].flatMap((text) => text.toLowerCase().split(/[^a-z0-9-]+/)),
  );
  const mentioned = named.filter(({ namespace }) => namespace !== undefined && words.has(namespace));
  return mentioned.length > 0 ? mentioned : named;
}
