import { serviceNameLabel, type EndpointSlice } from '../../sim/cluster/controllers/endpoint-slices.ts';
import type { Service, ServicePort } from '../../sim/cluster/objects/kinds.ts';

interface Endpoint {
  readonly ip: string;
  readonly port: number;
  readonly node: string | undefined;
}

export interface ProxiedNode {
  readonly name: string;
  readonly ip: string;
}

const table = 'ip kube-proxy';

/**
 * The rules that kube-proxy gives a node (its iptables mode, written for nft): ClusterIPs and NodePorts become endpoints
 * at random, what comes by a NodePort, from the node itself or from the endpoint itself leaves under the node's own
 * address, and what has no endpoint is rejected with ICMP, or dropped where only the node's own endpoints may serve it.
 */
export function serviceRules(
  node: ProxiedNode,
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  podNetwork: string,
): string {
  const ports = services.flatMap((service) =>
    (service.spec.ports ?? []).map((port) => ({
      service,
      port,
      protocol: (port.protocol ?? 'TCP').toLowerCase(),
      endpoints: endpointsOf(service, port, slices),
    })),
  );
  const translated: string[] = [];
  const refused: string[] = [];
  for (const { service, port, protocol, endpoints } of ports) {
    const { clusterIP = 'None' } = service.spec;
    if (clusterIP !== 'None') {
      const match = `ip daddr ${clusterIP} ${protocol} dport ${port.port}`;
      if (endpoints.length > 0) translated.push(`${match} ${toOneOf(endpoints)}`);
      else refused.push(`${match} reject with icmp port-unreachable`);
    }
    if (port.nodePort === undefined) continue;
    const isLocal = externalPolicy(service) === 'Local';
    const served = isLocal ? endpoints.filter((one) => one.node === node.name) : endpoints;
    const match = `ip daddr ${node.ip} ${protocol} dport ${port.nodePort}`;
    if (served.length > 0) translated.push(`${match} ${isLocal ? '' : marked}${toOneOf(served)}`);
    else if (isLocal && endpoints.length > 0) refused.push(`${match} drop`);
    else refused.push(`${match} reject with icmp port-unreachable`);
  }
  return [
    `table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    chain('services', '', translated),
    chain('prerouting', 'type nat hook prerouting priority dstnat', ['jump services']),
    chain('output', 'type nat hook output priority -100', ['jump services']),
    chain('postrouting', 'type nat hook postrouting priority srcnat - 1', [
      `meta mark & ${mark} == ${mark} masquerade`,
      // What the node's own processes send to a ClusterIP, so that the pod answers over the overlay, too.
      `ct status dnat ip saddr ${node.ip} ip daddr ${podNetwork} masquerade`,
      ...toThemselves(ports.flatMap(({ endpoints }) => endpoints)),
    ]),
    chain('refused', '', refused),
    chain('forward', 'type filter hook forward priority filter', ['jump refused']),
    chain('input', 'type filter hook input priority filter', ['jump refused']),
    chain('leaving', 'type filter hook output priority filter', ['jump refused']),
    '}',
    '',
  ].join('\n');
}

/** kube-proxy's own mark for what has to be masqueraded. */
const mark = '0x4000';
const marked = `meta mark set meta mark | ${mark} `;

function chain(name: string, head: string, rules: readonly string[]): string {
  return [`chain ${name} {`, ...(head === '' ? [] : [`${head};`]), ...rules, '}'].join('\n');
}

function toOneOf(endpoints: readonly Endpoint[]): string {
  const [only, ...others] = endpoints;
  if (only !== undefined && others.length === 0) return `dnat to ${only.ip}:${only.port}`;
  const map = endpoints.map(({ ip, port }, index) => `${index} : ${ip} . ${port}`).join(', ');
  return `dnat to numgen random mod ${endpoints.length} map { ${map} }`;
}

/** A pod that its own Service leads back to itself would take an answer under its own address for one of nobody. */
function toThemselves(endpoints: readonly Endpoint[]): readonly string[] {
  const pairs = [...new Set(endpoints.map(({ ip }) => `${ip} . ${ip}`))];
  return pairs.length === 0 ? [] : [`ct status dnat ip saddr . ip daddr { ${pairs.join(', ')} } masquerade`];
}

function endpointsOf(
  service: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
): readonly Endpoint[] {
  const { name, namespace } = service.metadata;
  return slices
    .filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[serviceNameLabel] === name,
    )
    .flatMap(({ endpoints, ports }) => {
      const target = ports?.find((one) => one.name === (port.name ?? ''));
      if (target === undefined) return [];
      return (endpoints ?? [])
        .filter(({ conditions }) => conditions.ready)
        .flatMap(({ addresses, nodeName }) =>
          addresses.map((ip) => ({ ip, port: target.port, node: nodeName })),
        );
    })
    .sort((a, b) => (a.ip < b.ip ? -1 : 1));
}

function externalPolicy({ spec }: Service): string {
  return (spec as { readonly externalTrafficPolicy?: string }).externalTrafficPolicy ?? 'Cluster';
}
