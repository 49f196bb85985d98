import { gatewayOf, macOf, networkOf, subnetOf } from './addresses.ts';
import { sysctlScript } from './sysctls.ts';
import { fabric, type HostSpec, type NodeSpec, type PodSpec, type Topology } from './topology.ts';

export const overlay = { device: 'flannel.1', mtu: 1450, id: 1, port: 8472 };

const everywhere = { 'net.ipv6.conf.all.disable_ipv6': 1, 'net.ipv6.conf.default.disable_ipv6': 1 };
// Rules of nft see what a bridge passes on, as Kubernetes asks of its nodes.
const forwarding = { 'net.ipv4.ip_forward': 1, 'net.bridge.bridge-nf-call-iptables': 1 };
const anyWayBack = { 'net.ipv4.conf.all.rp_filter': 0, 'net.ipv4.conf.default.rp_filter': 0 };

/** Namespaces and the cables between them, for `ip -batch` in the sandbox itself. */
export function linkBatch({ nodes, pods, hosts = [] }: Topology): string {
  const machines = [...nodes, ...hosts];
  return lines([
    ...[fabric, ...[...machines, ...pods].map(({ name }) => name)].map((name) => `netns add ${name}`),
    ...machines.map(({ name }) => cable(name, fabric)),
    ...pods.map(({ name, node }) => cable(name, node)),
  ]);
}

function cable(name: string, to: string): string {
  return `link add v-${name} netns ${to} type veth peer name eth0 netns ${name}`;
}

/** A switch a subnet, and a router between them. */
export function fabricScript({ nodes, hosts = [] }: Topology): string {
  const bySubnet = Map.groupBy([...nodes, ...hosts], ({ ip }) => subnetOf(ip));
  const switches = [...bySubnet].flatMap(([subnet, machines], at) => [
    bridge(`br${at}`, gatewayOf(networkOf(subnet))),
    `link set br${at} up`,
    `addr add ${gatewayOf(networkOf(subnet))}/24 dev br${at}`,
    ...machines.map(({ name }) => `link set v-${name} master br${at} up`),
  ]);
  return sysctlScript({ ...everywhere, ...forwarding }) + ip(['link set lo up', ...switches]);
}

/** One that has no address of its own takes the lowest of its ports, another one when they come and go: nobody finds it then. */
function bridge(name: string, gateway: string): string {
  return `link add ${name} address ${macOf(gateway)} type bridge`;
}

export function hostScript({ ip: address }: HostSpec): string {
  return sysctlScript(everywhere) + ip(plugged(address, 1500));
}

/** In the node's namespace, for a pod that comes later. */
export function plugScript({ name }: PodSpec): string {
  return ip(portOf(name)) + untilBridged(`v-${name}`);
}

/** Where a pod is plugged in. What a Service leads back to the pod itself goes out where it came in. */
function portOf(pod: string): readonly string[] {
  return [
    `link set v-${pod} mtu ${overlay.mtu} master cni0 up`,
    `link set v-${pod} type bridge_slave hairpin on`,
  ];
}

/** It takes a kernel up to a second to notice that both ends of a cable are up; until then a bridge loses what comes by it. */
export function untilBridged(device?: string): string {
  return `
tries=0
while bridge link${device === undefined ? '' : ` show dev ${device}`} | grep -q 'state disabled'; do
  tries=$((tries + 1))
  [ "$tries" -lt 500 ] || { bridge link >&2; exit 1; }
  sleep 0.02
done
`;
}

/** Who has the address of a pod that is gone has its hardware address, too: neighbours remember it for a while. */
export function podScript({ ip: address }: PodSpec): string {
  const identity = `link set eth0 address ${macOf(address)}`;
  return sysctlScript(everywhere) + ip([identity, ...plugged(address, overlay.mtu)]);
}

function plugged(address: string, mtu: number): readonly string[] {
  return [
    'link set lo up',
    `link set eth0 mtu ${mtu} gso_max_segs 1 up`,
    `addr add ${address}/24 dev eth0`,
    `route add default via ${gatewayOf(address)}`,
  ];
}

export function nodeScript({ nodes, pods }: Topology, node: NodeSpec): string {
  const network = networkOf(node.podCidr);
  const own = pods.filter((pod) => pod.node === node.name);
  const others = nodes.filter(({ name }) => name !== node.name);
  const { device, mtu, id, port } = overlay;
  return [
    sysctlScript({ ...everywhere, ...forwarding, ...anyWayBack }),
    ip([
      ...plugged(node.ip, 1500),
      bridge('cni0', gatewayOf(network)),
      `link set cni0 mtu ${mtu} up`,
      `addr add ${gatewayOf(network)}/24 dev cni0`,
      ...own.flatMap(({ name }) => portOf(name)),
      `link add ${device} address ${macOf(node.ip)} type vxlan id ${id} dev eth0 local ${node.ip} dstport ${port} nolearning`,
      `link set ${device} mtu ${mtu} gso_max_segs 1 gro_max_size 1 up`,
      `addr add ${network}/32 dev ${device}`,
      ...others.flatMap((other) => wayTo(other)),
    ]),
    batch(
      'bridge',
      others.map((other) => `fdb append ${macOf(other.ip)} dev ${device} dst ${other.ip}`),
    ),
    batch('nft -f', masquerade(nodes)),
  ].join('');
}

/** What flanneld tells a node about another one: where its pods are, and behind which hardware address. */
function wayTo({ ip: address, podCidr }: NodeSpec): readonly string[] {
  const network = networkOf(podCidr);
  return [
    `route add ${podCidr} via ${network} dev ${overlay.device} onlink`,
    `neigh add ${network} lladdr ${macOf(address)} dev ${overlay.device} nud permanent`,
  ];
}

function masquerade(nodes: readonly NodeSpec[]): readonly string[] {
  return [
    'table ip flannel {',
    'chain postrouting {',
    'type nat hook postrouting priority srcnat',
    masqueradeRule(nodes),
    '}',
    '}',
  ];
}

/** What leaves the cluster takes its node's address. */
export function masqueradeRule(nodes: readonly NodeSpec[]): string {
  const cluster = `{ ${nodes.map(({ podCidr }) => podCidr).join(', ')} }`;
  return `ip saddr ${cluster} ip daddr != ${cluster} masquerade`;
}

function ip(commands: readonly string[]): string {
  return batch('ip', commands);
}

function batch(tool: 'ip' | 'bridge' | 'nft -f', commands: readonly string[]): string {
  const command = tool === 'nft -f' ? 'nft -f -' : `${tool} -batch -`;
  return commands.length === 0 ? '' : `${command} <<'END'\n${lines(commands)}END\n`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
