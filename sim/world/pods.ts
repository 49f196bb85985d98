import { nameSuffix } from './names.ts';
import type { ContainerPlan, Life, NodePlan, PodPlan, WorkloadPlan } from './plan.ts';

const dayAgo = -24 * 3600;

/** Up since yesterday, and staying. */
export const settled: Life = { created: dayAgo, ready: dayAgo + 20, deleted: Infinity, gone: Infinity };

export function healthyContainer(
  name: string,
  image: string,
  overrides: Partial<ContainerPlan> = {},
): ContainerPlan {
  return { name, image, cpuUse: 0.2, throttledShare: 0.001, cpuLimit: 1, ...overrides };
}

interface PodSource {
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly container: ContainerPlan;
  readonly hostNetwork?: boolean;
  readonly sentBytesPerSecond?: number;
}

export interface Placement {
  readonly node: NodePlan;
  /** The last number of its address in the node's subnet; ignored on the host network. */
  readonly host: number;
  readonly life?: Life;
  /** Which template of the Deployment it comes from. */
  readonly revision?: number;
}

function toPod(source: PodSource, place: Placement, owner: PodPlan['owner'], name: string): PodPlan {
  const { node, host, life = settled } = place;
  const { namespace, labels, container, hostNetwork = false, sentBytesPerSecond = 60_000 } = source;
  const subnet = node.ip.split('.').slice(0, 3).join('.');
  const ip = hostNetwork ? node.ip : `${subnet}.${host}`;
  return { name, namespace, ip, node, hostNetwork, labels, owner, container, life, sentBytesPerSecond };
}

export function deployment(source: PodSource, places: readonly Placement[]): WorkloadPlan {
  const { workload: name, namespace, labels, container, hostNetwork = false } = source;
  const pods = places.map((place, i) => {
    const revision = nameSuffix(`${namespace}/${name}/revision/${place.revision ?? 1}`, 9);
    const owner = { kind: 'ReplicaSet', name: `${name}-${revision}` } as const;
    const hashed = { ...source, labels: { ...labels, 'pod-template-hash': revision } };
    return toPod(hashed, place, owner, `${owner.name}-${nameSuffix(`${owner.name}/${i}`, 5)}`);
  });
  return { kind: 'Deployment', name, namespace, labels, pods, container, hostNetwork };
}

export function daemonSet(source: PodSource, places: readonly Placement[]): WorkloadPlan {
  const { workload: name, namespace, labels, container, hostNetwork = false } = source;
  const pods = places.map((place) =>
    toPod(
      source,
      place,
      { kind: 'DaemonSet', name },
      `${name}-${nameSuffix(`${name}/${place.node.name}`, 5)}`,
    ),
  );
  return { kind: 'DaemonSet', name, namespace, labels, pods, container, hostNetwork };
}

export function statefulSet(source: PodSource, places: readonly Placement[]): WorkloadPlan {
  const { workload: name, namespace, labels, container, hostNetwork = false } = source;
  const pods = places.map((place, i) => toPod(source, place, { kind: 'StatefulSet', name }, `${name}-${i}`));
  return { kind: 'StatefulSet', name, namespace, labels, pods, container, hostNetwork };
}

export function existsAt(pod: PodPlan, t: number): boolean {
  return t >= pod.life.created && t < pod.life.gone;
}

export function isReadyAt(pod: PodPlan, t: number): boolean {
  return t >= pod.life.ready && t < pod.life.deleted;
}

export function isTerminatingAt(pod: PodPlan, t: number): boolean {
  return t >= pod.life.deleted && t < pod.life.gone;
}
