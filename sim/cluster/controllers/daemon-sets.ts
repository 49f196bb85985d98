import { compact } from '../objects/kube-object.ts';
import { isPodReady, type Node, type Pod, type Workload } from '../objects/kinds.ts';
import { adoptPods, isLeaving, type Cluster, type Reconcile } from './controller.ts';
import { createPod, revisionLabel, templateHash } from './pod-from-template.ts';
import { isAlive, orAbsent } from './replica-sets.ts';
import { tolerates } from './schedule.ts';
import { matchesLabels } from '../api/label-selector.ts';

const daemonSets = 'daemonsets.apps';

/** Keeps one pod of each DaemonSet on every node that may have it. */
export const coverNodes =
  (cluster: Cluster): Reconcile =>
  () => {
    const nodes = cluster.list('nodes') as readonly Node[];
    for (const daemonSet of cluster.list(daemonSets) as readonly Workload[]) {
      if (!isLeaving(daemonSet)) reconcile(cluster, daemonSet, nodes);
    }
  };

function reconcile(cluster: Cluster, daemonSet: Workload, nodes: readonly Node[]): void {
  const hash = templateHash(daemonSet.spec.template);
  const labels = { [revisionLabel]: hash };
  const pods = adoptPods(cluster, daemonSet, daemonSet.spec.selector, labels);
  const living = pods.filter(isAlive);
  const eligible = nodes.filter((node) => mayRunOn(daemonSet, node));
  const onNode = (name: string) => pods.filter((pod) => pod.spec.nodeName === name);
  for (const { metadata } of eligible) {
    if (onNode(metadata.name).length === 0)
      createPod(cluster, daemonSet, { labels, nodeName: metadata.name });
  }
  for (const pod of living) {
    if (!eligible.some(({ metadata }) => metadata.name === pod.spec.nodeName)) cluster.remove('pods', pod);
  }
  replaceOutdated(cluster, living, hash);
  writeStatus(cluster, daemonSet, living, eligible, hash);
}

/** One outdated pod at a time, and only while all others serve (`maxUnavailable: 1`). */
function replaceOutdated(cluster: Cluster, pods: readonly Pod[], hash: string): void {
  const outdated = pods.filter((pod) => (pod.metadata.labels?.[revisionLabel] ?? hash) !== hash);
  const [next] = [...outdated.filter((pod) => !isPodReady(pod)), ...outdated];
  const others = pods.filter((pod) => pod !== next);
  if (next !== undefined && others.every(isPodReady)) cluster.remove('pods', next);
}

function mayRunOn(daemonSet: Workload, node: Node): boolean {
  const { nodeSelector = {}, tolerations = [] } = daemonSet.spec.template.spec;
  const taints = node.spec?.taints ?? [];
  return (
    matchesLabels(nodeSelector, node.metadata.labels) &&
    // The controller itself tolerates the node's own conditions and being cordoned.
    taints.every((taint) => taint.key.startsWith('node.kubernetes.io/') || tolerates(tolerations, taint))
  );
}

function writeStatus(
  cluster: Cluster,
  daemonSet: Workload,
  pods: readonly Pod[],
  eligible: readonly Node[],
  hash: string,
): void {
  const ready = pods.filter(isPodReady).length;
  const updated = pods.filter((pod) => (pod.metadata.labels?.[revisionLabel] ?? hash) === hash).length;
  cluster.replace(daemonSets, daemonSet, {
    ...daemonSet,
    status: compact({
      currentNumberScheduled: pods.length,
      desiredNumberScheduled: eligible.length,
      numberMisscheduled: 0,
      numberReady: ready,
      numberAvailable: orAbsent(ready),
      numberUnavailable: orAbsent(Math.max(0, eligible.length - ready)),
      updatedNumberScheduled: orAbsent(updated),
      observedGeneration: daemonSet.metadata.generation,
    }),
  });
}
