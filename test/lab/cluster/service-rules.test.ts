import { describe, expect, test } from '@jest/globals';
import { serviceRules } from '../../../lab/cluster/service-rules.ts';
import { computeEndpointSlices } from '../../../sim/cluster/controllers/endpoint-slices.ts';
import type { Pod, Service } from '../../../sim/cluster/objects/kinds.ts';

const nodeA = { name: 'node-a', ip: '10.0.0.11' };

function pod(ip: string, node: string, ready: 'True' | 'False' = 'True'): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `checkout-${ip}`, namespace: 'shop', labels: { app: 'checkout' } },
    spec: { nodeName: node, containers: [{ name: 'app' }] },
    status: { podIP: ip, phase: 'Running', conditions: [{ type: 'Ready', status: ready }] },
  };
}
const [one, two] = [pod('10.244.1.7', 'node-a'), pod('10.244.2.8', 'node-b')];

function service(spec: Partial<Service['spec']> & { readonly externalTrafficPolicy?: string }): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'checkout', namespace: 'shop' },
    spec: { clusterIP: '10.96.0.21', selector: { app: 'checkout' }, ...spec },
  };
}
const http = { port: 80, targetPort: 8080 };

/** The rules of each chain, by its name; `services` and `refused` are what differs. */
function chainsOf(
  services: readonly Service[],
  pods: readonly Pod[],
  node = nodeA,
): Readonly<Record<string, readonly string[]>> {
  const slices = services.flatMap((each) => computeEndpointSlices(each, pods, []));
  const lines = serviceRules(node, services, slices, '10.244.0.0/16').split('\n');
  const starts = lines.flatMap((line, at) => (line.startsWith('chain ') ? [at] : []));
  return Object.fromEntries(
    starts.map((at) => [
      lines[at]?.split(' ')[1] ?? '',
      lines.slice(at + 1, lines.indexOf('}', at)).filter((line) => !line.startsWith('type ')),
    ]),
  );
}

describe('what leads to a Service', () => {
  const cases: readonly {
    readonly name: string;
    readonly spec: Parameters<typeof service>[0];
    readonly pods: readonly Pod[];
    readonly services?: readonly string[];
    readonly refused?: readonly string[];
  }[] = [
    {
      name: 'a ClusterIP without an endpoint is rejected',
      spec: { ports: [http] },
      pods: [],
      refused: ['ip daddr 10.96.0.21 tcp dport 80 reject with icmp port-unreachable'],
    },
    {
      name: 'a ClusterIP with an endpoint becomes that',
      spec: { ports: [http] },
      pods: [one],
      services: ['ip daddr 10.96.0.21 tcp dport 80 dnat to 10.244.1.7:8080'],
    },
    {
      name: 'a ClusterIP with two becomes either, on whichever node it is',
      spec: { ports: [http] },
      pods: [two, one],
      services: [
        'ip daddr 10.96.0.21 tcp dport 80 dnat to numgen random mod 2 map { 0 : 10.244.1.7 . 8080, 1 : 10.244.2.8 . 8080 }',
      ],
    },
    {
      name: 'an endpoint that is not ready is left out',
      spec: { ports: [http] },
      pods: [pod('10.244.1.7', 'node-a', 'False'), two],
      services: ['ip daddr 10.96.0.21 tcp dport 80 dnat to 10.244.2.8:8080'],
    },
    {
      name: 'a ClusterIP with none that is ready is rejected',
      spec: { ports: [http] },
      pods: [pod('10.244.1.7', 'node-a', 'False')],
      refused: ['ip daddr 10.96.0.21 tcp dport 80 reject with icmp port-unreachable'],
    },
    {
      name: 'but for who wants it all the same',
      spec: { ports: [http], publishNotReadyAddresses: true },
      pods: [pod('10.244.1.7', 'node-a', 'False')],
      services: ['ip daddr 10.96.0.21 tcp dport 80 dnat to 10.244.1.7:8080'],
    },
    {
      name: 'several ports lead to their own, as do the protocols of one',
      spec: {
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
          { name: 'metrics', port: 9153, targetPort: 9000 },
        ],
      },
      pods: [one],
      services: [
        'ip daddr 10.96.0.21 udp dport 53 dnat to 10.244.1.7:53',
        'ip daddr 10.96.0.21 tcp dport 53 dnat to 10.244.1.7:53',
        'ip daddr 10.96.0.21 tcp dport 9153 dnat to 10.244.1.7:9000',
      ],
    },
    {
      name: 'a port whose name no container has is rejected, another is not',
      spec: {
        ports: [
          { name: 'a', port: 80, targetPort: 'web' },
          { ...http, name: 'b', port: 81 },
        ],
      },
      pods: [one],
      services: ['ip daddr 10.96.0.21 tcp dport 81 dnat to 10.244.1.7:8080'],
      refused: ['ip daddr 10.96.0.21 tcp dport 80 reject with icmp port-unreachable'],
    },
    {
      name: 'a headless Service has no address to lead from',
      spec: { clusterIP: 'None', ports: [http] },
      pods: [one],
    },
    {
      name: 'a NodePort leads to any endpoint, and comes as from the node',
      spec: { ports: [{ ...http, nodePort: 30_080 }] },
      pods: [two],
      services: [
        'ip daddr 10.96.0.21 tcp dport 80 dnat to 10.244.2.8:8080',
        'ip daddr 10.0.0.11 tcp dport 30080 meta mark set meta mark | 0x4000 dnat to 10.244.2.8:8080',
      ],
    },
    {
      name: 'a NodePort without an endpoint is rejected',
      spec: { ports: [{ ...http, nodePort: 30_080 }] },
      pods: [],
      refused: [
        'ip daddr 10.96.0.21 tcp dport 80 reject with icmp port-unreachable',
        'ip daddr 10.0.0.11 tcp dport 30080 reject with icmp port-unreachable',
      ],
    },
    {
      name: 'a NodePort of policy Local leads to the node’s own endpoint, which sees who asks',
      spec: { externalTrafficPolicy: 'Local', ports: [{ ...http, nodePort: 30_080 }] },
      pods: [one, two],
      services: [
        'ip daddr 10.96.0.21 tcp dport 80 dnat to numgen random mod 2 map { 0 : 10.244.1.7 . 8080, 1 : 10.244.2.8 . 8080 }',
        'ip daddr 10.0.0.11 tcp dport 30080 dnat to 10.244.1.7:8080',
      ],
    },
    {
      name: 'a NodePort of policy Local is dropped where only other nodes have endpoints',
      spec: { externalTrafficPolicy: 'Local', ports: [{ ...http, nodePort: 30_080 }] },
      pods: [two],
      services: ['ip daddr 10.96.0.21 tcp dport 80 dnat to 10.244.2.8:8080'],
      refused: ['ip daddr 10.0.0.11 tcp dport 30080 drop'],
    },
    {
      name: 'a NodePort of policy Local is rejected where nobody has one',
      spec: { clusterIP: 'None', externalTrafficPolicy: 'Local', ports: [{ ...http, nodePort: 30_080 }] },
      pods: [],
      refused: ['ip daddr 10.0.0.11 tcp dport 30080 reject with icmp port-unreachable'],
    },
  ];
  test.each(cases)('$name', ({ spec, pods, services = [], refused = [] }) => {
    const chains = chainsOf([service(spec)], pods);
    expect({ services: chains['services'], refused: chains['refused'] }).toEqual({ services, refused });
  });

  test('is of its own namespace and name', () => {
    const mine = service({ ports: [http] });
    const others = [
      {
        ...mine,
        metadata: { name: 'checkout', namespace: 'other' },
        spec: { ...mine.spec, clusterIP: '10.96.0.22' },
      },
      {
        ...mine,
        metadata: { name: 'cart', namespace: 'shop' },
        spec: { ...mine.spec, clusterIP: '10.96.0.23' },
      },
    ];
    const slices = computeEndpointSlices(mine, [one], []);
    const rules = serviceRules(nodeA, [mine, ...others], slices, '10.244.0.0/16');
    expect(rules.match(/^ip daddr .*$/gm)).toEqual([
      'ip daddr 10.96.0.21 tcp dport 80 dnat to 10.244.1.7:8080',
      'ip daddr 10.96.0.22 tcp dport 80 reject with icmp port-unreachable',
      'ip daddr 10.96.0.23 tcp dport 80 reject with icmp port-unreachable',
    ]);
  });
});

describe('what leaves under the node’s own address', () => {
  const marked = 'meta mark & 0x4000 == 0x4000 masquerade';
  const itsOwn = 'ct status dnat ip saddr 10.0.0.11 ip daddr 10.244.0.0/16 masquerade';

  test('is what came by a NodePort and what the node itself sends', () => {
    expect(chainsOf([], [])['postrouting']).toEqual([marked, itsOwn]);
  });

  test('and what a pod sends to itself, once for all its ports', () => {
    const ports = [
      { ...http, name: 'a' },
      { ...http, name: 'b', port: 81 },
    ];
    expect(chainsOf([service({ ports })], [one, two])['postrouting']).toEqual([
      marked,
      itsOwn,
      'ct status dnat ip saddr . ip daddr { 10.244.1.7 . 10.244.1.7, 10.244.2.8 . 10.244.2.8 } masquerade',
    ]);
  });
});

test('the same objects give the same rules, in whatever order their endpoints come', () => {
  const mine = service({ ports: [http] });
  const rules = (slices: ReturnType<typeof computeEndpointSlices>): string =>
    serviceRules(nodeA, [mine], slices, '10.244.0.0/16');
  const [slice] = computeEndpointSlices(mine, [one, two], []);
  if (slice === undefined) throw new Error('no slice');
  const turned = { ...slice, endpoints: [...(slice.endpoints ?? [])].reverse() };
  expect(rules([turned])).toBe(rules([slice]));
});

test('every chain that packets pass leads to the rules', () => {
  const { prerouting, output, forward, input, leaving } = chainsOf([], []);
  expect({ prerouting, output, forward, input, leaving }).toEqual({
    prerouting: ['jump services'],
    output: ['jump services'],
    forward: ['jump refused'],
    input: ['jump refused'],
    leaving: ['jump refused'],
  });
});
