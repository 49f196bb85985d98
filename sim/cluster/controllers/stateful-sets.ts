import { compact } from '../objects/kube-object.ts';
import { isPodReady, type Pod, type Workload } from '../objects/kinds.ts';
import { adoptPods, isLeaving, type Cluster, type Reconcile } from './controller.ts';
import { createPod, revisionLabel, templateHash } from './pod-from-template.ts';
import { isAlive, orAbsent } from './replica-sets.ts';

const statefulSets = 'statefulsets.apps';

/** Keeps the numbered pods of StatefulSets, in order. */
export const keepOrdinals =
  (cluster: Cluster): Reconcile =>
  () => {
    for (const statefulSet of cluster.list(statefulSets) as readonly Workload[]) {
      if (!isLeaving(statefulSet)) reconcile(cluster, statefulSet);
    }
  };

function reconcile(cluster: Cluster, statefulSet: Workload): void {
  const { name } = statefulSet.metadata;
  const hash = templateHash(statefulSet.spec.template);
  const wanted = statefulSet.spec.replicas ?? 1;
  const pods = adoptPods(cluster, statefulSet, statefulSet.spec.selector, { [revisionLabel]: hash });
  const named = (ordinal: number) =>
    pods.find(({ metadata }) => metadata.name === `${name}-${String(ordinal)}`);
  step(cluster, statefulSet, hash, wanted, named);

  const living = pods.filter(isAlive);
  const isCurrent = (pod: Pod) => (pod.metadata.labels?.[revisionLabel] ?? hash) === hash;
  const ready = living.filter(isPodReady).length;
  cluster.replace(statefulSets, statefulSet, {
    ...statefulSet,
    status: compact({
      observedGeneration: statefulSet.metadata.generation,
      replicas: living.length,
      readyReplicas: orAbsent(ready),
      availableReplicas: ready,
      updatedReplicas: orAbsent(living.filter(isCurrent).length),
      currentReplicas: orAbsent(living.filter(isCurrent).length),
      updateRevision: `${name}-${hash}`,
      currentRevision: `${name}-${hash}`,
      collisionCount: 0,
    }),
  });
}

/** One pod a step: the next missing one once its predecessors serve, then outdated or surplus ones from the top. */
function step(
  cluster: Cluster,
  statefulSet: Workload,
  hash: string,
  wanted: number,
  named: (ordinal: number) => Pod | undefined,
): void {
  const { name } = statefulSet.metadata;
  for (let ordinal = 0; ordinal < wanted; ordinal++) {
    const pod = named(ordinal);
    if (pod === undefined) {
      const podName = `${name}-${String(ordinal)}`;
      const labels = {
        [revisionLabel]: hash,
        'statefulset.kubernetes.io/pod-name': podName,
        'apps.kubernetes.io/pod-index': String(ordinal),
      };
      createPod(cluster, statefulSet, { name: podName, labels });
      return;
    }
    if (!isPodReady(pod)) return;
  }
  const top = highest(named, wanted);
  for (let ordinal = top; ordinal >= 0; ordinal--) {
    const pod = named(ordinal);
    const outdated = (pod?.metadata.labels?.[revisionLabel] ?? hash) !== hash;
    if (pod === undefined || (ordinal < wanted && !outdated)) continue;
    if (!isLeaving(pod)) cluster.remove('pods', pod);
    return;
  }
}

function highest(named: (ordinal: number) => Pod | undefined, wanted: number): number {
  let top = wanted - 1;
  while (named(top + 1) !== undefined) top++;
  return top;
}
