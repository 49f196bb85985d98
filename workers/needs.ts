import { clusterLookups } from './collectors/cluster/index.ts';
import type { Need } from './ports.ts';
import { servicePodsNeeds } from './service-pods.ts';

/** What the worker may do: exactly what finding a target and the cluster look-ups need, and nothing that writes. */
export function workerNeeds(): readonly Need[] {
  return merge([...servicePodsNeeds, ...clusterLookups.flatMap(({ needs }) => needs)]);
}

/** What the remediator may do besides: change the Services that its remediations patch. */
export function remediatorNeeds(): readonly Need[] {
  return merge([...workerNeeds(), { group: '', resource: 'services', verbs: ['get', 'patch'] }]);
}

/** One entry a resource (and namespace, where it is needed in one only), in a stable order. */
function merge(needs: readonly Need[]): readonly Need[] {
  const merged = new Map<string, Need>();
  for (const need of needs) {
    const key = `${need.namespace ?? ''}/${need.group}/${need.resource}`;
    const verbs = new Set([...(merged.get(key)?.verbs ?? []), ...need.verbs]);
    merged.set(key, { ...need, verbs: [...verbs].sort() });
  }
  return [...merged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, need]) => need);
}
