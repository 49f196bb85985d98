import { afterEach, describe, expect, test } from '@jest/globals';
import type { Subject } from '../../core/request.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { CannotLook } from '../../workers/ports.ts';
import { resolve, type Resolved } from '../../workers/resolve.ts';
import { namespace, node, pod, readerFor, service, workload, yaml } from './support/objects.ts';

let sim: ClusterSim | undefined;
afterEach(() => sim?.close());

async function start(...objects: readonly object[]): Promise<ClusterSim> {
  sim = await startCluster({
    manifests: [yaml(namespace('shop'), namespace('test'), node('node-a'), node('node-b'), ...objects)],
  });
  return sim;
}

function resolveIn(started: ClusterSim, subject: Subject): Promise<Resolved> {
  return resolve(subject, readerFor(started), AbortSignal.timeout(5000));
}

const named = (name: string, inNamespace?: string): Subject => ({
  kind: 'named',
  service: name,
  ...(inNamespace !== undefined && { namespace: inNamespace }),
});
const mentioned = (...texts: string[]): Subject => ({ kind: 'mentioned', texts });
const forbid = (resource: string): void =>
  void sim?.faults.fail({ resource }, { kind: 'status', code: 403, message: `${resource} is forbidden` });

describe('a name that one Service has', () => {
  test('does not count on a pod that is on its way out', async () => {
    const started = await start(service('cart'), pod('cart-0'), pod('cart-1'));
    const leaving = { resource: 'pods', namespace: 'shop', name: 'cart-0' };
    started.objects.change(leaving, (one) => ({
      ...one,
      metadata: { ...one.metadata, finalizers: ['example.com/slow'] },
    }));
    started.objects.remove(leaving);
    const pods = [
      { name: 'cart-0', ready: false },
      { name: 'cart-1', ready: true },
    ];
    expect(await resolveIn(started, named('cart'))).toMatchObject({ target: { pods } });
  });

  test('is that Service with its pods, nodes, workload and mesh', async () => {
    const owner = { kind: 'StatefulSet', name: 'cart' };
    const started = await start(
      service('cart'),
      pod('cart-1', { owner, node: 'node-b', ready: false }),
      pod('cart-0', {
        owner,
        spec: {
          containers: [{ name: 'app', image: 'registry.example/app:1' }],
          initContainers: [{ name: 'istio-proxy', image: 'registry.example/proxy:1' }],
        },
      }),
      pod('other', { labels: { app: 'other' } }),
    );
    expect(await resolveIn(started, named('cart'))).toEqual({
      kind: 'target',
      target: {
        namespace: 'shop',
        service: 'cart',
        type: 'ClusterIP',
        workload: 'StatefulSet/cart',
        mesh: 'istio',
        nodes: ['node-a', 'node-b'],
        pods: [
          { name: 'cart-0', ip: expect.any(String), node: 'node-a', ready: true },
          { name: 'cart-1', ip: expect.any(String), node: 'node-b', ready: false },
        ],
        gaps: [],
      },
    });
  });

  test('of a ReplicaSet it says the Deployment', async () => {
    const started = await start(service('cart'), workload('Deployment', 'cart', { app: 'cart' }));
    expect(await resolveIn(started, named('cart'))).toMatchObject({
      target: { workload: 'Deployment/cart', pods: [{ ready: true }, { ready: true }] },
    });
  });

  test('with a selector that matches nothing it is the pods that were meant', async () => {
    const started = await start(
      service('cart', { selector: { app: 'crat' } }),
      workload('Deployment', 'cart', { app: 'cart' }),
    );
    expect(await resolveIn(started, named('cart'))).toMatchObject({ target: { pods: [{}, {}] } });
  });

  test('without pods it is the Service alone', async () => {
    const started = await start(service('cart', { selector: undefined }));
    expect(await resolveIn(started, named('cart', 'shop'))).toEqual({
      kind: 'target',
      target: {
        namespace: 'shop',
        service: 'cart',
        type: 'ClusterIP',
        workload: 'Service/cart',
        pods: [],
        nodes: [],
        gaps: [],
      },
    });
  });
});

describe('a name that several have, or none', () => {
  test('several: which one?', async () => {
    const started = await start(service('cart'), service('cart', {}, 'test'), service('web'));
    expect(await resolveIn(started, named('cart'))).toEqual({
      kind: 'which',
      candidates: [
        { namespace: 'shop', service: 'cart' },
        { namespace: 'test', service: 'cart' },
      ],
    });
    expect(await resolveIn(started, named('cart', 'test'))).toMatchObject({
      kind: 'target',
      target: { namespace: 'test' },
    });
  });

  test('none: the nearest names, of everywhere or of the namespace', async () => {
    const started = await start(service('cart'), service('crab', {}, 'test'), service('payments'));
    expect(await resolveIn(started, named('crat'))).toEqual({
      kind: 'not-found',
      nearest: [
        { namespace: 'test', service: 'crab' },
        { namespace: 'shop', service: 'cart' },
      ],
    });
    expect(await resolveIn(started, named('zzzzzzzz'))).toEqual({ kind: 'not-found', nearest: [] });
  });

  test('the right name in the wrong namespace: where it is', async () => {
    const started = await start(service('cart'));
    expect(await resolveIn(started, named('cart', 'test'))).toEqual({
      kind: 'not-found',
      nearest: [{ namespace: 'shop', service: 'cart' }],
    });
  });

  test('in a namespace, where others may not be listed: the nearest in it', async () => {
    const started = await start(
      service('cart'),
      ...['Role', 'RoleBinding'].map((kind) => ({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind,
        metadata: { name: 'reader', namespace: 'shop' },
        ...(kind === 'Role'
          ? { rules: [{ apiGroups: [''], resources: ['services'], verbs: ['list'] }] }
          : {
              roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
              subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ana' }],
            }),
      })),
    );
    const resolved = await resolve(
      named('crat', 'shop'),
      readerFor(started, 'ana'),
      AbortSignal.timeout(5000),
    );
    expect(resolved).toEqual({ kind: 'not-found', nearest: [{ namespace: 'shop', service: 'cart' }] });
  });

  test('no more than a person reads', async () => {
    const spaces = Array.from({ length: 25 }, (_, i) => `team-${i}`);
    const started = await start(...spaces.map(namespace), ...spaces.map((one) => service('cart', {}, one)));
    const resolved = await resolveIn(started, named('cart'));
    expect(resolved.kind === 'which' && resolved.candidates).toHaveLength(20);
  });
});

describe('a Service that people mention', () => {
  const services = [
    service('checkout'),
    service('checkout-db'),
    service('payments'),
    service('cart'),
    service('cart', {}, 'test'),
  ];
  test.each<[string, readonly string[], readonly string[]]>([
    ['in a sentence', ['Is payments down?'], ['payments.shop']],
    ['in a channel name', ['inc-checkout-5xx'], ['checkout.shop']],
    ['with capitals', ['Payments is slow'], ['payments.shop']],
    ['the longer name wins', ['checkout-db is slow'], ['checkout-db.shop']],
    ['both, where both are named', ['checkout waits for checkout-db'], ['checkout.shop', 'checkout-db.shop']],
    ['the first text that names any', ['something is wrong', 'payments', 'checkout'], ['payments.shop']],
    ['several namespaces', ['cart is down'], ['cart.shop', 'cart.test']],
    ['the namespace decides', ['cart.test is down'], ['cart.test']],
    ['not as a part of a word', ['repayments and carts are fine'], []],
    ['not at all', ['everything is on fire', ''], []],
    ['with markup around it', ['*`payments`* is down <!channel>'], ['payments.shop']],
    ['in 10 kB of text', [`${'a-b.c '.repeat(1700)} payments`], ['payments.shop']],
  ])('%s', async (_name, texts, found) => {
    const started = await start(...services);
    const resolved = await resolveIn(started, mentioned(...texts));
    const candidates =
      resolved.kind === 'target' ? [resolved.target] : resolved.kind === 'which' ? resolved.candidates : [];
    expect(candidates.map((one) => `${one.service}.${one.namespace}`).sort()).toEqual([...found].sort());
  });
});

describe('what may not be listed', () => {
  test('Services, of a full name: taken at its word, and the gap is said', async () => {
    const started = await start(service('cart'), pod('cart-1'));
    forbid('services');
    expect(await resolveIn(started, named('cart', 'shop'))).toEqual({
      kind: 'target',
      target: {
        namespace: 'shop',
        service: 'cart',
        pods: [],
        nodes: [],
        gaps: ['its pods are not known: services is forbidden'],
      },
    });
  });

  test.each([
    ['a bare name', named('cart')],
    ['a mention', mentioned('cart is down')],
  ])('Services, of %s: it cannot be looked up', async (_name, subject) => {
    const started = await start(service('cart'));
    forbid('services');
    await expect(resolveIn(started, subject)).rejects.toEqual(
      new CannotLook({ reason: 'forbidden', detail: 'services is forbidden' }),
    );
  });

  test('pods: the Service is found, and the gap is said', async () => {
    const started = await start(service('cart'), pod('cart-1'));
    forbid('pods');
    expect(await resolveIn(started, named('cart'))).toEqual({
      kind: 'target',
      target: {
        namespace: 'shop',
        service: 'cart',
        type: 'ClusterIP',
        pods: [],
        nodes: [],
        gaps: ['its pods are not known: pods is forbidden'],
      },
    });
  });
});

describe('candidates', () => {
  const candidates = (...all: { service: string; namespace?: string }[]): Subject => ({
    kind: 'candidates',
    candidates: all,
  });

  test.each([
    [
      'one that is there is meant',
      [{ service: 'cart', namespace: 'shop' }, { service: 'gone' }],
      'target',
      ['cart'],
    ],
    [
      'several are asked for',
      [{ service: 'cart', namespace: 'shop' }, { service: 'api' }],
      'which',
      ['api', 'cart'],
    ],
    ['a name without a namespace is one anywhere', [{ service: 'api' }], 'target', ['api']],
    ['none is not found', [{ service: 'cart', namespace: 'test' }], 'not-found', []],
  ])('%s', async (_, all, kind, names) => {
    const started = await start(service('cart'), service('api'));
    const found = await resolveIn(started, candidates(...all));
    expect(found.kind).toBe(kind);
    const services =
      found.kind === 'target'
        ? [found.target.service]
        : found.kind === 'which'
          ? found.candidates.map((one) => one.service).sort()
          : found.nearest.map((one) => one.service);
    expect(services).toEqual(names);
  });
});
