import { steady, type Flow } from './flow.ts';
import type { NodePlan, PodPlan } from './plan.ts';
import { existsAt } from './pods.ts';

/** What the pods of a node do to it. */
export interface NodeLoad {
  readonly sentBytesPerSecond: number;
  readonly cpuCores: number;
}

export const directions = ['receive', 'transmit'] as const;
export const bytesPerPacket = 900;
export const receivedPerSent = 0.6;

/** The kubelet, the image pulls, the probes. */
const ownBytesPerSecond = 400_000;

export function loadOf(node: NodePlan, pods: readonly PodPlan[]): NodeLoad {
  const there = pods.filter((pod) => pod.node.name === node.name && existsAt(pod, 0));
  return {
    sentBytesPerSecond: there.reduce((total, pod) => total + pod.sentBytesPerSecond, ownBytesPerSecond),
    cpuCores: there.reduce((total, pod) => total + pod.container.cpuUse, 0),
  };
}

/** What passes the node's own interface, which pods on the host network share. */
export function nodeBytes(node: NodePlan, load: NodeLoad, direction: (typeof directions)[number]): Flow {
  const part = direction === 'transmit' ? 1 : receivedPerSent;
  return steady(load.sentBytesPerSecond * part, `${node.name}/${direction}`);
}
