import { storageKey, type Resource } from '../api/resources.ts';
import type { KubeObject, OwnerReference } from '../objects/kube-object.ts';
import type { LabelSelector, Pod } from '../objects/kinds.ts';
import { compileLabelSelector } from '../api/label-selector.ts';
import { insert, remove, replace } from '../objects/write.ts';
import type { ClusterState } from '../state.ts';

/** Looks at the store and moves it one step towards what is wanted; does nothing where nothing is to do. */
export type Reconcile = () => void;

/** What controllers do to the store, by storage key (`pods`, `replicasets.apps`). */
export interface Cluster {
  readonly state: ClusterState;
  list(resource: string, namespace?: string): readonly KubeObject[];
  insert(resource: string, object: KubeObject): KubeObject;
  replace(resource: string, before: KubeObject, after: KubeObject): KubeObject;
  remove(resource: string, object: KubeObject, graceSeconds?: number): void;
}

export function clusterOf(state: ClusterState): Cluster {
  const find = (key: string): Resource => {
    const resource = state.table.all.find((one) => storageKey(one) === key);
    if (resource === undefined) throw new Error(`no resource ${key}`);
    return resource;
  };
  return {
    state,
    list: (resource, namespace) => state.store.list(resource, namespace).items,
    insert: (resource, object) => insert(state, find(resource), object),
    replace: (resource, before, after) => replace(state, find(resource), before, after),
    remove: (resource, object, grace) => void remove(state, find(resource), object, grace),
  };
}

export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true) ?? metadata.ownerReferences?.[0];

export const ownedBy = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

export const isOwnedBy = (owner: KubeObject, object: KubeObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

export const isLeaving = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

/** Pods of a workload; those that match its selector and belong to nobody are adopted first, with these labels. */
export function adoptPods(
  cluster: Cluster,
  owner: KubeObject,
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
): readonly Pod[] {
  const matches = compileLabelSelector(selector);
  const inNamespace = cluster.list('pods', owner.metadata.namespace ?? '') as readonly Pod[];
  const ours = inNamespace.flatMap((pod): readonly KubeObject[] => {
    if (isOwnedBy(owner, pod)) return [pod];
    if (controllerOf(pod) !== undefined || isLeaving(pod) || !matches(pod.metadata.labels)) return [];
    return [
      cluster.replace('pods', pod, {
        ...pod,
        metadata: {
          ...pod.metadata,
          labels: { ...labels, ...pod.metadata.labels },
          ownerReferences: [ownedBy(owner)],
        },
      }),
    ];
  });
  return ours as readonly Pod[];
}
