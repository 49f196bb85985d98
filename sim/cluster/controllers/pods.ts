import type { Node, Pod } from '../objects/kinds.ts';
import { isPodFinished } from '../objects/kinds.ts';
import { isSilent } from '../kubelet/admit-pod.ts';
import { makeKubelet, type KubeletParts } from '../kubelet/kubelet.ts';
import { timestamp } from '../state.ts';
import { isLeaving, type Reconcile } from './controller.ts';
import { internalIp, isUntouched, unschedulable } from './pod-status.ts';
import { nextAddress, schedule } from './schedule.ts';

/** Scheduler and kubelets: gives new pods a node, an address and a running state; pods of manifests stay as given. */
export function runPods(parts: KubeletParts): Reconcile {
  const { cluster, containers, events } = parts;
  const kubelet = makeKubelet(parts);
  const lastOffset = new Map<string, number>();

  const put = (pod: Pod, change: Partial<Pod>): Pod =>
    cluster.replace('pods', pod, { ...pod, ...change }) as Pod;

  const place = (pod: Pod): Pod => {
    if (pod.spec.nodeName !== undefined) return pod;
    const nodes = cluster.list('nodes') as readonly Node[];
    const placement = schedule(pod, nodes, cluster.list('pods') as readonly Pod[]);
    const { namespace = '', name } = pod.metadata;
    if (placement.kind === 'node') {
      const nodeName = placement.node.metadata.name;
      const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
      events.scheduler(pod, { type: 'Normal', reason: 'Scheduled', message });
      return put(pod, { spec: { ...pod.spec, nodeName } });
    }
    const { message } = placement;
    if (pod.status?.conditions?.[0]?.message === message) return pod;
    events.scheduler(pod, { type: 'Warning', reason: 'FailedScheduling', message });
    return put(pod, { status: { ...unschedulable(timestamp(cluster.state.now()), message) } });
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

  const bringUp = (pod: Pod): void => {
    const placed = place(pod);
    const node = cluster.state.store.get('nodes', '', placed.spec.nodeName ?? '') as Node | undefined;
    if (node === undefined || isSilent(node)) return;
    kubelet.admit(placed, node, placed.spec.hostNetwork === true ? internalIp(node) : addressOn(node));
  };

  const reconcile = (pod: Pod): void => {
    if (isLeaving(pod)) kubelet.end(pod);
    else if (!kubelet.has(pod) && isNew(pod)) bringUp(pod);
    else if (!isPodFinished(pod)) kubelet.sync(pod);
  };

  return () => {
    containers.reap();
    for (const pod of cluster.list('pods') as readonly Pod[]) reconcile(pod);
  };
}

const isNew = (pod: Pod): boolean =>
  isUntouched(pod) || pod.status?.conditions?.[0]?.reason === 'Unschedulable';
