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
  await addNamespaces(sandbox, topology);
  await connectNamespaces(sandbox, topology);
}

/** Its namespaces, in which programs can start; nothing reaches anything yet. */
export async function addNamespaces(sandbox: Sandbox, topology: Topology): Promise<void> {
  check(topology);
  const { nodes, pods, hosts = [] } = topology;
  const add = sandbox.run(['ip', '-batch', '-'], { input: linkBatch(topology) });
  const resolvers = [...nodes, ...pods, ...hosts].map(async ({ name, resolvConf }) => {
    if (resolvConf !== undefined) await sandbox.run(['tee', resolverFile(name)], { input: resolvConf });
  });
  await Promise.all([add, ...resolvers]);
}

/** Gives the namespaces of `addNamespaces` their addresses and rules, which takes up to a second. */
export async function connectNamespaces(sandbox: Sandbox, topology: Topology): Promise<void> {
  await Promise.all(
    scriptsOf(topology).map(({ name, script }) => sandbox.run(['sh', '-e'], { netns: name, input: script })),
  );
  await Promise.all(
    [fabric, ...topology.nodes.map(({ name }) => name)].map((netns) =>
      sandbox.run(['sh', '-e'], { netns, input: untilBridged() }),
    ),
  );
}

/** What each namespace has to run. Throws for what is no address. */
function scriptsOf(topology: Topology): readonly { readonly name: string; readonly script: string }[] {
  const { nodes, pods, hosts = [] } = topology;
  const machines = [
    ...nodes.map((node) => ({ ...node, script: nodeScript(topology, node) })),
    ...pods.map((pod) => ({ ...pod, script: podScript(pod) })),
    ...hosts.map((host) => ({ ...host, script: hostScript(host) })),
  ];
  return [
    { name: fabric, script: fabricScript(topology) },
    ...machines.map(({ name, script, sysctls = {} }) => ({ name, script: script + sysctlScript(sysctls) })),
  ];
}

/** Before anything is there. */
function check(topology: Topology): void {
  const { nodes, pods, hosts = [] } = topology;
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
  scriptsOf(topology);
}
