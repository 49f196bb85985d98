import { clusterLookups } from './collectors/cluster/index.ts';
import type { Need } from './ports.ts';
import { hostNamespaceOf } from './probes/arm.ts';
import { makers } from './probes/makers/index.ts';
import { placeNeeds } from './probes/place.ts';
import { works } from './remediations/index.ts';
import { servicePodsNeeds } from './service-pods.ts';

/** What the worker may read: exactly what finding a target, the cluster look-ups and the probes need. */
export function readingNeeds(): readonly Need[] {
  return merge([
    ...servicePodsNeeds,
    ...placeNeeds,
    ...clusterLookups.flatMap(({ needs }) => needs),
    ...makers.flatMap(({ needs }) => needs),
  ]);
}

/** What a class of probes takes besides, each granted on its own; `namespace` is that of its pods. */
export function probeNeeds(enabled: 'own-pod' | 'ephemeral' | 'node', namespace: string): readonly Need[] {
  switch (enabled) {
    case 'own-pod':
      return merge(podNeeds(namespace));
    case 'node':
      return merge(podNeeds(hostNamespaceOf(namespace)));
    case 'ephemeral':
      return merge([
        { group: '', resource: 'pods', verbs: ['get'] },
        { group: '', resource: 'pods/ephemeralcontainers', verbs: ['patch'] },
        { group: '', resource: 'pods/log', verbs: ['get'] },
      ]);
  }
}

/** Starting a pod of its own, reading what it prints and taking it away, in one namespace. */
function podNeeds(namespace: string): readonly Need[] {
  return [
    { group: '', resource: 'pods', verbs: ['create', 'delete', 'get', 'list'], namespace },
    { group: '', resource: 'pods/log', verbs: ['get'], namespace },
    { group: '', resource: 'events', verbs: ['list'], namespace },
  ];
}

/** What the remediator may: read, make the changes that netcheck knows, and leave a note of each on the object. */
export function remediatorNeeds(): readonly Need[] {
  return merge([
    ...readingNeeds(),
    ...Object.values(works).flatMap(({ needs }) => needs),
    { group: '', resource: 'events', verbs: ['create'] },
  ]);
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
