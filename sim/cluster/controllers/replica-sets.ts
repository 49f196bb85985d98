import { compact } from '../objects/kube-object.ts';
import { isPodFinished, isPodReady, type Pod, type Workload } from '../objects/kinds.ts';
import { adoptPods, isLeaving, type Cluster, type Reconcile } from './controller.ts';
import { createPod } from './pod-from-template.ts';

const replicaSets = 'replicasets.apps';

/** Keeps as many pods as each ReplicaSet wants. */
export const keepReplicas =
  (cluster: Cluster): Reconcile =>
  () => {
    for (const replicaSet of cluster.list(replicaSets) as readonly Workload[]) {
      if (!isLeaving(replicaSet)) reconcile(cluster, replicaSet);
    }
  };

function reconcile(cluster: Cluster, replicaSet: Workload): void {
  const wanted = replicaSet.spec.replicas ?? 1;
  const living = adoptPods(cluster, replicaSet, replicaSet.spec.selector, {}).filter(isAlive);
  for (let count = living.length; count < wanted; count++) createPod(cluster, replicaSet, {});
  for (const pod of surplus(living, living.length - wanted)) cluster.remove('pods', pod);
  writeStatus(cluster, replicaSet, living.slice(0, Math.max(wanted, 0)));
}

export const isAlive = (pod: Pod): boolean => !isLeaving(pod) && !isPodFinished(pod);

/** Which pods go first: those that are not ready, then the youngest. */
function surplus(pods: readonly Pod[], count: number): readonly Pod[] {
  if (count <= 0) return [];
  const age = (pod: Pod) => Number(pod.metadata.resourceVersion ?? 0);
  return [...pods]
    .sort((a, b) => Number(isPodReady(a)) - Number(isPodReady(b)) || age(b) - age(a))
    .slice(0, count);
}

function writeStatus(cluster: Cluster, replicaSet: Workload, pods: readonly Pod[]): void {
  const ready = pods.filter(isPodReady).length;
  cluster.replace(replicaSets, replicaSet, {
    ...replicaSet,
    status: compact({
      replicas: pods.length,
      fullyLabeledReplicas: orAbsent(pods.length),
      readyReplicas: orAbsent(ready),
      availableReplicas: orAbsent(ready),
      observedGeneration: replicaSet.metadata.generation,
    }),
  });
}

/** Counters of zero are left out on the real wire. */
export const orAbsent = (count: number): number | undefined => (count === 0 ? undefined : count);
