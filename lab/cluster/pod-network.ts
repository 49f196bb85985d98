import type { Pod } from '../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import type { LabPod } from '../lab.ts';
import { plugPod, unplugPod } from '../net/pods.ts';
import type { Sandbox } from '../net/sandbox.ts';
import type { PodSpec } from '../net/topology.ts';
import type { Undo } from '../net/undo.ts';
import { clusterDns } from './topology.ts';

/** What is to be set up in a pod's network before its containers start, such as a sidecar's redirect. */
export type Setup = (pod: Pod, netns: string) => Promise<unknown>;

/** What a CNI plugin does: every pod that has an address of its own gets a network, and loses it when it is gone. */
export interface PodNetwork {
  /** From now on, for the pods of this cluster. */
  attach(cluster: ClusterSim): Undo;
  /** The namespace of a pod's processes, once its network is there. */
  ready(pod: Pod): Promise<string>;
  /** The pods that have a network. */
  pods(): readonly LabPod[];
}

/** Anybody may ping, as Docker, CRI-O and containerd 2 set it. */
const ofRuntimes = { 'net.ipv4.ping_group_range': '0 2147483647' };

interface Entry {
  readonly spec: PodSpec;
  readonly pod: LabPod;
  readonly plugged: Promise<unknown>;
}

/** The network namespace of a pod with this address. */
export function netnsOf(ip: string): string {
  const [, , third, fourth] = ip.split('.');
  return `p${third ?? ''}-${fourth ?? ''}`;
}

export function createPodNetwork(
  sandbox: Sandbox,
  { setup, sysctls = {} }: { readonly setup: Setup; readonly sysctls?: PodSpec['sysctls'] },
): PodNetwork {
  const entries = new Map<string, Entry>();

  const plug = (pod: Pod): Entry => {
    const uid = pod.metadata.uid ?? '';
    const known = entries.get(uid);
    if (known !== undefined) return known;
    const { namespace = '', name } = pod.metadata;
    const ip = pod.status?.podIP ?? '';
    const node = pod.spec.nodeName ?? '';
    const netns = netnsOf(ip);
    const spec: PodSpec = {
      ...{ name: netns, node, ip },
      resolvConf: resolvConfOf(namespace),
      sysctls: { ...ofRuntimes, ...sysctls },
    };
    const plugged = plugPod(sandbox, spec).then(() => setup(pod, netns));
    const entry = { spec, pod: { namespace, name, node, ip, netns }, plugged };
    entries.set(uid, entry);
    return entry;
  };

  const unplug = async (uid: string): Promise<void> => {
    const entry = entries.get(uid);
    if (entry === undefined) return;
    entries.delete(uid);
    await entry.plugged.catch(() => undefined);
    await unplugPod(sandbox, entry.spec);
  };

  return {
    attach(cluster) {
      const take = (pod: Pod): void => {
        // A failure is told to whoever waits for the network.
        if (hasOwnNetwork(pod)) plug(pod).plugged.catch(() => undefined);
      };
      for (const pod of cluster.objects.list('pods')) take(pod as Pod);
      const stop = cluster.objects.subscribe(({ resource, after, deleted }) => {
        if (resource !== 'pods') return;
        if (!deleted) take(after as Pod);
        // With the whole sandbox, a pod's network may go before the pod does.
        else unplug(after.metadata.uid ?? '').catch(() => undefined);
      });
      return () => {
        stop();
        return Promise.resolve();
      };
    },
    async ready(pod) {
      const entry = plug(pod);
      await entry.plugged;
      return entry.spec.name;
    },
    pods: () => [...entries.values()].map(({ pod }) => pod),
  };
}

function hasOwnNetwork({ spec, status }: Pod): boolean {
  return spec.hostNetwork !== true && status?.podIP !== undefined && spec.nodeName !== undefined;
}

/** As the kubelet writes it for `dnsPolicy: ClusterFirst`. */
function resolvConfOf(namespace: string): string {
  const zone = 'cluster.local';
  return `nameserver ${clusterDns}\nsearch ${namespace}.svc.${zone} svc.${zone} ${zone}\noptions ndots:5\n`;
}
