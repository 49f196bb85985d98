import {
  isPodFinished,
  type Container,
  type ContainerStatus,
  type Node,
  type Pod,
  type PodStatus,
} from '../objects/kinds.ts';
import { isSame } from '../objects/kube-object.ts';
import { timestamp } from '../state.ts';
import type { Cluster } from '../controllers/controller.ts';
import {
  containerStatus,
  internalIp,
  phaseOf,
  readyAnnotation,
  withConditions,
} from '../controllers/pod-status.ts';
import { rejectionBy } from './admit-pod.ts';
import { nextStep } from './container-start.ts';
import type { HasImage } from './images.ts';
import type { PodEvents } from './pod-events.ts';
import type { RunningContainers } from './run-containers.ts';

interface PodTimes {
  /** Milliseconds that a container takes to start. */
  readonly startAfter: number;
  /** Milliseconds from a pod's start to its readiness. */
  readonly readyAfter: number;
  /** Milliseconds from the delete of a running pod to its end. */
  readonly stopAfter: number;
}

interface Timers {
  /** Calls later, and settles the controllers after it. */
  after(milliseconds: number, act: () => void): void;
}

export interface KubeletParts {
  readonly cluster: Cluster;
  readonly times: PodTimes;
  readonly timers: Timers;
  readonly containers: RunningContainers;
  readonly events: PodEvents;
  readonly hasImage: HasImage;
}

/** All nodes' kubelets: they take pods in, start and end containers, and keep the status of the pods. */
interface Kubelet {
  /** Takes in a pod that has its node and no address yet. */
  admit(pod: Pod, node: Node, podIP: string | undefined): void;
  has(pod: Pod): boolean;
  /** Moves a pod that has been taken in, or that a manifest says to run, one step on. */
  sync(pod: Pod): void;
  /** Ends a pod that is being deleted; the object goes with the last of its processes. */
  end(pod: Pod): void;
}

interface Taken {
  readyDue: boolean;
  /** The `activeDeadlineSeconds` that a timer runs for, and whether it is over. */
  deadline: { readonly seconds: number; over: boolean } | undefined;
  readonly startedAt: number;
}

const deadlineExceeded = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

export function makeKubelet({ cluster, times, timers, containers, events, hasImage }: KubeletParts): Kubelet {
  const taken = new Map<string, Taken>();
  const due = new Set<string>();
  const waiting = new Set<string>();
  const leaving = new Set<string>();
  const now = () => timestamp(cluster.state.now());
  const uidOf = ({ metadata }: Pod): string => metadata.uid ?? '';

  const isFinishedOrGone = (pod: Pod): boolean => {
    const { namespace = '', name } = pod.metadata;
    const current = cluster.state.store.get('pods', namespace, name) as Pod | undefined;
    return current?.metadata.uid !== pod.metadata.uid || current === undefined || isPodFinished(current);
  };

  const put = (pod: Pod, status: PodStatus): Pod => cluster.replace('pods', pod, { ...pod, status }) as Pod;

  const isDue = (pod: Pod, { name }: Container): boolean => {
    const key = `${uidOf(pod)}/${name}`;
    if (times.startAfter === 0 || due.has(key)) return true;
    if (!waiting.has(key)) timers.after(times.startAfter, () => due.add(key));
    waiting.add(key);
    return false;
  };

  const advance = (
    pod: Pod,
    list: readonly Container[],
    known: readonly ContainerStatus[],
    ready: boolean,
  ): readonly ContainerStatus[] =>
    list.map((container) => {
      const before = known.find(({ name }) => name === container.name);
      const { state, events: told } = nextStep(container, before?.state, {
        due: isDue(pod, container),
        hasImage,
        refusal: () => containers.refusalOf(pod, container),
        now: now(),
      });
      for (const event of told) events.kubelet(pod, { ...event, container });
      const serves = ready && state.running !== undefined;
      return before !== undefined && isSame(before.state, state)
        ? { ...before, ready: serves }
        : containerStatus(container, state, serves);
    });

  const wantsReady = (pod: Pod): boolean =>
    taken.get(uidOf(pod))?.readyDue === true && pod.metadata.annotations?.[readyAnnotation] !== 'false';

  /** The status once every container is one step on. */
  const advanced = (pod: Pod): PodStatus => {
    const known = pod.status?.containerStatuses ?? [];
    const containerStatuses = advance(pod, pod.spec.containers, known, wantsReady(pod));
    const phase = phaseOf(pod, containerStatuses);
    const ready = phase === 'Running' && containerStatuses.every((one) => one.ready);
    return withConditions({ ...pod.status, phase, containerStatuses }, ready, now());
  };

  const withEphemeral = (pod: Pod, status: PodStatus): PodStatus => {
    const { ephemeralContainers = [] } = pod.spec;
    if (ephemeralContainers.length === 0 || status.phase !== 'Running') return status;
    const known = status.ephemeralContainerStatuses ?? [];
    return { ...status, ephemeralContainerStatuses: advance(pod, ephemeralContainers, known, false) };
  };

  /** Whether the pod's deadline is over; a timer settles the controllers when it is. */
  const isExpired = (pod: Pod, entry: Taken): boolean => {
    const seconds = pod.spec.activeDeadlineSeconds;
    if (seconds === undefined) return false;
    if (entry.deadline?.seconds === seconds) return entry.deadline.over;
    const deadline = { seconds, over: false };
    entry.deadline = deadline;
    timers.after(Math.max(0, entry.startedAt + seconds * 1000 - Date.now()), () => {
      deadline.over = true;
      if (!isFinishedOrGone(pod)) {
        events.kubelet(pod, { type: 'Normal', ...deadlineExceeded });
      }
    });
    return false;
  };

  const graceOf = ({ metadata, spec }: Pod): number =>
    metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;

  /** Ends whatever still runs; only then may the pod be said to be over. */
  const settleProcesses = (pod: Pod): boolean => {
    containers.terminate(pod, graceOf(pod));
    return !containers.isRunning(pod);
  };

  const expire = (pod: Pod): void => {
    if (!settleProcesses(pod)) return;
    const status = { ...withoutContainers(pod.status ?? {}, now()), phase: 'Failed', ...deadlineExceeded };
    put(pod, withConditions(status, false, now()));
  };

  /** A pod that a manifest says to run keeps its status, but for containers that are really run. */
  const given = (pod: Pod): PodStatus => {
    const status = pod.status ?? {};
    const phase = phaseOf(pod, status.containerStatuses ?? []);
    if (!containers.hasStarted(pod) || phase === status.phase) return status;
    return withConditions({ ...status, phase }, false, now());
  };

  const sync = (pod: Pod): void => {
    const entry = taken.get(uidOf(pod));
    if (entry === undefined && pod.status?.phase !== 'Running') return;
    if (entry !== undefined && isExpired(pod, entry)) {
      expire(pod);
      return;
    }
    const status = entry === undefined ? given(pod) : advanced(pod);
    const isOver = isPodFinished({ ...pod, status });
    // Its ephemeral containers end with the pod, and only then is it said to be over.
    if (isOver && !settleProcesses(pod)) return;
    const stored = put(pod, isOver ? status : withEphemeral(pod, status));
    if (!isOver) containers.start(stored);
  };

  return {
    has: (pod) => taken.has(uidOf(pod)),
    sync,
    admit(pod, node, podIP) {
      const startTime = now();
      const rejection = rejectionBy(node, pod);
      if (rejection !== undefined) {
        const { reason, message } = rejection;
        events.kubelet(pod, { type: 'Warning', reason, message });
        put(pod, {
          ...pod.status,
          phase: 'Failed',
          reason,
          message: `Pod was rejected: ${message}`,
          startTime,
        });
        return;
      }
      const entry = { readyDue: times.readyAfter === 0, deadline: undefined, startedAt: Date.now() };
      taken.set(uidOf(pod), entry);
      const readyAfter = times.startAfter + times.readyAfter;
      if (times.readyAfter > 0) {
        timers.after(readyAfter, () => {
          entry.readyDue = true;
        });
      }
      const hostIP = internalIp(node);
      const status: PodStatus = {
        ...pod.status,
        conditions: [],
        ...(hostIP === undefined ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
        ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
        startTime,
      };
      put(pod, advanced({ ...pod, status }));
    },
    end(pod) {
      const { uid = '', namespace = '', name, finalizers = [] } = pod.metadata;
      if (!settleProcesses(pod) || finalizers.length > 0) return;
      const drop = () => {
        const current = cluster.state.store.get('pods', namespace, name);
        if (current?.metadata.uid === uid) cluster.remove('pods', current, 0);
      };
      if (times.stopAfter === 0) drop();
      else if (!leaving.has(uid)) {
        leaving.add(uid);
        timers.after(times.stopAfter, drop);
      }
    },
  };
}

/** Containers that only claimed to run, or never came to it, when the kubelet gave their pod up. */
function withoutContainers(status: PodStatus, finishedAt: string): PodStatus {
  const end = (one: ContainerStatus): ContainerStatus => {
    if (one.state?.terminated !== undefined) return one;
    const terminated = {
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was terminated',
    };
    return { ...one, ready: false, started: false, state: { terminated: { ...terminated, finishedAt } } };
  };
  const { containerStatuses = [], ephemeralContainerStatuses } = status;
  const ephemeral = ephemeralContainerStatuses?.map(end);
  return {
    ...status,
    containerStatuses: containerStatuses.map(end),
    ...(ephemeral === undefined ? {} : { ephemeralContainerStatuses: ephemeral }),
  };
}
