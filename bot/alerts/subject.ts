import type { Alert } from '../../core/alerts/alert.ts';
import { routeAlert, type Route, type Routing } from '../../core/alerts/route.ts';
import { applyRules } from '../../core/alerts/rules.ts';
import { isFresh, type Directory } from '../../core/directory.ts';
import type { Subject } from '../../core/request.ts';

/** What an alert is about, as far as can be told. */
export interface About {
  /** The same for all alerts about the same; undefined where it cannot be told. */
  readonly key: string | undefined;
  readonly subject: Exclude<Subject, { kind: 'mentioned' }> | undefined;
  readonly symptom: string | undefined;
  /** Where a rule wants it reported. */
  readonly channel: string | undefined;
}

/** A Service that is not there counts only at the word of a rule: a label may name anything. */
export function aboutOf(
  alert: Alert,
  routing: Routing,
  directory: Directory | undefined,
  now: number,
): About {
  const ruled = applyRules(routing.rules, alert);
  const route = routeAlert(alert, routing);
  const isKnown =
    route.kind !== 'target' ||
    ruled?.service !== undefined ||
    directory === undefined ||
    !isFresh(directory, now) ||
    directory.services.some(
      ({ service, namespace }) => service === route.service && namespace === (route.namespace ?? namespace),
    );
  const found = isKnown ? route : ({ kind: 'unknown' } as const);
  const symptom = found.kind === 'unknown' ? undefined : found.symptom;
  return {
    ...subjectOf(found),
    // The playbooks may have lost it since the rules were read.
    symptom: routing.symptoms.some(({ id }) => id === symptom) ? symptom : undefined,
    channel: ruled?.channel,
  };
}

function subjectOf(route: Route): Pick<About, 'key' | 'subject'> {
  switch (route.kind) {
    case 'unknown':
      return { key: undefined, subject: undefined };
    case 'target': {
      const { service, namespace } = route;
      const named = { service, ...(namespace !== undefined && { namespace }) };
      return { key: keyOf(named), subject: { kind: 'named', ...named } };
    }
    case 'ambiguous': {
      const candidates = route.candidates.map(({ service, namespace }) => ({
        service,
        ...(namespace !== undefined && { namespace }),
      }));
      return { key: candidates.map(keyOf).sort().join('|'), subject: { kind: 'candidates', candidates } };
    }
  }
}

function keyOf({ service, namespace = '*' }: { service: string; namespace?: string }): string {
  return `${namespace}/${service}`;
}
