import { storageKey, type Resource } from '../api/resources.ts';
import { timestamp, type ClusterState } from '../state.ts';
import { isSame, withMeta, type KubeObject } from './kube-object.ts';
import type { Pod } from './kinds.ts';

/** Kinds whose metadata.generation counts the changes of what is wanted (all but metadata and status). */
const generational = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'NetworkPolicy',
  'Ingress',
  'PodDisruptionBudget',
  'EndpointSlice',
  'Pod',
]);

const hasGeneration = (resource: Resource) => resource.custom || generational.has(resource.kind);

/** Gives a new object the metadata that the API server owns; what a manifest already carries stays. */
export function completeNew(state: ClusterState, resource: Resource, object: KubeObject): KubeObject {
  const { metadata } = object;
  const name =
    metadata.name === '' && metadata.generateName !== undefined
      ? metadata.generateName + state.ids.suffix()
      : metadata.name;
  return {
    ...object,
    metadata: {
      ...metadata,
      name,
      uid: metadata.uid ?? state.ids.uid(),
      creationTimestamp: metadata.creationTimestamp ?? timestamp(state.now()),
      ...(hasGeneration(resource) ? { generation: metadata.generation ?? 1 } : {}),
    },
  };
}

export function insert(state: ClusterState, resource: Resource, object: KubeObject): KubeObject {
  return state.store.put(storageKey(resource), completeNew(state, resource, object));
}

const wanted = ({ metadata: _metadata, status: _status, ...rest }: KubeObject) => rest;

/** What an update would store: generation counted; the same object where nothing changes. */
export function completeUpdate(resource: Resource, before: KubeObject, after: KubeObject): KubeObject {
  const grown = hasGeneration(resource) && !isSame(wanted(before), wanted(after)) ? 1 : 0;
  const completed = {
    ...after,
    metadata: withMeta(after.metadata, {
      uid: before.metadata.uid,
      creationTimestamp: before.metadata.creationTimestamp,
      deletionTimestamp: before.metadata.deletionTimestamp,
      deletionGracePeriodSeconds: before.metadata.deletionGracePeriodSeconds,
      resourceVersion: before.metadata.resourceVersion,
      generation: before.metadata.generation === undefined ? undefined : before.metadata.generation + grown,
    }),
  };
  return isSame(withoutManagers(before), withoutManagers(completed)) ? before : completed;
}

const withoutManagers = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields: [] },
});

/** Stores an update; an object that only waited for its finalizers is gone with the last of them. */
export function replace(
  state: ClusterState,
  resource: Resource,
  before: KubeObject,
  after: KubeObject,
): KubeObject {
  const completed = completeUpdate(resource, before, after);
  if (completed === before) return before;
  const stored = state.store.put(storageKey(resource), completed);
  const { deletionTimestamp, finalizers = [], namespace = '', name } = stored.metadata;
  const lingers = resource.kind === 'Pod' || resource.kind === 'Namespace';
  if (deletionTimestamp !== undefined && finalizers.length === 0 && !lingers) {
    state.store.remove(storageKey(resource), namespace, name);
  }
  return stored;
}

/** Seconds that a delete grants: only pods on a node (and namespaces) go slowly. */
export function graceOf(object: KubeObject, asked: number | undefined): number {
  if (object.kind !== 'Pod') return 0;
  const { spec, status } = object as Pod;
  if (spec.nodeName === undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return asked ?? spec.terminationGracePeriodSeconds ?? 30;
}

export interface Removal {
  readonly object: KubeObject;
  /** False where the object waits for finalizers, for its pod to stop, or for its namespace to empty. */
  readonly gone: boolean;
}

export function markDeleted(state: ClusterState, object: KubeObject, graceSeconds: number): KubeObject {
  if (object.metadata.deletionTimestamp !== undefined && graceSeconds > 0) return object;
  return {
    ...object,
    ...(object.kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {}),
    metadata: {
      ...object.metadata,
      deletionTimestamp: timestamp(new Date(state.now().getTime() + graceSeconds * 1000)),
      deletionGracePeriodSeconds: graceSeconds,
    },
  };
}

/** Deletes as the API server does: at once, or by a deletionTimestamp that others then act on. */
export function remove(state: ClusterState, resource: Resource, object: KubeObject, grace?: number): Removal {
  const seconds = graceOf(object, grace);
  const { finalizers = [], namespace = '', name } = object.metadata;
  if (seconds > 0 || finalizers.length > 0 || object.kind === 'Namespace') {
    const marked = markDeleted(state, object, seconds);
    const stored = isSame(marked, object) ? object : state.store.put(storageKey(resource), marked);
    return { object: stored, gone: false };
  }
  if (object.kind === 'Pod') state.logs.forget(namespace, name);
  return { object: state.store.remove(storageKey(resource), namespace, name) ?? object, gone: true };
}
