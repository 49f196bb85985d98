import { compact, isSame } from '../objects/kube-object.ts';
import { scaled, type Condition, type Workload } from '../objects/kinds.ts';
import { timestamp } from '../state.ts';
import { isOwnedBy, type Cluster } from './controller.ts';
import { orAbsent } from './replica-sets.ts';

/** Counters and conditions of a Deployment from its ReplicaSets, as `kubectl rollout status` reads them. */
export function writeDeploymentStatus(
  cluster: Cluster,
  stale: Workload,
  currentUid: string | undefined,
): void {
  const { namespace = '', name } = stale.metadata;
  const deployment = (cluster.state.store.get('deployments.apps', namespace, name) ?? stale) as Workload;
  const owned = (cluster.list('replicasets.apps', namespace) as readonly Workload[]).filter((one) =>
    isOwnedBy(deployment, one),
  );
  const sum = (field: string, of = owned) =>
    of.reduce((count, one) => count + Number(one.status?.[field] ?? 0), 0);
  const wanted = deployment.spec.replicas ?? 1;
  const replicas = sum('replicas');
  const available = sum('availableReplicas');
  const updated = sum(
    'replicas',
    owned.filter(({ metadata }) => metadata.uid === currentUid),
  );
  const isComplete = updated === wanted && replicas === wanted && available === wanted;
  const { maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const isAvailable = available >= wanted - scaled(maxUnavailable, wanted, 'down');
  const before = (deployment.status?.['conditions'] ?? []) as readonly Condition[];
  const condition = (type: string, status: string, reason: string, message: string): Condition => {
    const now = timestamp(cluster.state.now());
    const old = before.find((one) => one.type === type);
    const settled = { type, status, reason, message };
    if (
      old !== undefined &&
      isSame(
        { ...old, lastUpdateTime: null, lastTransitionTime: null },
        { ...settled, lastUpdateTime: null, lastTransitionTime: null },
      )
    ) {
      return old;
    }
    return {
      ...settled,
      lastUpdateTime: now,
      lastTransitionTime: old?.status === status ? (old.lastTransitionTime ?? now) : now,
    };
  };
  const current = owned.find(({ metadata }) => metadata.uid === currentUid)?.metadata.name ?? '';
  cluster.replace('deployments.apps', deployment, {
    ...deployment,
    status: compact({
      observedGeneration: deployment.metadata.generation,
      replicas: orAbsent(replicas),
      updatedReplicas: orAbsent(updated),
      readyReplicas: orAbsent(sum('readyReplicas')),
      availableReplicas: orAbsent(available),
      unavailableReplicas: orAbsent(Math.max(0, Math.max(wanted, replicas) - available)),
      conditions: [
        isAvailable
          ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
          : condition(
              'Available',
              'False',
              'MinimumReplicasUnavailable',
              'Deployment does not have minimum availability.',
            ),
        isComplete
          ? condition(
              'Progressing',
              'True',
              'NewReplicaSetAvailable',
              `ReplicaSet "${current}" has successfully progressed.`,
            )
          : condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${current}" is progressing.`),
      ],
    }),
  });
}
