import { afterEach, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LookupFacts } from '../../../core/evidence.ts';
import { lookups, type FactType, type LookupId } from '../../../core/lookups.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { clusterLookups } from '../../../workers/collectors/cluster/index.ts';
import { CannotLook } from '../../../workers/ports.ts';
import {
  namespace,
  node,
  pod,
  readerFor,
  service,
  workload,
  yaml,
  scaledToZero,
} from '../support/objects.ts';

const now = new Date('2026-11-21T12:00:00Z');
const base = [namespace('shop'), node('node-a'), node('node-b', { Ready: 'True' }, '6.6.0')];

interface Row {
  readonly name: string;
  /** Objects besides two nodes and the namespace `shop`. */
  readonly given: readonly object[];
  readonly params?: Readonly<Record<string, string>>;
  /** What is found; or why it cannot be looked at. */
  readonly facts?: LookupFacts;
  readonly cannot?: string;
}

const selects = (labels: object): object => service('cart', { selector: labels });
const event = (name: string, kind: string, about: string, fields: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: 'shop' },
  type: 'Warning',
  reason: 'Unhealthy',
  message: `message of ${name}`,
  involvedObject: { kind, name: about, namespace: 'shop' },
  ...fields,
});
const policy = (
  name: string,
  podSelector: object,
  policyTypes: readonly string[],
  egress?: readonly object[],
): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop' },
  spec: { podSelector, policyTypes, ...(egress && { egress }) },
});
const dnsPod = (name: string, onNode: string, ready = true): object =>
  pod(name, { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, node: onNode, ready });
const corefile = (text: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  data: { Corefile: text },
});

/** A policy of the far end that lets somebody in. */
const letting = (name: string, podSelector: object, ingress: readonly object[]): object => ({
  ...policy(name, podSelector, ['Ingress']),
  spec: { podSelector, policyTypes: ['Ingress'], ingress },
});
const from = (matchLabels: object): object => ({ from: [{ podSelector: { matchLabels } }] });
const fromCart = from({ app: 'cart' });
const callers = [service('cart'), pod('cart-1')];
/** The Service `pay` with its ready pods. */
const called = (...pods: readonly string[]): readonly object[] => [
  service('pay', { selector: { app: 'pay' } }),
  ...pods.map((name) => pod(name, { labels: { app: 'pay', pod: name } })),
];

const noService = 'there is no Service cart in namespace shop';

const tables: Readonly<Record<LookupId, readonly Row[]>> = {
  endpoints: [
    {
      name: 'ready and unready pods behind the Service',
      given: [service('cart'), pod('cart-1'), pod('cart-2'), pod('cart-3', { ready: false })],
      facts: {
        ready: 2,
        not_ready: 1,
        selected_pods: 3,
        selector: 'app=cart',
        suggested_selector: '',
        suggested_pods: 0,
        headless_selector: false,
        scaled_to_zero: false,
        external_traffic_policy: '',
        internal_traffic_policy: 'Cluster',
      },
    },
    {
      name: 'a selector that matches no pod, and the Deployment that it was meant for',
      given: [selects({ app: 'cart', tier: 'web' }), workload('Deployment', 'cart', { app: 'cart-v2' })],
      facts: {
        ready: 0,
        not_ready: 0,
        selected_pods: 0,
        selector: 'app=cart,tier=web',
        suggested_selector: 'app=cart-v2',
        suggested_pods: 2,
        headless_selector: false,
        scaled_to_zero: false,
        external_traffic_policy: '',
        internal_traffic_policy: 'Cluster',
      },
    },
    {
      name: 'a selector that matches no pod, and a near label that nobody else selects',
      given: [
        service('cart', { selector: { app: 'crat' } }),
        service('web', { selector: { app: 'card' } }),
        pod('cart-1'),
        pod('web-1', { labels: { app: 'card' } }),
      ],
      facts: {
        ready: 0,
        not_ready: 0,
        selected_pods: 0,
        selector: 'app=crat',
        suggested_selector: 'app=cart',
        suggested_pods: 1,
        headless_selector: false,
        scaled_to_zero: false,
        external_traffic_policy: '',
        internal_traffic_policy: 'Cluster',
      },
    },
    {
      name: 'two near labels: nothing is suggested',
      given: [
        service('web', { selector: { app: 'car' } }),
        service('cart', { selector: { app: 'carx' } }),
        pod('one', { labels: { app: 'cart' } }),
        pod('two', { labels: { app: 'card' } }),
      ],
      facts: {
        ready: 0,
        not_ready: 0,
        selected_pods: 0,
        selector: 'app=carx',
        suggested_selector: '',
        suggested_pods: 0,
        headless_selector: false,
        scaled_to_zero: false,
        external_traffic_policy: '',
        internal_traffic_policy: 'Cluster',
      },
    },
    {
      name: 'a workload that runs no pods is not a wrong selector, whatever else carries a near label',
      given: [
        service('cart'),
        scaledToZero('StatefulSet', 'cart', { app: 'cart' }),
        pod('cart-worker-1', { labels: { app: 'cart-worker' } }),
      ],
      facts: {
        ready: 0,
        not_ready: 0,
        selected_pods: 0,
        selector: 'app=cart',
        suggested_selector: '',
        suggested_pods: 0,
        headless_selector: false,
        scaled_to_zero: true,
        external_traffic_policy: '',
        internal_traffic_policy: 'Cluster',
      },
    },
    {
      name: 'a Service without a selector, whose endpoints somebody else keeps',
      given: [
        service('cart', { selector: undefined }),
        {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: {
            name: 'cart-by-hand',
            namespace: 'shop',
            labels: { 'kubernetes.io/service-name': 'cart' },
          },
          addressType: 'IPv4',
          endpoints: [
            { addresses: ['10.0.0.1'], conditions: { ready: true } },
            { addresses: ['10.0.0.2'], conditions: {} },
            { addresses: ['10.0.0.3'], conditions: { ready: false } },
          ],
          ports: [],
        },
      ],
      facts: {
        ready: 2,
        not_ready: 1,
        selected_pods: 0,
        selector: '',
        suggested_selector: '',
        suggested_pods: 0,
        headless_selector: true,
        scaled_to_zero: false,
        external_traffic_policy: '',
        internal_traffic_policy: 'Cluster',
      },
    },
    {
      name: 'a load balancer that must find a pod on the very node',
      given: [service('cart', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }), pod('cart-1')],
      facts: {
        ready: 1,
        not_ready: 0,
        selected_pods: 1,
        selector: 'app=cart',
        suggested_selector: '',
        suggested_pods: 0,
        headless_selector: false,
        scaled_to_zero: false,
        external_traffic_policy: 'Local',
        internal_traffic_policy: 'Cluster',
      },
    },
    { name: 'no such Service', given: [], cannot: noService },
  ],
  target_port: [
    {
      name: 'a port that every ready pod declares',
      given: [service('cart'), pod('cart-1'), pod('cart-2'), pod('cart-3', { ready: false, ports: [] })],
      facts: {
        port: 80,
        target_port: '8080',
        declared: ['8080'],
        ready_pods: 2,
        declaring_pods: 2,
        named: false,
        suggested_port: '8080',
      },
    },
    {
      name: 'a port that nobody declares',
      given: [
        service('cart', { ports: [{ port: 80, targetPort: 8081 }] }),
        pod('cart-1', { ports: [{ containerPort: 9090 }, { containerPort: 8080 }] }),
        pod('cart-2'),
      ],
      facts: {
        port: 80,
        target_port: '8081',
        declared: ['8080', '9090'],
        ready_pods: 2,
        declaring_pods: 0,
        named: false,
        suggested_port: '8080',
      },
    },
    {
      name: 'a port by name, and two that may be meant',
      given: [
        service('cart', { ports: [{ port: 80, targetPort: 'web' }] }),
        pod('cart-1', { ports: [{ name: 'web', containerPort: 8080 }, { containerPort: 9090 }] }),
        pod('cart-2', { ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] }),
      ],
      facts: {
        port: 80,
        target_port: 'web',
        declared: ['8080', '9090'],
        ready_pods: 2,
        declaring_pods: 1,
        named: true,
        suggested_port: '',
      },
    },
    {
      name: 'no targetPort means the port',
      given: [service('cart', { ports: [{ port: 8080 }] }), pod('cart-1')],
      facts: {
        port: 8080,
        target_port: '8080',
        declared: ['8080'],
        ready_pods: 1,
        declaring_pods: 1,
        named: false,
        suggested_port: '8080',
      },
    },
    {
      name: 'no ready pod',
      given: [service('cart'), pod('cart-1', { ready: false })],
      facts: {
        port: 80,
        target_port: '8080',
        declared: [],
        ready_pods: 0,
        declaring_pods: 0,
        named: false,
        suggested_port: '',
      },
    },
    {
      name: 'several ports, of which metrics know nothing',
      given: [
        service('cart', {
          ports: [
            { name: 'http', port: 80, targetPort: 8080 },
            { name: 'metrics', port: 9090 },
          ],
        }),
        pod('cart-1'),
      ],
      cannot: 'Service cart has 2 ports, and metrics do not tell them apart',
    },
    {
      name: 'no selector, hence no pods of its own',
      given: [service('cart', { selector: undefined }), pod('cart-1')],
      cannot: 'Service cart has no selector, so its pods are not known',
    },
    {
      name: 'a Service without ports',
      given: [service('cart', { clusterIP: 'None', ports: [] })],
      cannot: 'Service cart has no port',
    },
    { name: 'no such Service', given: [], cannot: noService },
  ],
  workload: [
    {
      name: 'limits, hooks, meshes and ages',
      given: [
        service('cart'),
        pod('cart-1', {
          created: '2026-11-21T11:00:00Z',
          container: {
            resources: { limits: { cpu: '500m' } },
            lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
          },
        }),
        pod('cart-2', {
          created: '2026-11-21T11:59:00Z',
          spec: {
            hostNetwork: true,
            containers: [
              { name: 'app', image: 'registry.example/app:1', resources: { limits: { memory: '1Gi' } } },
              { name: 'linkerd-proxy', image: 'registry.example/proxy:1' },
            ],
          },
        }),
      ],
      facts: {
        pods: 2,
        containers: 3,
        cpu_limited: 1,
        pods_with_pre_stop: 1,
        host_network_pods: 1,
        meshed_pods: 1,
        oldest_pod_seconds: 3600,
        youngest_pod_seconds: 60,
        serving: ['app', 'linkerd-proxy'],
      },
    },
    {
      name: 'the containers that requests go through: no helper, but a sidecar among the init containers',
      given: [
        service('cart'),
        pod('cart-1', {
          created: '2026-11-21T11:00:00Z',
          spec: {
            initContainers: [
              { name: 'linkerd-init', image: 'registry.example/init:1' },
              { name: 'istio-proxy', image: 'registry.example/proxy:1', restartPolicy: 'Always' },
            ],
            containers: [
              { name: 'log-shipper', image: 'registry.example/logs:1' },
              { name: 'web', image: 'registry.example/app:1', ports: [{ containerPort: 8080 }] },
            ],
          },
        }),
      ],
      facts: {
        pods: 1,
        containers: 2,
        cpu_limited: 0,
        pods_with_pre_stop: 0,
        host_network_pods: 0,
        meshed_pods: 1,
        oldest_pod_seconds: 3600,
        youngest_pod_seconds: 3600,
        serving: ['istio-proxy', 'web'],
      },
    },
    { name: 'no pods', given: [service('cart')], cannot: 'cart has no pods' },
    { name: 'no such Service', given: [], cannot: noService },
  ],
  coredns: [
    {
      name: 'two pods, one ready, and a cache on the nodes',
      given: [
        dnsPod('coredns-1', 'node-a'),
        dnsPod('coredns-2', 'node-b', false),
        pod('other', { namespace: 'kube-system' }),
        workload('DaemonSet', 'node-local-dns', { 'k8s-app': 'node-local-dns' }, 'kube-system'),
        corefile('.:53 {\n  errors\n  forward . 10.0.0.2 10.0.0.3 {\n    max_concurrent 1000\n  }\n}\n'),
      ],
      facts: {
        pods: 2,
        ready: 1,
        nodes: ['node-a', 'node-b'],
        node_local_cache: true,
        upstreams: ['10.0.0.2', '10.0.0.3'],
      },
    },
    {
      name: 'several zones and a resolv.conf',
      given: [
        dnsPod('coredns-1', 'node-a'),
        corefile(
          'corp.example:53 {\n forward corp.example tls://9.9.9.9\n}\n. {\n  # forward . 8.8.8.8\n  forward . /etc/resolv.conf\n}',
        ),
      ],
      facts: {
        pods: 1,
        ready: 1,
        nodes: ['node-a'],
        node_local_cache: false,
        upstreams: ['tls://9.9.9.9', '/etc/resolv.conf'],
      },
    },
    {
      name: 'a cluster whose DNS is something else',
      given: [],
      cannot: 'there are no pods with k8s-app=kube-dns in kube-system',
    },
  ],
  daemonset_env: [
    {
      name: 'a value that is set',
      params: { daemonset: 'aws-node', env: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT' },
      given: [
        workload('DaemonSet', 'aws-node', { app: 'aws-node' }, 'kube-system', {
          env: [
            { name: 'OTHER', value: 'x' },
            { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT', value: 'prng' },
          ],
        }),
      ],
      facts: { value: 'prng', unavailable: 0 },
    },
    {
      name: 'a value that is not set',
      params: { daemonset: 'aws-node', env: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT' },
      given: [workload('DaemonSet', 'aws-node', { app: 'aws-node' }, 'kube-system')],
      facts: { value: '', unavailable: 0 },
    },
    {
      name: 'no such DaemonSet',
      params: { daemonset: 'aws-node', env: 'X' },
      given: [],
      cannot: 'there is no DaemonSet aws-node in kube-system',
    },
  ],
  node_conditions: [
    {
      name: 'the nodes of the pods, and no others',
      given: [
        node('node-c', { Ready: 'Unknown', NetworkUnavailable: 'True' }, '6.6.0'),
        service('cart'),
        pod('cart-1'),
        pod('cart-2', { node: 'node-c' }),
        pod('other', { labels: { app: 'other' }, node: 'node-b' }),
      ],
      facts: {
        nodes: 2,
        not_ready: ['node-c'],
        network_unavailable: ['node-c'],
        kernels: ['6.1.0', '6.6.0'],
      },
    },
    { name: 'no pods', given: [service('cart')], cannot: 'no node runs a pod of cart' },
    { name: 'no such Service', given: [], cannot: noService },
  ],
  warnings: [
    {
      name: 'of the Service, its pods and their ReplicaSet, and of no namesake',
      given: [
        event('a', 'Pod', 'cart-7d9f5bcd4f-x2x4z', { count: 3, lastTimestamp: '2026-11-21T11:58:00Z' }),
        event('b', 'ReplicaSet', 'cart-7d9f5bcd4f', {
          reason: 'FailedCreate',
          lastTimestamp: '2026-11-21T11:59:00Z',
        }),
        event('c', 'Service', 'cart', { reason: 'Sync', lastTimestamp: '2026-11-21T11:00:00Z' }),
        event('d', 'Pod', 'cart-0', { lastTimestamp: '2026-11-21T11:01:00Z' }),
        event('e', 'Pod', 'cart-7d9f5bcd4f-x2x4z', { type: 'Normal', reason: 'Started' }),
        event('f', 'Pod', 'cart-db-7d9f5bcd4f-x2x4z', { reason: 'BackOff' }),
        event('g', 'Deployment', 'cart-worker', { reason: 'BackOff' }),
        event('h', 'Pod', 'cartography-7d9f5bcd4f-x2x4z', { reason: 'BackOff' }),
      ],
      facts: { count: 6, reasons: ['FailedCreate', 'Sync', 'Unhealthy'], latest: 'message of b' },
    },
    { name: 'none', given: [], facts: { count: 0, reasons: [], latest: '' } },
  ],
  network_policies: [
    {
      name: 'those that select a pod of the Service, by direction',
      given: [
        service('cart'),
        pod('cart-1', { labels: { app: 'cart', tier: 'web' } }),
        policy('all', {}, ['Ingress', 'Egress']),
        policy('mine', { matchLabels: { tier: 'web' } }, ['Egress']),
        policy('by-expression', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, ['Ingress']),
        policy('others', { matchLabels: { app: 'other' } }, ['Ingress']),
        policy('both-needed', { matchLabels: { tier: 'web', app: 'other' } }, ['Ingress']),
      ],
      params: { to: '203.0.113.7:443' },
      facts: {
        ingress: ['all', 'by-expression'],
        egress: ['all', 'mine'],
        egress_admitting: [],
        egress_unclear: [],
        count: 3,
      },
    },
    {
      name: 'one whose expressions are not evaluated, or that selects some of the pods, is not clear',
      given: [
        service('cart'),
        pod('cart-1', { labels: { app: 'cart', tier: 'web' } }),
        pod('cart-2'),
        policy(
          'by-expression',
          { matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
          ['Egress'],
          [{}],
        ),
        policy('some', { matchLabels: { tier: 'web' } }, ['Egress'], [{}]),
        policy('every', { matchLabels: { app: 'cart' } }, ['Egress']),
      ],
      params: { to: '203.0.113.7:443' },
      facts: {
        ingress: [],
        egress: ['by-expression', 'every', 'some'],
        egress_admitting: [],
        egress_unclear: ['by-expression', 'some'],
        count: 3,
      },
    },
    {
      name: 'whether those for egress let TCP to the far end through',
      given: [
        service('cart'),
        pod('cart-1'),
        policy('everything', {}, ['Egress'], [{}]),
        policy('nothing', {}, ['Egress'], []),
        policy('some-port', {}, ['Egress'], [{ ports: [{ port: 'https' }] }]),
        policy('no-egress', {}, ['Ingress'], [{}]),
      ],
      params: { to: '203.0.113.7:443' },
      facts: {
        ingress: ['no-egress'],
        egress: ['everything', 'nothing', 'some-port'],
        egress_admitting: ['everything'],
        egress_unclear: ['some-port'],
        count: 4,
      },
    },
    {
      name: 'none',
      given: [service('cart'), pod('cart-1')],
      facts: { ingress: [], egress: [], egress_admitting: [], egress_unclear: [], count: 0 },
    },
    { name: 'no such Service', given: [], cannot: noService },
  ],
  far_service: [
    {
      name: 'its endpoints, and the policies of its pods',
      given: [
        ...callers,
        ...called('pay-1'),
        policy('others', { matchLabels: { app: 'other' } }, ['Ingress']),
        policy('out', { matchLabels: { app: 'pay' } }, ['Egress']),
        letting('cart', {}, [fromCart]),
        letting('web', { matchLabels: { app: 'pay' } }, [from({ app: 'web' })]),
        letting('by-expression', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, [fromCart]),
        letting('at-a-port-of-the-service', { matchLabels: { app: 'pay' } }, [
          { ...fromCart, ports: [{ port: 80 }] },
        ]),
      ],
      params: { to: 'pay.shop.svc.cluster.local:80' },
      facts: {
        ready: 1,
        internal_traffic_policy: 'Cluster',
        ingress: ['at-a-port-of-the-service', 'by-expression', 'cart', 'web'],
        ingress_admitting: ['cart'],
        ingress_unclear: ['by-expression'],
      },
    },
    {
      name: 'without a port its first one, and none that is ready',
      given: [...callers, service('pay', { selector: { app: 'pay' }, internalTrafficPolicy: 'Local' })],
      params: { to: 'pay' },
      facts: {
        ready: 0,
        internal_traffic_policy: 'Local',
        ingress: [],
        ingress_admitting: [],
        ingress_unclear: [],
      },
    },
    {
      name: 'whom only some of the callers can reach, or at some of its pods, is not clear',
      given: [
        service('cart'),
        pod('cart-1', { labels: { app: 'cart', tier: 'web' } }),
        pod('cart-2'),
        ...called('pay-1', 'pay-2'),
        letting('web', {}, [from({ tier: 'web' })]),
        letting('first', { matchLabels: { pod: 'pay-1' } }, [fromCart]),
        letting('nobody', {}, []),
      ],
      params: { to: 'pay:80' },
      facts: {
        ready: 2,
        internal_traffic_policy: 'Cluster',
        ingress: ['first', 'nobody', 'web'],
        ingress_admitting: [],
        ingress_unclear: ['first', 'web'],
      },
    },
    {
      name: 'no such Service',
      given: [...callers],
      params: { to: 'pay:80' },
      cannot: 'there is no Service pay in namespace shop',
    },
  ],
};

let sim: ClusterSim | undefined;
afterEach(() => sim?.close());

async function look(
  id: LookupId,
  given: readonly object[],
  params: Readonly<Record<string, string>> = {},
  prepare: (started: ClusterSim) => void = () => undefined,
): Promise<{ facts: LookupFacts; samples: number } | CannotLook> {
  sim = await startCluster({ manifests: [yaml(...base, ...given)], now: () => now });
  prepare(sim);
  const lookup = clusterLookups.find((one) => one.id === id);
  if (lookup === undefined) throw new Error(`nobody answers ${id}`);
  return lookup
    .look({ namespace: 'shop', service: 'cart', ...params }, readerFor(sim), {
      signal: AbortSignal.timeout(5000),
      now,
    })
    .catch((error: unknown) => {
      if (error instanceof CannotLook) return error;
      throw error;
    });
}

function typeOf(value: LookupFacts[string]): FactType {
  if (Array.isArray(value)) return 'list<string>';
  if (typeof value === 'number') return 'double';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

describe.each(Object.entries(tables))('the look-up %s', (name, rows) => {
  const id = name as LookupId;

  test.each([...rows])('$name', async ({ given, params, facts, cannot }) => {
    const seen = await look(id, given, params);
    if (cannot !== undefined) {
      expect(seen).toBeInstanceOf(CannotLook);
      expect(seen).toMatchObject({ why: { reason: 'not-found', detail: cannot } });
      return;
    }
    if (seen instanceof CannotLook) throw seen;
    expect(seen.facts).toEqual(facts);
    expect(
      Object.fromEntries(Object.entries(seen.facts).map(([fact, value]) => [fact, typeOf(value)])),
    ).toEqual(lookups[id].facts);
    expect(seen.samples).toBeGreaterThanOrEqual(0);
  });

  const [healthy] = rows;
  const needed = new Set(
    clusterLookups
      .filter((one) => one.id === id)
      .flatMap(({ needs }) => needs.map(({ resource }) => resource)),
  );

  test.each([...needed])('says so where it may not list %s, or does not need them here', async (resource) => {
    const seen = await look(id, healthy?.given ?? [], healthy?.params, (started) => {
      started.faults.fail({ resource }, { kind: 'status', code: 403, message: `${resource} is forbidden` });
    });
    if (seen instanceof CannotLook) {
      expect(seen.why).toEqual({ reason: 'forbidden', detail: `${resource} is forbidden` });
    } else {
      expect(seen.facts).toEqual(healthy?.facts);
    }
  });

  test('asks for nothing beyond what it says it needs', async () => {
    for (const { given, params } of rows) {
      const seen = new Set<string>();
      await look(id, given, params, (started) => {
        started.journal.clear();
      });
      for (const { verb, resource } of sim?.journal.entries ?? []) seen.add(`${verb} ${resource}`);
      await sim?.close();
      const allowed = clusterLookups
        .filter((one) => one.id === id)
        .flatMap(({ needs }) =>
          needs.flatMap(({ verbs, resource }) => verbs.map((verb) => `${verb} ${resource}`)),
        );
      expect(allowed).toEqual(expect.arrayContaining([...seen]));
    }
  });
});

describe('the list of look-ups', () => {
  const folder = join(import.meta.dirname, '../../../workers/collectors/cluster');
  const ids = Object.keys(lookups).sort();

  test('is the same in core, in workers and in the folder', () => {
    const files = readdirSync(folder)
      .filter((file) => file !== 'index.ts')
      .map((file) => file.replace('.ts', '').replaceAll('-', '_'));
    expect(clusterLookups.map(({ id }) => id).sort()).toEqual(ids);
    expect(files.sort()).toEqual(ids);
  });

  test('names no look-up twice, and is in order', () => {
    expect(clusterLookups.map(({ id }) => id)).toEqual(ids);
  });

  test('has a table above for each, which shows what it finds', () => {
    for (const [id, rows] of Object.entries(tables)) {
      expect([id, rows.some(({ facts }) => facts !== undefined)]).toEqual([id, true]);
    }
  });
});
