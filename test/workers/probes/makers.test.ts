import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../sim/cluster/identities.ts';
import { probes, type ProbeId } from '../../../core/probes.ts';
import type { Target } from '../../../core/target.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { createClusterReader } from '../../../workers/adapters/kubernetes.ts';
import { makers } from '../../../workers/probes/makers/index.ts';
import type { Place } from '../../../workers/probes/place.ts';

const node = (name: string, address: string, labels = '{}'): string => `
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: ${labels} }
status: { addresses: [{ type: InternalIP, address: ${address} }], conditions: [{ type: Ready, status: 'True' }] }
`;
const slice = (service: string, namespace: string, port: string, endpoints: string): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${service}-1, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${service} } }
addressType: IPv4
endpoints: [${endpoints}]
ports: [${port}]
`;
const service = (name: string, namespace: string, spec: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
`;

const manifest = [
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: kube-system }\n',
  node('node-a', '10.0.0.11', '{ topology.kubernetes.io/zone: z1 }'),
  node('node-b', '10.0.0.12', '{ topology.kubernetes.io/zone: z2 }'),
  node('node-c', '10.0.0.13', "{ node.kubernetes.io/exclude-from-external-load-balancers: '' }"),
  node(
    'node-d',
    '10.0.0.14',
    "{ topology.kubernetes.io/zone: z1, node.kubernetes.io/exclude-from-external-load-balancers: '' }",
  ),
  service(
    'checkout',
    'shop',
    'type: LoadBalancer, clusterIP: 10.96.0.20, ports: [{ name: http, port: 80, targetPort: 8080, nodePort: 30080 }]',
  ) + 'status: { loadBalancer: { ingress: [{ hostname: lb.example }] } }\n',
  service('payments', 'shop', 'clusterIP: 10.96.0.30, ports: [{ name: tls, port: 8443, targetPort: 9443 }]'),
  service('lonely', 'shop', 'clusterIP: 10.96.0.40, ports: [{ port: 80, targetPort: 8080 }]'),
  service('db', 'shop', 'clusterIP: None, ports: [{ name: pg, port: 5432, targetPort: 5432 }]'),
  service(
    'kube-dns',
    'kube-system',
    'clusterIP: 10.96.0.10, ports: [{ name: dns, port: 53, targetPort: 53, protocol: UDP }]',
  ),
  slice(
    'checkout',
    'shop',
    '{ name: http, port: 8080 }',
    '{ addresses: [10.244.1.7], nodeName: node-a, conditions: { ready: true } }, { addresses: [10.244.2.7], nodeName: node-b, conditions: { ready: false } }',
  ),
  slice(
    'payments',
    'shop',
    '{ name: tls, port: 9443 }',
    '{ addresses: [10.244.1.9], nodeName: node-a }, { addresses: [10.244.2.9], nodeName: node-b }',
  ),
  slice('db', 'shop', '{ name: pg, port: 5432 }', '{ addresses: [10.244.1.5] }, { addresses: [10.244.2.5] }'),
  slice(
    'kube-dns',
    'kube-system',
    '{ name: dns, port: 5353 }',
    '{ addresses: [10.244.1.2], nodeName: node-a, targetRef: { name: coredns-1 } }, { addresses: [10.244.2.2] }',
  ),
].join('---\n');

let sim: ClusterSim;
let reader: ReturnType<typeof createClusterReader>;
beforeAll(async () => {
  sim = await startCluster({ manifests: [manifest], still: true });
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(clusterAdmin));
  reader = createClusterReader(config);
});
afterAll(() => sim.close());

const fresh: Place = { kind: 'pod', node: 'node-a' };

interface Asking {
  readonly to?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly place?: Place;
  readonly destination?: string;
  readonly first?: number;
}

async function draft(
  id: ProbeId,
  { to, params = {}, place = fresh, destination = to, first = 0 }: Asking = {},
) {
  const target: Target = {
    namespace: 'shop',
    service: 'checkout',
    pods: [{ name: 'checkout-1', node: 'node-a', ready: true, ip: '10.244.1.7' }],
    nodes: ['node-a'],
    gaps: [],
    ...(destination !== undefined && { destination }),
  };
  const maker = makers.find((one) => one.id === id);
  if (maker === undefined) throw new Error(`no maker of ${id}`);
  const signal = AbortSignal.timeout(10_000);
  const asked = { ...params, ...(to !== undefined && { to }) };
  return maker.draft({ target, params: asked, attempts: 100, first, place, cluster: reader, signal });
}

it('every probe that a playbook can name is made', () => {
  expect(makers.map(({ id }) => id).sort()).toEqual(Object.keys(probes).sort());
});

describe('what `to` stands for', () => {
  it.each([
    ['payments:8443', [{ host: '10.96.0.30', port: 8443 }]],
    ['payments', [{ host: '10.96.0.30', port: 8443 }]],
    ['payments.shop:8443', [{ host: '10.96.0.30', port: 8443 }]],
    ['payments.shop.svc.cluster.local:8443', [{ host: '10.96.0.30', port: 8443 }]],
    ['checkout.shop:80', [{ host: '10.96.0.20', port: 80 }]],
    // A headless Service is all of its pods.
    [
      'db:5432',
      [
        { host: '10.244.1.5', port: 5432 },
        { host: '10.244.2.5', port: 5432 },
      ],
    ],
    // Absolute: each place has a search path of its own.
    ['api.example.com:443', [{ host: 'api.example.com.', port: 443 }]],
    ['203.0.113.10:443', [{ host: '203.0.113.10', port: 443 }]],
    ['[2001:db8::1]:443', [{ host: '2001:db8::1', port: 443 }]],
  ])('%s', async (to, targets) => {
    expect((await draft('tcp', { to })).targets).toEqual(targets);
  });

  it.each([
    [
      'api.example.com',
      'at which port of api.example.com is not known: ask again with "to api.example.com:<port>"',
    ],
    ['redis:6379', 'there is no Service redis in namespace shop'],
    ['kubernetes.default:443', 'that is the API server: netcheck does not probe it'],
  ])('%s is refused', async (to, why) => {
    await expect(draft('tcp', { to })).rejects.toThrow(why);
  });

  it('only the Service and the far end that was named', async () => {
    await expect(draft('tcp', { to: 'payments:8443', destination: 'db:5432' })).rejects.toThrow(
      'payments is no part of this investigation: only checkout.shop and the far end that was named are probed',
    );
    await expect(draft('tcp', { to: 'checkout:80', destination: 'db:5432' })).resolves.toBeDefined();
  });
});

it('a handshake goes by the name, though the connect goes to an address', async () => {
  expect((await draft('tls', { to: 'payments.shop:8443' })).options).toEqual({ servername: 'payments.shop' });
  expect((await draft('tls', { to: '203.0.113.10:443' })).options).toEqual({});
});

it('a ladder climbs from the pod to the name', async () => {
  const { targets } = await draft('ladder', { to: 'checkout:80' });
  expect(targets.map(({ host, port, labels }) => `${labels?.['rung'] ?? ''} ${host}:${port ?? 0}`)).toEqual([
    'pod 10.244.1.7:8080',
    'cluster-ip 10.96.0.20:80',
    'node-port-here 10.0.0.11:30080',
    'node-port-elsewhere 10.0.0.12:30080',
    'load-balancer lb.example:80',
    'name checkout.shop.svc:80',
  ]);
});

it('NodePorts are tried where a load balancer would send traffic', async () => {
  const { targets } = await draft('node-ports');
  expect(targets).toEqual([
    { host: '10.0.0.11', port: 30_080, labels: { node: 'node-a', port: '30080', pair: 'node-a:30080' } },
    { host: '10.0.0.12', port: 30_080, labels: { node: 'node-b', port: '30080', pair: 'node-b:30080' } },
  ]);
});

it('a triangle has the overlay, the underlay and the same node', async () => {
  const { targets } = await draft('triangle', { to: 'payments:8443' });
  expect(targets).toEqual([
    { host: '10.244.2.9', port: 9443, labels: { path: 'overlay', node: 'node-b', zone: 'other' } },
    { host: '10.0.0.12', port: 10_250, labels: { path: 'underlay', node: 'node-b', zone: 'other' } },
    { host: '10.244.1.9', port: 9443, labels: { path: 'same-node', node: 'node-a' } },
    { host: '10.0.0.11', port: 10_250, labels: { path: 'own-node', node: 'node-a' } },
  ]);
  await expect(draft('triangle', { to: '203.0.113.10:443' })).rejects.toThrow('there is no overlay to it');
});

it('a triangle knows the zone only where both nodes say theirs', async () => {
  const zones = async (place: Place) =>
    (await draft('triangle', { to: 'payments:8443', place })).targets
      .filter(({ labels }) => labels?.['path'] !== 'own-node')
      .map(({ labels }) => labels?.['zone']);
  expect(await zones({ kind: 'pod', node: 'node-d' })).toEqual(['same', 'same', 'other', 'other']);
  expect(await zones({ kind: 'pod', node: 'node-c' })).toEqual([undefined, undefined, undefined, undefined]);
});

it('a triangle stays on the node where all backends are', async () => {
  expect((await draft('triangle', { to: 'checkout:80' })).targets).toEqual([
    { host: '10.244.1.7', port: 8080, labels: { path: 'same-node', node: 'node-a' } },
    { host: '10.0.0.11', port: 10_250, labels: { path: 'own-node', node: 'node-a' } },
  ]);
  await expect(draft('triangle', { to: 'db:5432' })).rejects.toThrow('of no backend of db is the node known');
});

it('sizes are tried past the ClusterIP, on each other node once', async () => {
  const { targets, options } = await draft('mtu', { to: 'payments:8443' });
  const onB = { host: '10.244.2.9', port: 9443, labels: { node: 'node-b', same_node: 'no' } };
  expect(targets).toEqual([onB]);
  const elsewhere = await draft('mtu', { to: 'payments:8443', place: { kind: 'pod', node: 'node-c' } });
  expect(elsewhere.targets).toEqual([
    { host: '10.244.1.9', port: 9443, labels: { node: 'node-a', same_node: 'no' } },
    onB,
  ]);
  expect((await draft('mtu', { to: 'checkout:80' })).targets).toEqual([
    { host: '10.244.1.7', port: 8080, labels: { node: 'node-a', same_node: 'yes' } },
  ]);
  expect(options).toMatchObject({ tls: true, servername: 'payments' });
  expect(await draft('mtu', { to: 'db:5432' })).toMatchObject({
    targets: [
      { host: '10.244.1.5', port: 5432 },
      { host: '10.244.2.5', port: 5432 },
    ],
  });
  const outside = await draft('mtu', { to: 'api.example.com:80' });
  expect(outside.targets).toEqual([{ host: 'api.example.com.', port: 80 }]);
  expect(outside.options).not.toHaveProperty('tls');
});

it('DNS is asked by every way as often, and at every replica', async () => {
  const { targets, options } = await draft('dns', {
    params: { name: 'kubernetes.default.svc.cluster.local' },
  });
  expect(
    targets.map(
      ({ host, port, transport, labels }) =>
        `${labels?.['via'] ?? ''} ${transport ?? ''} ${host}:${port ?? 0}`,
    ),
  ).toEqual([
    'cluster-ip udp 10.96.0.10:53',
    'tcp tcp 10.96.0.10:53',
    'coredns-pod udp 10.244.1.2:5353',
    'cluster-ip udp 10.96.0.10:53',
    'tcp tcp 10.96.0.10:53',
    'coredns-pod udp 10.244.2.2:5353',
  ]);
  expect(targets.map(({ labels: { pod, node } = {} }) => [pod, node])[2]).toEqual(['coredns-1', 'node-a']);
  expect(options?.name).toBe('kubernetes.default.svc.cluster.local.');
});

it('a Service is tried by its own address and, as often, by those of its endpoints', async () => {
  const tried = async (to: string) =>
    (await draft('service', { to })).targets.map(({ host, port, labels = {} }) => ({
      to: `${host}:${port ?? 0}`,
      ...labels,
    }));
  expect(await tried('checkout')).toEqual([
    { to: '10.96.0.20:80', way: 'cluster-ip' },
    { to: '10.244.1.7:8080', way: 'endpoint', backend: '10.244.1.7', node: 'node-a' },
  ]);
  expect(await tried('payments.shop:8443')).toMatchObject([
    { to: '10.96.0.30:8443' },
    { to: '10.244.1.9:9443' },
    { to: '10.96.0.30:8443' },
    { to: '10.244.2.9:9443' },
  ]);
  expect(await tried('db.shop:5432')).toMatchObject([{ to: '10.244.1.5:5432' }, { to: '10.244.2.5:5432' }]);
  await expect(draft('service', { to: '203.0.113.10:443' })).rejects.toThrow(
    '203.0.113.10 is outside the cluster: no Service leads to it',
  );
});

it('a Service without endpoints is tried by its own address alone', async () => {
  expect((await draft('service', { to: 'lonely.shop:80' })).targets).toEqual([
    { host: '10.96.0.40', port: 80, labels: { way: 'cluster-ip' } },
  ]);
});

it('endpoints are tried each by its own address, those that are ready', async () => {
  expect((await draft('mesh')).targets).toEqual([
    { host: '10.244.1.7', port: 8080, labels: { peer: '10.244.1.7', node: 'node-a' } },
  ]);
});

it('an idle connection has one as control that is used at once, and waits for the shortest time first', async () => {
  const params = { waits: '240, 60, 70' };
  expect(await draft('idle', { to: 'payments:8443', params })).toMatchObject({
    waits: 60,
    options: { waits: [0, 60], keepAwake: true },
  });
  expect(await draft('idle', { to: 'payments:8443', params, first: 100 })).toMatchObject({
    waits: 240,
    options: { waits: [0, 70, 240] },
  });
  expect(await draft('idle', { to: 'payments:8443', params: { waits: '60' }, first: 100 })).toMatchObject({
    options: { waits: [0, 60] },
  });
});

it('source ports are chosen by the sidecar in a meshed pod', async () => {
  const place: Place = { kind: 'in-pod', namespace: 'shop', pod: 'checkout-1', proxied: true };
  await expect(draft('source-ports', { to: 'payments:8443', place })).rejects.toThrow(
    'the sidecar chooses the source ports of a meshed pod',
  );
});
