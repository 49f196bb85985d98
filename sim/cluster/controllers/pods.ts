import { isPodFinished, isPodReady, type Node, type Pod, type PodStatus } from '../objects/kinds.ts';
import { timestamp } from '../state.ts';
import { isLeaving, type Cluster, type Reconcile } from './controller.ts';
import {
  containerStatus,
  internalIp,
  isUntouched,
  podConditions,
  readyAnnotation,
  unschedulable,
  withReadiness,
} from './pod-status.ts';
import type { RunningContainers } from './run-containers.ts';
import { nextAddress, schedule } from './schedule.ts';

export interface PodTimes {
  /** Milliseconds from a pod's start to its readiness. */
  readonly readyAfter: number;
  /** Milliseconds from the delete of a running pod to its end. */
  readonly stopAfter: number;
}

export interface Timers {
  /** Calls later, and settles the controllers after it. */
  after(milliseconds: number, act: () => void): void;
}

/** Scheduler and kubelets: gives new pods a node, an address and a running state; pods of manifests stay as given. */
export function runPods(
  cluster: Cluster,
  times: PodTimes,
  timers: Timers,
  containers: RunningContainers,
): Reconcile {
  const ours = new Map<string, { due: boolean }>();
  const leaving = new Set<string>();
  const lastOffset = new Map<string, number>();
  const now = () => timestamp(cluster.state.now());

  const put = (pod: Pod, change: Partial<Pod>): Pod =>
    cluster.replace('pods', pod, { ...pod, ...change }) as Pod;

  const place = (pod: Pod): Pod => {
    if (pod.spec.nodeName !== undefined) return pod;
    const placement = schedule(
      pod,
      cluster.list('nodes') as readonly Node[],
      cluster.list('pods') as readonly Pod[],
    );
    if (placement.kind === 'node')
      return put(pod, { spec: { ...pod.spec, nodeName: placement.node.metadata.name } });
    const known = pod.status?.conditions?.[0]?.message === placement.message;
    return known ? pod : put(pod, { status: { ...unschedulable(now(), placement.message) } });
  };

  const addressOn = (node: Node): string | undefined => {
    // Without a range of its own (as under AWS's VPC CNI) a node hands out its neighbours' addresses.
    const cidr = node.spec?.podCIDR ?? internalIp(node)?.replace(/\.\d+$/, '.0/24');
    if (cidr === undefined) return undefined;
    const nodeIps = (cluster.list('nodes') as readonly Node[]).map(internalIp);
    const podIps = (cluster.list('pods') as readonly Pod[]).map(({ status }) => status?.podIP);
    const taken = new Set([...nodeIps, ...podIps]);
    const next = nextAddress(cidr, taken, lastOffset.get(node.metadata.name) ?? 1);
    if (next !== undefined) lastOffset.set(node.metadata.name, next.offset);
    return next?.ip;
  };

  const startOn = (pod: Pod, node: Node): void => {
    const startedAt = now();
    const hostIP = internalIp(node);
    const podIP = pod.spec.hostNetwork === true ? hostIP : addressOn(node);
    const ready = times.readyAfter === 0 && wantsReady(pod);
    const running = { running: { startedAt } };
    const status: PodStatus = {
      phase: 'Running',
      ...(hostIP === undefined ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
      ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
      startTime: startedAt,
      conditions: podConditions(ready, startedAt),
      containerStatuses: pod.spec.containers.map((container) => containerStatus(container, running, ready)),
    };
    const entry = { due: times.readyAfter === 0 };
    ours.set(pod.metadata.uid ?? '', entry);
    put(pod, { status: { ...pod.status, ...status } });
    if (times.readyAfter > 0)
      timers.after(times.readyAfter, () => {
        entry.due = true;
      });
  };

  const follow = (pod: Pod, due: boolean): void => {
    const ready = due && wantsReady(pod);
    if (ready !== isPodReady(pod) && pod.status !== undefined) {
      put(pod, { status: withReadiness(pod.status, ready, now()) });
    }
  };

  const startEphemeral = (pod: Pod): Pod => {
    const known = pod.status?.ephemeralContainerStatuses ?? [];
    const added = (pod.spec.ephemeralContainers ?? []).filter(
      ({ name }) => !known.some((one) => one.name === name),
    );
    if (added.length === 0 || pod.status?.phase !== 'Running') return pod;
    const fresh = added.map((container) =>
      containerStatus(container, { running: { startedAt: now() } }, false),
    );
    return put(pod, { status: { ...pod.status, ephemeralContainerStatuses: [...known, ...fresh] } });
  };

  const end = (pod: Pod): void => {
    const { uid = '', namespace = '', name, finalizers = [] } = pod.metadata;
    containers.stop(pod);
    if (finalizers.length > 0) return;
    const drop = () => {
      const current = cluster.state.store.get('pods', namespace, name);
      if (current?.metadata.uid === uid) cluster.remove('pods', current, 0);
    };
    if (times.stopAfter === 0) drop();
    else if (!leaving.has(uid)) {
      leaving.add(uid);
      timers.after(times.stopAfter, drop);
    }
  };

  const reconcile = (pod: Pod): void => {
    if (isLeaving(pod)) {
      end(pod);
      return;
    }
    const owned = ours.get(pod.metadata.uid ?? '');
    if (
      owned === undefined &&
      (isUntouched(pod) || pod.status?.conditions?.[0]?.reason === 'Unschedulable')
    ) {
      const placed = place(pod);
      const node = cluster.state.store.get('nodes', '', placed.spec.nodeName ?? '') as Node | undefined;
      if (node !== undefined) startOn(placed, node);
      return;
    }
    if (isPodFinished(pod)) return;
    if (owned !== undefined) follow(pod, owned.due);
    const current = cluster.state.store.get('pods', pod.metadata.namespace ?? '', pod.metadata.name) as
      Pod | undefined;
    if (current !== undefined && current.status?.phase === 'Running')
      containers.start(startEphemeral(current));
  };

  return () => {
    for (const pod of cluster.list('pods') as readonly Pod[]) reconcile(pod);
  };
}

const wantsReady = ({ metadata }: Pod): boolean => metadata.annotations?.[readyAnnotation] !== 'false';
