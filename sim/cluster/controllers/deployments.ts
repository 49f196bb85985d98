import { compileLabelSelector } from '../api/label-selector.ts';
import { isSame, withMeta, type KubeObject } from '../objects/kube-object.ts';
import { scaled, type Pod, type Workload } from '../objects/kinds.ts';
import { controllerOf, isLeaving, isOwnedBy, ownedBy, type Cluster, type Reconcile } from './controller.ts';
import { writeDeploymentStatus } from './deployment-status.ts';
import { templateHash, templateHashLabel } from './pod-from-template.ts';

const deployments = 'deployments.apps';
const replicaSets = 'replicasets.apps';
const revision = 'deployment.kubernetes.io/revision';

/** Rolls Deployments out through their ReplicaSets, within maxSurge and maxUnavailable. */
export const rollOut =
  (cluster: Cluster): Reconcile =>
  () => {
    for (const deployment of cluster.list(deployments) as readonly Workload[]) {
      if (!isLeaving(deployment)) reconcile(cluster, deployment);
    }
  };

function reconcile(cluster: Cluster, deployment: Workload): void {
  const owned = adoptReplicaSets(cluster, deployment);
  const hash = templateHash(deployment.spec.template);
  const current = owned.find((one) => templateHash(one.spec.template) === hash);
  const paused = deployment.spec.paused === true;
  if (current === undefined && !paused) {
    createReplicaSet(cluster, deployment, owned, hash);
    return;
  }
  const old = owned.filter((one) => one !== current);
  const wanted = deployment.spec.replicas ?? 1;
  const active = current ?? newest(old);
  if (paused || old.every((one) => replicasOf(one) === 0)) {
    if (active !== undefined) scale(cluster, active, wanted);
  } else if (current !== undefined) {
    if (deployment.spec.strategy?.type === 'Recreate') recreate(cluster, deployment, current, old, wanted);
    else roll(cluster, deployment, current, old, wanted);
  }
  writeDeploymentStatus(cluster, deployment, current?.metadata.uid);
}

const replicasOf = (replicaSet: Workload): number => replicaSet.spec.replicas ?? 0;
const availableOf = ({ status }: Workload): number => Number(status?.['availableReplicas'] ?? 0);
const total = (replicaSets: readonly Workload[], count: (one: Workload) => number): number =>
  replicaSets.reduce((sum, one) => sum + count(one), 0);
const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.[revision] ?? 0);
const newest = (old: readonly Workload[]) => [...old].sort((a, b) => revisionOf(b) - revisionOf(a))[0];

function adoptReplicaSets(cluster: Cluster, deployment: Workload): readonly Workload[] {
  const matches = compileLabelSelector(deployment.spec.selector);
  const inNamespace = cluster.list(replicaSets, deployment.metadata.namespace) as readonly Workload[];
  const ours = inNamespace.flatMap((one): readonly KubeObject[] => {
    if (isOwnedBy(deployment, one)) return [one];
    if (controllerOf(one) !== undefined || !matches(one.metadata.labels)) return [];
    const metadata = { ...one.metadata, ownerReferences: [ownedBy(deployment)] };
    return [cluster.replace(replicaSets, one, { ...one, metadata })];
  });
  return ours as readonly Workload[];
}

function scale(cluster: Cluster, replicaSet: Workload, replicas: number): void {
  if (replicasOf(replicaSet) === replicas) return;
  cluster.replace(replicaSets, replicaSet, { ...replicaSet, spec: { ...replicaSet.spec, replicas } });
}

function recreate(
  cluster: Cluster,
  deployment: Workload,
  current: Workload,
  old: readonly Workload[],
  wanted: number,
): void {
  for (const one of old) scale(cluster, one, 0);
  const pods = cluster.list('pods', deployment.metadata.namespace);
  const isOld = (pod: KubeObject) => old.some((one) => isOwnedBy(one, pod));
  if (!pods.some(isOld)) scale(cluster, current, wanted);
}

function roll(
  cluster: Cluster,
  deployment: Workload,
  current: Workload,
  old: readonly Workload[],
  wanted: number,
): void {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, wanted, 'up');
  const unavailable = scaled(maxUnavailable, wanted, 'down');
  const minAvailable = wanted - (surge === 0 && unavailable === 0 ? 1 : unavailable);
  const all = [current, ...old];

  const room = wanted + surge - total(all, replicasOf);
  if (replicasOf(current) > wanted) scale(cluster, current, wanted);
  else if (room > 0 && replicasOf(current) < wanted) {
    scale(cluster, current, Math.min(wanted, replicasOf(current) + room));
    return;
  }
  const newUnavailable = replicasOf(current) - availableOf(current);
  let spare = total(all, replicasOf) - minAvailable - newUnavailable;
  for (const one of old) {
    const unhealthy = Math.min(spare, replicasOf(one) - availableOf(one));
    const healthy = Math.min(spare - unhealthy, availableOf(one), total(all, availableOf) - minAvailable);
    const fewer = Math.max(0, unhealthy) + Math.max(0, healthy);
    spare -= fewer;
    if (fewer > 0) {
      scale(cluster, one, replicasOf(one) - fewer);
      return;
    }
  }
}

/** The first ReplicaSet of a Deployment takes in the pods that manifests already gave it. */
function createReplicaSet(
  cluster: Cluster,
  deployment: Workload,
  owned: readonly Workload[],
  fresh: string,
): void {
  const { name, namespace = '' } = deployment.metadata;
  const given = owned.length === 0 ? givenPods(cluster, deployment) : [];
  const givenOwner = given.map(controllerOf).find((owner) => owner !== undefined);
  const hash =
    given.map(({ metadata }) => metadata.labels?.[templateHashLabel]).find((one) => one !== undefined) ??
    fresh;
  const { selector, template } = deployment.spec;
  const labels = { ...template.metadata?.labels, [templateHashLabel]: hash };
  const created = cluster.insert(replicaSets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: withMeta(
      { name: givenOwner?.name ?? `${name}-${hash}` },
      {
        uid: givenOwner?.uid,
        namespace,
        labels,
        annotations: { [revision]: String(Math.max(0, ...owned.map(revisionOf)) + 1) },
        ownerReferences: [ownedBy(deployment)],
      },
    ),
    spec: {
      replicas: given.length,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [templateHashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  });
  for (const pod of given) {
    const metadata = {
      ...pod.metadata,
      labels: { [templateHashLabel]: hash, ...pod.metadata.labels },
      ownerReferences: [ownedBy(created)],
    };
    cluster.replace('pods', pod, { ...pod, metadata });
  }
  noteRevision(cluster, deployment, created);
}

function noteRevision(cluster: Cluster, deployment: Workload, replicaSet: KubeObject): void {
  const annotations = { ...deployment.metadata.annotations, [revision]: String(revisionOf(replicaSet)) };
  if (isSame(annotations, deployment.metadata.annotations)) return;
  cluster.replace(deployments, deployment, {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
  });
}

/** Pods of manifests that match and belong to nobody, or to a ReplicaSet that the manifests left out. */
function givenPods(cluster: Cluster, deployment: Workload): readonly Pod[] {
  const { namespace = '' } = deployment.metadata;
  const matches = compileLabelSelector(deployment.spec.selector);
  const known = new Set(cluster.list(replicaSets, namespace).map(({ metadata }) => metadata.uid));
  return (cluster.list('pods', namespace) as readonly Pod[]).filter((pod) => {
    const owner = controllerOf(pod);
    const isFree = owner === undefined || (owner.kind === 'ReplicaSet' && !known.has(owner.uid));
    return isFree && !isLeaving(pod) && matches(pod.metadata.labels);
  });
}
