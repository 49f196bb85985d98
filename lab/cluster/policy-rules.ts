import { compileLabelSelector } from '../../sim/cluster/api/label-selector.ts';
import type { KubeObject } from '../../sim/cluster/objects/kube-object.ts';
import type { LabelSelector, Pod } from '../../sim/cluster/objects/kinds.ts';

/** What of a NetworkPolicy (networking.k8s.io/v1) is enforced: TCP and UDP over IPv4. */
export interface NetworkPolicy extends KubeObject {
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly Port[] }[];
    readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly Port[] }[];
  };
}

interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
}

interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

/** A pod with an address, and what rules see of it. */
interface Endpoint {
  readonly pod: Pod;
  readonly ip: string;
}

interface Seen {
  readonly policies: readonly NetworkPolicy[];
  readonly pods: readonly Pod[];
  readonly namespaces: readonly KubeObject[];
}

/** One rule of a policy, seen from its pod: whom it lets in or out, and at which ports. */
interface Rule {
  readonly peers: readonly Peer[] | undefined;
  readonly ports: readonly Port[] | undefined;
}

const table = 'ip network-policy';

/**
 * The rules that a CNI plugin gives a node for the pods on it: whom a policy selects may pass only what one of its policies
 * names. Services are translated before, so that it is the pods' own ports that count; what the node itself sends to its
 * pods is not asked, as the kubelet's probes are not.
 */
export function policyRules(node: string, seen: Seen): string {
  const all = seen.pods.flatMap((pod): Endpoint[] =>
    pod.status?.podIP === undefined || pod.spec.hostNetwork === true ? [] : [{ pod, ip: pod.status.podIP }],
  );
  const own = all.filter(({ pod }) => pod.spec.nodeName === node);
  const sides = [
    { type: 'Egress', mine: 'saddr', theirs: 'daddr' },
    { type: 'Ingress', mine: 'daddr', theirs: 'saddr' },
  ] as const;
  const chains: string[] = [];
  const jumps: string[] = [];
  for (const { type, mine, theirs } of sides) {
    for (const one of own) {
      const policies = seen.policies.filter((policy) => isSubject(policy, one.pod, type));
      if (policies.length === 0) continue;
      const name = `${type.toLowerCase()}-${one.ip.replaceAll('.', '-')}`;
      const admitted = policies.flatMap((policy) =>
        rulesOf(policy, type).flatMap((rule) => {
          const hosts = hostsOf(rule.peers, policy, all, seen.namespaces);
          const ports = portsOf(rule.ports, type === 'Ingress' ? [one] : all);
          return hosts.flatMap((host) => ports.map((port) => admitting(theirs, host, port)));
        }),
      );
      jumps.push(`ip ${mine} ${one.ip} jump ${name}`);
      chains.push(chain(name, [...new Set(admitted), 'drop']));
    }
  }
  const forward = [
    'type filter hook forward priority filter',
    'ct state established,related accept',
    ...jumps,
  ];
  return [
    `table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    ...chains,
    chain('forward', forward),
    '}',
    '',
  ].join('\n');
}

function isSubject({ metadata, spec }: NetworkPolicy, pod: Pod, type: 'Ingress' | 'Egress'): boolean {
  const types = spec.policyTypes ?? (spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress']);
  return (
    types.includes(type) &&
    metadata.namespace === pod.metadata.namespace &&
    compileLabelSelector(spec.podSelector)(pod.metadata.labels)
  );
}

function rulesOf({ spec }: NetworkPolicy, type: 'Ingress' | 'Egress'): readonly Rule[] {
  return type === 'Ingress'
    ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

/** Addresses as nft writes them. */
interface Hosts {
  readonly within: string;
  readonly except?: string;
}

/** A rule that names nobody means everybody. */
function hostsOf(
  peers: readonly Peer[] | undefined,
  { metadata }: NetworkPolicy,
  pods: readonly Endpoint[],
  namespaces: readonly KubeObject[],
): readonly Hosts[] {
  if (peers === undefined || peers.length === 0) return [{ within: '0.0.0.0/0' }];
  return peers.flatMap(({ ipBlock, podSelector, namespaceSelector }) => {
    if (ipBlock !== undefined) {
      const { cidr, except = [] } = ipBlock;
      return [{ within: cidr, ...(except.length > 0 && { except: setOf(except) }) }];
    }
    const inNamespace = compileLabelSelector(namespaceSelector);
    const matches = compileLabelSelector(podSelector ?? {});
    const known = namespaces
      .filter(({ metadata: one }) => inNamespace(one.labels))
      .map((one) => one.metadata.name);
    const where = namespaceSelector === undefined ? [metadata.namespace] : known;
    const found = pods.filter(
      ({ pod }) => where.includes(pod.metadata.namespace) && matches(pod.metadata.labels),
    );
    return found.length === 0 ? [] : [{ within: setOf(found.map(({ ip }) => ip)) }];
  });
}

/** A match each; names of ports are those of the containers that are reached. */
function portsOf(ports: readonly Port[] | undefined, reached: readonly Endpoint[]): readonly string[] {
  if (ports === undefined || ports.length === 0) return [''];
  return ports.flatMap(({ protocol = 'TCP', port, endPort }) => {
    const l4 = protocol.toLowerCase();
    if (port === undefined) return [`meta l4proto ${l4}`];
    if (typeof port === 'number') return [`${l4} dport ${port}${endPort === undefined ? '' : `-${endPort}`}`];
    const numbers = reached.flatMap(({ pod }) =>
      pod.spec.containers.flatMap((container) =>
        (container.ports ?? []).filter(({ name }) => name === port).map(({ containerPort }) => containerPort),
      ),
    );
    return [...new Set(numbers)].map((number) => `${l4} dport ${number}`);
  });
}

function admitting(field: 'saddr' | 'daddr', { within, except }: Hosts, port: string): string {
  const but = except === undefined ? '' : `ip ${field} != ${except}`;
  return [`ip ${field} ${within}`, but, port, 'return'].filter((part) => part !== '').join(' ');
}

function setOf(addresses: readonly string[]): string {
  return `{ ${[...new Set(addresses)].sort().join(', ')} }`;
}

function chain(name: string, rules: readonly string[]): string {
  return [`chain ${name} {`, ...rules, '}'].join('\n');
}
