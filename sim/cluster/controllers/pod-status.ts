import type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  Node,
  Pod,
  PodStatus,
} from '../objects/kinds.ts';
import { isSame } from '../objects/kube-object.ts';

/** Set to "false" on a pod (or in a template), its pods run but never become ready. */
export const readyAnnotation = 'netcheck.sim/ready';

/** As a pod is right after its creation: nobody has looked at it yet. */
export const isUntouched = ({ status }: Pod): boolean =>
  status === undefined ||
  isSame({ qosClass: 'BestEffort', ...status }, { phase: 'Pending', qosClass: 'BestEffort' });

export const internalIp = (node: Node): string | undefined =>
  node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;

export function containerStatus(
  container: Container,
  state: ContainerState,
  ready: boolean,
): ContainerStatus {
  const image = container.image ?? '';
  return {
    name: container.name,
    ready,
    started: state.running !== undefined,
    restartCount: 0,
    image,
    imageID: image,
    containerID: `containerd://${container.name}`,
    state,
    lastState: {},
  };
}

/** The conditions that a kubelet keeps, in its order. */
export function podConditions(ready: boolean, now: string, finished = false): readonly Condition[] {
  const condition = (type: string, holds: boolean): Condition =>
    holds
      ? { type, status: 'True', lastTransitionTime: now }
      : {
          type,
          status: 'False',
          lastTransitionTime: now,
          reason: finished ? 'PodCompleted' : 'ContainersNotReady',
          message: 'containers with unready status',
        };
  return [
    condition('PodReadyToStartContainers', !finished),
    condition('Initialized', true),
    condition('Ready', ready),
    condition('ContainersReady', ready),
    condition('PodScheduled', true),
  ];
}

export function unschedulable(now: string, message: string): PodStatus {
  return {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: now },
    ],
  };
}

/** The status with other readiness; nothing else of it changes. */
export function withReadiness(status: PodStatus, ready: boolean, now: string): PodStatus {
  const conditions = (status.conditions ?? []).map((condition) => {
    const counts = condition.type === 'Ready' || condition.type === 'ContainersReady';
    const [replacement] = counts
      ? podConditions(ready, now).filter(({ type }) => type === condition.type)
      : [];
    return counts && (condition.status === 'True') !== ready && replacement !== undefined
      ? replacement
      : condition;
  });
  const containerStatuses = (status.containerStatuses ?? []).map((one) =>
    one.state?.running === undefined ? one : { ...one, ready },
  );
  return { ...status, conditions, containerStatuses };
}
