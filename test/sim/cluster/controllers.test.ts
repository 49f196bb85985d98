/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the client takes plain objects for its models */
import { afterEach, describe, expect, test } from '@jest/globals';
import { PatchStrategy, setHeaderOptions, type V1Deployment, type V1Pod } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterOptions, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { clientsFor, until } from './clients.ts';
import { nodes, shop } from './manifests.ts';

let sim: ClusterSim | undefined;

async function start(options: Partial<ClusterOptions> & { readonly more?: string } = {}) {
  sim = await startCluster({ manifests: [nodes, shop, options.more ?? ''], ...options });
  return { sim, ...clientsFor(sim, clusterAdmin) };
}

afterEach(async () => {
  await sim?.close();
  sim = undefined;
});

const inShop = { namespace: 'shop' };
const web = { namespace: 'shop', name: 'web' };
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const nameOf = ({ metadata }: { readonly metadata?: { readonly name?: string } }) => metadata?.name ?? '';
const restart = {
  spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } },
};

type Clients = Awaited<ReturnType<typeof start>>;

const podsOf = async ({ core }: Clients, labelSelector = 'app=web') =>
  (await core.listNamespacedPod({ ...inShop, labelSelector })).items;
const sliceOf = async ({ discovery }: Clients, service = 'web') =>
  (
    await discovery.listNamespacedEndpointSlice({
      ...inShop,
      labelSelector: `kubernetes.io/service-name=${service}`,
    })
  ).items;

const isReady = (pod: V1Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

describe('pods', () => {
  test('are spread over the nodes, with addresses of their ranges', async () => {
    const pods = await podsOf(await start());

    const placed = pods.map(({ spec, status }) => [spec?.nodeName, status?.podIP]);
    expect(placed.sort()).toEqual([
      ['node-a', '10.244.0.2'],
      ['node-a', '10.244.0.3'],
      ['node-b', '10.244.1.2'],
      ['node-b', '10.244.1.3'],
    ]);
    expect(pods.every(isReady)).toBe(true);
    expect(pods[0]?.status?.hostIP).toMatch(/^192\.168\.0\.1[01]$/);
  });

  test('of manifests stay as they are given, and belong to their Deployment', async () => {
    const given = `
apiVersion: v1
kind: Pod
metadata: { name: web-crashing, namespace: shop, labels: { app: web } }
spec: { nodeName: node-a, containers: [{ name: web, image: 'registry.example/web:1' }] }
status:
  phase: Running
  podIP: 10.9.9.9
  conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady }]
  containerStatuses:
    - { name: web, image: w, imageID: w, ready: false, restartCount: 7, state: { waiting: { reason: CrashLoopBackOff } } }`;
    const clients = await start({ more: given });

    const pods = await podsOf(clients);

    expect(pods).toHaveLength(4);
    const crashing = pods.find((pod) => nameOf(pod) === 'web-crashing');
    expect(crashing?.status).toMatchObject({ podIP: '10.9.9.9', containerStatuses: [{ restartCount: 7 }] });
    const owner = crashing?.metadata?.ownerReferences?.[0];
    expect(owner).toMatchObject({ kind: 'ReplicaSet', controller: true });
    const { status } = await clients.apps.readNamespacedDeployment(web);
    expect(status).toMatchObject({ replicas: 4, readyReplicas: 3, unavailableReplicas: 1 });
  });

  test('an annotation makes them run without becoming ready', async () => {
    const clients = await start();
    const [pod] = await podsOf(clients);
    const body = { metadata: { annotations: { 'netcheck.sim/ready': 'false' } } };

    await clients.core.patchNamespacedPod({ ...inShop, name: nameOf(pod ?? {}), body }, merge);

    expect((await podsOf(clients)).filter(isReady)).toHaveLength(3);
    expect((await clients.apps.readNamespacedDeployment(web)).status?.availableReplicas).toBe(3);
    const [slice] = await sliceOf(clients);
    expect(slice?.endpoints?.filter(({ conditions }) => conditions?.ready === true)).toHaveLength(3);
    expect(slice?.endpoints).toHaveLength(4);
  });

  test('are made again when they are deleted', async () => {
    const clients = await start();
    const [pod] = await podsOf(clients);

    await clients.core.deleteNamespacedPod({ ...inShop, name: nameOf(pod ?? {}) });

    const after = (await podsOf(clients)).map(nameOf);
    expect(after).toHaveLength(4);
    expect(after).not.toContain(nameOf(pod ?? {}));
  });

  test('that stop slowly are terminating endpoints meanwhile', async () => {
    const clients = await start({ podStopAfter: 60_000 });
    const [pod] = await podsOf(clients);

    await clients.core.deleteNamespacedPod({ ...inShop, name: nameOf(pod ?? {}) });

    const [slice] = await sliceOf(clients);
    const leaving = slice?.endpoints?.find(({ targetRef }) => targetRef?.name === nameOf(pod ?? {}));
    expect(leaving?.conditions).toEqual({ ready: false, serving: true, terminating: true });
    expect(slice?.endpoints).toHaveLength(5);
  });

  test('that stop slowly are gone in the end', async () => {
    const clients = await start({ podStopAfter: 20 });
    const [pod] = await podsOf(clients);

    await clients.core.deleteNamespacedPod({ ...inShop, name: nameOf(pod ?? {}) });

    await until(() => clients.sim.objects.list('pods', 'shop').length === 4);
  });
});

describe('rollouts', () => {
  test('a changed template replaces all pods, and the status says so', async () => {
    const clients = await start();
    const before = new Set((await podsOf(clients)).map(nameOf));

    await clients.apps.patchNamespacedDeployment({ ...web, body: restart }, merge);

    const { metadata, status } = await clients.apps.readNamespacedDeployment(web);
    expect(status).toMatchObject({ replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 });
    expect(status?.observedGeneration).toBe(metadata?.generation);
    expect(metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    const after = await podsOf(clients);
    expect(after).toHaveLength(4);
    expect(after.some((pod) => before.has(nameOf(pod)))).toBe(false);
    const [slice] = await sliceOf(clients);
    const addresses = after.map((pod) => pod.status?.podIP);
    expect(slice?.endpoints?.flatMap((endpoint) => endpoint.addresses).sort()).toEqual(addresses.sort());
  });

  test('going back to an earlier template takes up its ReplicaSet again', async () => {
    const clients = await start();
    const image = (name: string) => [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: name },
    ];
    const json = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
    await clients.apps.patchNamespacedDeployment({ ...web, body: image('registry.example/web:2') }, json);
    await clients.apps.patchNamespacedDeployment({ ...web, body: image('registry.example/web:1') }, json);

    const { items } = await clients.apps.listNamespacedReplicaSet(inShop);

    expect(items.map(({ spec }) => spec?.replicas).sort()).toEqual([0, 4]);
  });

  test('while new pods are not ready, no more than maxUnavailable and maxSurge differ', async () => {
    const clients = await start({ podReadyAfter: 30 });
    const { objects } = clients.sim;
    const pods = () => objects.list('pods', 'shop') as unknown as readonly V1Pod[];
    await until(() => pods().every(isReady));
    const counts: { readonly all: number; readonly ready: number }[] = [];
    const updated: number[] = [];
    objects.subscribe(({ resource, after }) => {
      if (resource === 'pods') counts.push({ all: pods().length, ready: pods().filter(isReady).length });
      if (resource === 'deployments.apps')
        updated.push((after as unknown as V1Deployment).status?.updatedReplicas ?? 0);
    });
    const isDone = () => {
      const { status } = objects.get({ resource: 'deployments.apps', ...web }) as unknown as V1Deployment;
      return status?.updatedReplicas === 4 && status.availableReplicas === 4 && status.replicas === 4;
    };

    await clients.apps.patchNamespacedDeployment({ ...web, body: restart }, merge);
    await until(isDone);

    expect(updated.filter((count, index) => count !== updated[index - 1])).toEqual([4, 0, 1, 2, 3, 4]);
    expect(Math.max(...counts.map(({ all }) => all))).toBe(5);
    expect(Math.min(...counts.map(({ ready }) => ready))).toBe(3);
  });

  test('that never become ready stop there', async () => {
    const clients = await start();
    const broken = { spec: { template: { metadata: { annotations: { 'netcheck.sim/ready': 'false' } } } } };

    await clients.apps.patchNamespacedDeployment({ ...web, body: broken }, merge);

    const { status } = await clients.apps.readNamespacedDeployment(web);
    expect(status).toMatchObject({ updatedReplicas: 2, availableReplicas: 3, unavailableReplicas: 2 });
    expect((await podsOf(clients)).filter(isReady)).toHaveLength(3);
  });

  test('Recreate stops all before it starts any', async () => {
    const clients = await start();
    await clients.apps.patchNamespacedDeployment(
      { ...web, body: { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } } },
      merge,
    );
    const hashes = new Set<string>();
    let mixed = false;
    clients.sim.objects.subscribe(({ resource }) => {
      if (resource !== 'pods') return;
      const present = clients.sim.objects
        .list('pods', 'shop')
        .map(({ metadata }) => metadata.labels?.['pod-template-hash'] ?? '');
      for (const hash of present) hashes.add(hash);
      mixed ||= new Set(present).size > 1;
    });

    await clients.apps.patchNamespacedDeployment({ ...web, body: restart }, merge);

    expect(hashes.size).toBe(2);
    expect(mixed).toBe(false);
  });
});

describe('other workloads', () => {
  const workload = (kind: string, name: string, more: object) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'main', image: 'a:1' }] },
        },
        ...more,
      },
    });

  test('a DaemonSet has one pod on each node, also on one that comes later', async () => {
    const clients = await start({ more: workload('DaemonSet', 'agent', {}) });
    const onNodes = async () => (await podsOf(clients, 'app=agent')).map(({ spec }) => spec?.nodeName).sort();
    expect(await onNodes()).toEqual(['node-a', 'node-b']);

    clients.sim.apply(nodes.replaceAll('node-b', 'node-c').replaceAll('10.244.1', '10.244.2'));

    expect(await onNodes()).toEqual(['node-a', 'node-b', 'node-c']);
    const { status } = await clients.apps.readNamespacedDaemonSet({ ...inShop, name: 'agent' });
    expect(status).toMatchObject({ desiredNumberScheduled: 3, numberReady: 3 });
  });

  test('a taint keeps a DaemonSet off, a toleration brings it back', async () => {
    const clients = await start({ more: workload('DaemonSet', 'agent', {}) });
    const taints = [{ key: 'dedicated', value: 'db', effect: 'NoExecute' }];
    await clients.core.patchNode({ name: 'node-b', body: { spec: { taints } } }, merge);
    expect((await podsOf(clients, 'app=agent')).map(({ spec }) => spec?.nodeName)).toEqual(['node-a']);

    const body = { spec: { template: { spec: { tolerations: [{ operator: 'Exists' }] } } } };
    await clients.apps.patchNamespacedDaemonSet({ ...inShop, name: 'agent', body }, merge);

    expect((await podsOf(clients, 'app=agent')).map(({ spec }) => spec?.nodeName).sort()).toEqual([
      'node-a',
      'node-b',
    ]);
  });

  test('a StatefulSet numbers its pods and rolls them from the top', async () => {
    const clients = await start({ more: workload('StatefulSet', 'db', { replicas: 3, serviceName: 'db' }) });
    const before = await podsOf(clients, 'app=db');
    expect(before.map(nameOf)).toEqual(['db-0', 'db-1', 'db-2']);
    const gone: string[] = [];
    clients.sim.objects.subscribe(({ deleted, after }) => {
      if (deleted && after.kind === 'Pod') gone.push(after.metadata.name);
    });

    await clients.apps.patchNamespacedStatefulSet({ ...inShop, name: 'db', body: restart }, merge);

    expect(gone).toEqual(['db-2', 'db-1', 'db-0']);
    expect((await podsOf(clients, 'app=db')).map(nameOf)).toEqual(['db-0', 'db-1', 'db-2']);
  });
});

describe('endpoint slices', () => {
  test('say who serves, where, and on which port', async () => {
    const clients = await start();

    const slices = await sliceOf(clients);

    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
        ownerReferences: [{ kind: 'Service', name: 'web' }],
      },
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    });
    expect(slices[0]?.endpoints).toHaveLength(4);
    const onA = slices[0]?.endpoints?.find(({ nodeName }) => nodeName === 'node-a');
    expect(onA).toMatchObject({ zone: 'zone-1', conditions: { ready: true }, targetRef: { kind: 'Pod' } });
    const endpoints = await clients.core.readNamespacedEndpoints(web);
    expect(endpoints.subsets?.[0]?.addresses).toHaveLength(4);
  });

  test('a named port that differs from pod to pod makes one slice for each number', async () => {
    const clients = await start();
    const spec = {
      containers: [{ name: 'web', image: 'a:1', ports: [{ name: 'http', containerPort: 9999 }] }],
    };
    await clients.core.createNamespacedPod({
      ...inShop,
      body: { metadata: { name: 'odd', labels: { app: 'web' } }, spec },
    });

    const ports = (await sliceOf(clients)).map((slice) => [slice.ports?.[0]?.port, slice.endpoints?.length]);

    expect(ports.sort()).toEqual([
      [8080, 4],
      [9999, 1],
    ]);
  });

  test('a Service whose selector matches nothing has one slice with null, as from the real controller', async () => {
    const clients = await start();
    await clients.core.patchNamespacedService(
      { ...web, body: { spec: { selector: { app: 'typo' } } } },
      merge,
    );

    const headers = { Authorization: `Bearer ${clients.sim.token(clusterAdmin)}` };
    const url = `${clients.sim.url}/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices`;
    const list = (await (await fetch(url, { headers })).json()) as { items: readonly object[] };

    expect(list.items).toMatchObject([{ endpoints: null, ports: null }]);
  });

  test('publishNotReadyAddresses counts those that are not ready', async () => {
    const more = `
apiVersion: v1
kind: Service
metadata: { name: eager, namespace: shop }
spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: slow }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: slow, namespace: shop, labels: { app: slow }, annotations: { netcheck.sim/ready: 'false' } }
spec: { containers: [{ name: a, image: 'a:1' }] }`;
    const [slice] = await sliceOf(await start({ more }), 'eager');

    expect(slice?.endpoints?.[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
    expect(slice?.metadata?.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
  });

  const givenSlice = (address: string) => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: given, namespace: shop, labels: { kubernetes.io/service-name: single } }
addressType: IPv4
endpoints: [{ addresses: [${address}], conditions: { ready: true } }]
ports: [{ name: '', port: 80, protocol: TCP }]
---
apiVersion: v1
kind: Service
metadata: { name: single, namespace: shop }
spec: { selector: { app: single }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: single, namespace: shop, labels: { app: single } }
spec: { nodeName: node-a, containers: [{ name: a, image: 'a:1' }] }
status: { phase: Running, podIP: 10.1.1.1, conditions: [{ type: Ready, status: 'True' }] }`;

  test.each([
    ['that agree with the pods are kept up to date', '10.1.1.1', null],
    ['that contradict the pods stay as given', '10.2.2.2', ['10.2.2.2']],
  ])('slices of manifests %s', async (_name, address, after) => {
    const clients = await start({ more: givenSlice(address) });
    const addresses = async () =>
      (await sliceOf(clients, 'single')).flatMap(
        (slice) => slice.endpoints?.flatMap((one) => one.addresses) ?? [],
      );
    expect(await addresses()).toEqual([address]);

    await clients.core.deleteNamespacedPod({ ...inShop, name: 'single' });

    expect(await addresses()).toEqual(after ?? []);
    expect((await sliceOf(clients, 'single')).map(nameOf)).toEqual(['given']);
  });
});
