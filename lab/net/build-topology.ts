import { subnetOf } from './addresses.ts';
import { resolverFile } from './resolver.ts';
import type { Sandbox } from './sandbox.ts';
import { sysctlScript } from './sysctls.ts';
import {
  fabricScript,
  hostScript,
  linkBatch,
  nodeScript,
  podScript,
  untilBridged,
} from './topology-scripts.ts';
import { fabric, type Topology } from './topology.ts';

/**
 * Builds it as flannel does: the pods of a node on a bridge, pods of other nodes through a VXLAN overlay (device
 * `flannel.1`, id 1, udp/8472, MTU 1450), what leaves the cluster masqueraded as the node. Packets are never larger
 * than the MTU, as they are on a wire: the kernel's batching between namespaces is off. IPv4 only.
 */
export async function buildTopology(sandbox: Sandbox, topology: Topology): Promise<void> {
  check(topology);
  const { nodes, pods, hosts = [] } = topology;
  const scripts = [
    { name: fabric, script: fabricScript(topology), sysctls: {} },
    ...nodes.map((node) => ({ ...node, script: nodeScript(topology, node) })),
    ...pods.map((pod) => ({ ...pod, script: podScript(pod) })),
    ...hosts.map((host) => ({ ...host, script: hostScript(host) })),
  ];
  await sandbox.run(['ip', '-batch', '-'], { input: linkBatch(topology) });
  for (const { name, resolvConf } of [...nodes, ...pods, ...hosts]) {
    if (resolvConf !== undefined) await sandbox.run(['tee', resolverFile(name)], { input: resolvConf });
  }
  await Promise.all(
    scripts.map(({ name, script, sysctls = {} }) =>
      sandbox.run(['sh', '-e'], { netns: name, input: script + sysctlScript(sysctls) }),
    ),
  );
  await Promise.all(
    [fabric, ...nodes.map(({ name }) => name)].map((netns) =>
      sandbox.run(['sh', '-e'], { netns, input: untilBridged() }),
    ),
  );
}

function check({ nodes, pods, hosts = [] }: Topology): void {
  const names = [fabric, ...[...nodes, ...pods, ...hosts].map(({ name }) => name)];
  for (const name of names) {
    if (!/^[a-z0-9][a-z0-9-]{0,11}$/.test(name)) throw new Error(`Unexpected name "${name}" in a topology`);
    if (names.indexOf(name) !== names.lastIndexOf(name)) throw new Error(`Two members are called "${name}"`);
  }
  for (const pod of pods) {
    const node = nodes.find(({ name }) => name === pod.node);
    if (node === undefined)
      throw new Error(`The node "${pod.node}" of pod "${pod.name}" is not in the topology`);
    if (subnetOf(pod.ip) !== node.podCidr) {
      throw new Error(`Pod "${pod.name}" has ${pod.ip}, expected one in ${node.podCidr}`);
    }
  }
}
