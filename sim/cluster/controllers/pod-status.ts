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
  const made = state.waiting === undefined;
  return {
    name: container.name,
    ready,
    started: state.running !== undefined,
    restartCount: 0,
    image,
    imageID: made ? image : '',
    ...(made ? { containerID: `containerd://${container.name}` } : {}),
    state,
    lastState: {},
  };
}

/** The conditions that a kubelet keeps, in its order. */
function podConditions(ready: boolean, now: string, status: PodStatus): readonly Condition[] {
  const phase = status.phase ?? 'Pending';
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const unready = (status.containerStatuses ?? []).filter((one) => !one.ready).map(({ name }) => name);
  const why = finished
    ? { reason: phase === 'Failed' ? 'PodFailed' : 'PodCompleted' }
    : {
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${unready.join(' ')}]`,
      };
  const condition = (type: string, holds: boolean): Condition => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: now,
    ...(holds || type === 'PodReadyToStartContainers' ? {} : why),
  });
  return [
    condition('PodReadyToStartContainers', !finished),
    condition('Initialized', true),
    condition('Ready', ready),
    condition('ContainersReady', ready),
    condition('PodScheduled', true),
  ];
}

/** Conditions as they are now; those that already said so keep their time. */
export function withConditions(status: PodStatus, ready: boolean, now: string): PodStatus {
  const before = status.conditions ?? [];
  const conditions = podConditions(ready, now, status).map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    return old?.status === condition.status && old.reason === condition.reason
      ? { ...condition, lastTransitionTime: old.lastTransitionTime ?? now }
      : condition;
  });
  return { ...status, conditions };
}

/** The phase that follows from the containers, as the kubelet's `getPhase` finds it. */
export function phaseOf({ spec }: Pod, statuses: readonly ContainerStatus[]): string {
  const states = statuses.map(({ state }) => state ?? {});
  if (states.some(({ waiting }) => waiting !== undefined)) return 'Pending';
  if (states.length < spec.containers.length || states.some(({ running }) => running !== undefined)) {
    return 'Running';
  }
  const failed = states.some(({ terminated }) => terminated?.exitCode !== 0);
  const restarts = spec.restartPolicy === 'Always' || (spec.restartPolicy === 'OnFailure' && failed);
  if (restarts) return 'Running';
  return failed ? 'Failed' : 'Succeeded';
}

/** The status after one of the pod's containers has ended. */
export function endContainer(
  status: PodStatus,
  name: string,
  exitCode: number,
  finishedAt: string,
): PodStatus {
  const end = (one: ContainerStatus): ContainerStatus => {
    if (one.name !== name) return one;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const startedAt = one.state?.running?.startedAt ?? finishedAt;
    const state = { terminated: { exitCode, reason, startedAt, finishedAt } };
    return { ...one, ready: false, started: false, state };
  };
  const { containerStatuses = [], ephemeralContainerStatuses } = status;
  return {
    ...status,
    containerStatuses: containerStatuses.map(end),
    ...(ephemeralContainerStatuses === undefined
      ? {}
      : { ephemeralContainerStatuses: ephemeralContainerStatuses.map(end) }),
  };
}

export function unschedulable(now: string, message: string): PodStatus {
  return {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: now },
    ],
  };
}
