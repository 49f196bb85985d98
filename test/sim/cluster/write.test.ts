/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment, @typescript-eslint/no-misused-spread -- the client takes plain objects for its models */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PatchStrategy, setHeaderOptions, type V1Deployment, type V1Service } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf } from './clients.ts';
import { nodes, shop } from './manifests.ts';

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;

beforeAll(async () => {
  sim = await startCluster({
    manifests: [nodes, shop],
    extraResources: [
      { group: 'cilium.io', version: 'v2', kind: 'CiliumNetworkPolicy', resource: 'ciliumnetworkpolicies' },
    ],
  });
  clients = clientsFor(sim, clusterAdmin);
});

afterAll(() => sim.close());

const inShop = { namespace: 'shop' };
const web = { namespace: 'shop', name: 'web' };
const as = (strategy: string) => setHeaderOptions('Content-Type', strategy);

const podBody = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'registry.example/tool:1' }], ...spec },
});

const serviceBody = (name: string, spec: object): V1Service => ({ metadata: { name }, spec });

const deploymentBody = (name: string, labels: object, selector: object = { app: name }) =>
  ({
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: selector },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'a:1' }] } },
    },
  }) as V1Deployment;

describe('create', () => {
  test('the server completes what it owns, and the defaults', async () => {
    const created = await clients.core.createNamespacedService({
      ...inShop,
      body: serviceBody('api', { selector: { app: 'api' }, ports: [{ port: 80 }] }),
      fieldManager: 'test',
    });

    expect(created.metadata).toMatchObject({ name: 'api', namespace: 'shop' });
    expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
    expect(created.metadata?.managedFields).toMatchObject([{ manager: 'test', operation: 'Update' }]);
    expect(created.spec).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    expect(created.spec?.clusterIP).toMatch(/^10\.96\./);
  });

  test('generateName makes different names', async () => {
    const body = { metadata: { generateName: 'note-' } };
    const [one, two] = [
      await clients.core.createNamespacedConfigMap({ ...inShop, body }),
      await clients.core.createNamespacedConfigMap({ ...inShop, body }),
    ];

    expect(one.metadata?.name).toMatch(/^note-[a-z0-9]{5}$/);
    expect(two.metadata?.name).not.toBe(one.metadata?.name);
  });

  test('the status of a body is not taken', async () => {
    const body = { ...podBody('boaster'), status: { phase: 'Running', podIP: '1.2.3.4' } };
    await clients.core.createNamespacedPod({ ...inShop, body });

    const pod = await clients.core.readNamespacedPod({ ...inShop, name: 'boaster' });

    expect(pod.status?.podIP).toMatch(/^10\.244\./);
  });

  test.each<readonly [string, () => Promise<unknown>, number, string]>([
    [
      'a name that is taken',
      () =>
        clients.core.createNamespacedService({
          ...inShop,
          body: serviceBody('web', { ports: [{ port: 1 }] }),
        }),
      409,
      'services "web" already exists',
    ],
    [
      'a namespace that is not there',
      () => clients.core.createNamespacedPod({ namespace: 'ghost', body: podBody('a') }),
      404,
      'namespaces "ghost" not found',
    ],
    [
      'another namespace in the body',
      () =>
        clients.core.createNamespacedConfigMap({
          ...inShop,
          body: { metadata: { name: 'a', namespace: 'default' } },
        }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another kind in the body',
      () =>
        clients.core.createNamespacedPod({
          ...inShop,
          body: { ...podBody('a'), apiVersion: 'v1', kind: 'Service' },
        }),
      400,
      'the kind in the data (Service) does not match the expected kind (Pod)',
    ],
    [
      'a resourceVersion',
      () =>
        clients.core.createNamespacedConfigMap({
          ...inShop,
          body: { metadata: { name: 'a', resourceVersion: '7' } },
        }),
      400,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'a ServiceAccount that is not there',
      () =>
        clients.core.createNamespacedPod({ ...inShop, body: podBody('a', { serviceAccountName: 'ghost' }) }),
      403,
      'pods "a" is forbidden: error looking up service account shop/ghost: serviceaccount "ghost" not found',
    ],
  ])('%s is refused', async (_name, call, code, message) => {
    expect(await refusalOf(call())).toMatchObject({ code, message });
  });

  test.each<readonly [string, () => Promise<unknown>, readonly string[]]>([
    [
      'no name',
      () => clients.core.createNamespacedConfigMap({ ...inShop, body: { metadata: {} } }),
      ['metadata.name'],
    ],
    [
      'a name with capitals',
      () => clients.core.createNamespacedConfigMap({ ...inShop, body: { metadata: { name: 'Web' } } }),
      ['metadata.name'],
    ],
    [
      'a Service named like a number',
      () =>
        clients.core.createNamespacedService({
          ...inShop,
          body: serviceBody('1st', { ports: [{ port: 80 }] }),
        }),
      ['metadata.name'],
    ],
    [
      'a bad label value',
      () =>
        clients.core.createNamespacedConfigMap({
          ...inShop,
          body: { metadata: { name: 'a', labels: { app: 'two words' } } },
        }),
      ['metadata.labels'],
    ],
    [
      'a Service without ports',
      () =>
        clients.core.createNamespacedService({
          ...inShop,
          body: serviceBody('a', { selector: { app: 'a' } }),
        }),
      ['spec.ports'],
    ],
    [
      'two ports, one without a name, both the same',
      () =>
        clients.core.createNamespacedService({
          ...inShop,
          body: serviceBody('a', { ports: [{ name: 'x', port: 80 }, { port: 80 }] }),
        }),
      ['spec.ports[1].name', 'spec.ports[1]'],
    ],
    [
      'a port out of range',
      () =>
        clients.core.createNamespacedService({
          ...inShop,
          body: serviceBody('a', { ports: [{ port: 70_000 }] }),
        }),
      ['spec.ports[0].port', 'spec.ports[0].targetPort'],
    ],
    [
      'a pod without containers',
      () => clients.core.createNamespacedPod({ ...inShop, body: podBody('a', { containers: [] }) }),
      ['spec.containers'],
    ],
    [
      'a container without image, twice the same name',
      () =>
        clients.core.createNamespacedPod({
          ...inShop,
          body: podBody('a', { containers: [{ name: 'x' }, { name: 'x', image: 'b' }] }),
        }),
      ['spec.containers[0].image', 'spec.containers[1].name'],
    ],
    [
      'a selector that misses the template',
      () =>
        clients.apps.createNamespacedDeployment({ ...inShop, body: deploymentBody('a', { app: 'other' }) }),
      ['spec.template.metadata.labels'],
    ],
    [
      'a NetworkPolicy peer of two kinds',
      () =>
        clients.networking.createNamespacedNetworkPolicy({
          ...inShop,
          body: {
            metadata: { name: 'a' },
            spec: {
              podSelector: {},
              ingress: [{ _from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }],
            },
          },
        }),
      ['spec.ingress[0].from[0]'],
    ],
  ])('%s is 422 and names the field', async (_name, call, fields) => {
    const refused = await refusalOf(call());

    expect(refused).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(refused.details?.causes?.map(({ field }) => field)).toEqual(fields);
  });

  async function post(path: string, body: object | string) {
    const response = await fetch(`${sim.url}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${sim.token(clusterAdmin)}`, 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return {
      status: response.status,
      warning: response.headers.get('Warning'),
      body: (await response.json()) as object,
    };
  }

  test('a wrong type and broken JSON are 400', async () => {
    const path = '/api/v1/namespaces/shop/pods';

    const wrong = await post(path, podBody('a', { containers: 'main' }));
    expect(wrong.status).toBe(400);
    expect(wrong.body).toMatchObject({
      message:
        'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field spec.containers of type []v1.Container',
    });
    expect((await post(path, '{')).status).toBe(400);
  });

  test('a misspelt field is dropped with a warning, or refused where validation is strict', async () => {
    const misspelt = { metadata: { name: 'typo' }, data: { a: '1' }, immutabel: true };

    const strict = await post('/api/v1/namespaces/shop/configmaps?fieldValidation=Strict', misspelt);
    expect(strict.status).toBe(400);
    expect(strict.body).toMatchObject({
      message: expect.stringContaining('strict decoding error: unknown field "immutabel"') as unknown,
    });
    const lenient = await post('/api/v1/namespaces/shop/configmaps', misspelt);
    expect(lenient).toMatchObject({ status: 201, warning: '299 - "unknown field \\"immutabel\\""' });
    expect(Object.keys(lenient.body)).not.toContain('immutabel');
  });

  test('a namespace that enforces the restricted standard refuses a loose pod and takes a tight one', async () => {
    sim.apply(`
apiVersion: v1
kind: Namespace
metadata: { name: tight, labels: { pod-security.kubernetes.io/enforce: restricted } }`);
    const tight = {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: 'a:1',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    };

    const refused = await refusalOf(
      clients.core.createNamespacedPod({ namespace: 'tight', body: podBody('loose') }),
    );
    expect(refused.message).toBe(
      'pods "loose" is forbidden: violates PodSecurity "restricted:latest": ' +
        'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
    await clients.core.createNamespacedPod({ namespace: 'tight', body: podBody('tight', tight) });
  });
});

test('a quota on pods refuses one more', async () => {
  sim.apply(`
apiVersion: v1
kind: Namespace
metadata: { name: small }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: few, namespace: small }
spec: { hard: { pods: 1 } }`);
  await clients.core.createNamespacedPod({ namespace: 'small', body: podBody('one') });

  const refused = await refusalOf(
    clients.core.createNamespacedPod({ namespace: 'small', body: podBody('two') }),
  );

  expect(refused).toMatchObject({
    code: 403,
    message: 'pods "two" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1',
  });
});

describe('dry run', () => {
  test('answers what would be, and keeps nothing', async () => {
    const created = await clients.core.createNamespacedConfigMap({
      ...inShop,
      body: { metadata: { name: 'dry' } },
      dryRun: 'All',
    });
    expect(created.metadata?.name).toBe('dry');
    expect((await refusalOf(clients.core.readNamespacedConfigMap({ ...inShop, name: 'dry' }))).code).toBe(
      404,
    );

    const patched = await clients.apps.patchNamespacedDeployment(
      { ...web, body: { spec: { replicas: 9 } }, dryRun: 'All' },
      as(PatchStrategy.MergePatch),
    );
    expect(patched.spec?.replicas).toBe(9);
    expect((await clients.apps.readNamespacedDeployment(web)).spec?.replicas).toBe(4);

    await clients.core.deleteNamespacedService({ ...web, dryRun: 'All' });
    await clients.core.readNamespacedService(web);
  });

  test('any other directive is refused', async () => {
    const call = clients.core.createNamespacedConfigMap({
      ...inShop,
      body: { metadata: { name: 'dry' } },
      dryRun: 'Some',
    });

    expect((await refusalOf(call)).code).toBe(422);
  });
});

describe('update', () => {
  test('generation counts changes of the spec, not of labels or status', async () => {
    const body = deploymentBody('counted', { app: 'counted' });
    const created = await clients.apps.createNamespacedDeployment({ ...inShop, body });
    expect(created.metadata?.generation).toBe(1);
    const ref = { ...inShop, name: 'counted' };

    const labelled = await clients.apps.patchNamespacedDeployment(
      { ...ref, body: { metadata: { labels: { a: 'b' } } } },
      as(PatchStrategy.MergePatch),
    );
    expect(labelled.metadata?.generation).toBe(1);
    const paused = await clients.apps.patchNamespacedDeployment(
      { ...ref, body: { spec: { paused: true } } },
      as(PatchStrategy.MergePatch),
    );
    expect(paused.metadata?.generation).toBe(2);
  });

  test('a stale resourceVersion is a Conflict; the current one, or none, is not', async () => {
    const name = 'versioned';
    const created = await clients.core.createNamespacedConfigMap({
      ...inShop,
      body: { metadata: { name }, data: { a: '1' } },
    });
    const ref = { ...inShop, name };
    await clients.core.replaceNamespacedConfigMap({ ...ref, body: { ...created, data: { a: '2' } } });

    const stale = clients.core.replaceNamespacedConfigMap({ ...ref, body: { ...created, data: { a: '3' } } });
    expect(await refusalOf(stale)).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "versioned": the object has been modified; please apply your changes to the latest version and try again',
    });
    await clients.core.replaceNamespacedConfigMap({ ...ref, body: { metadata: { name }, data: { a: '4' } } });
    expect((await clients.core.readNamespacedConfigMap(ref)).data).toEqual({ a: '4' });
  });

  test('a Lease must say which version was read', async () => {
    const name = 'lease';
    await clients.coordination.createNamespacedLease({ ...inShop, body: { metadata: { name } } });

    const call = clients.coordination.replaceNamespacedLease({
      ...inShop,
      name,
      body: { metadata: { name } },
    });

    expect((await refusalOf(call)).details?.causes?.[0]?.field).toBe('metadata.resourceVersion');
  });

  test('an update that changes nothing is no new version', async () => {
    const before = await clients.core.readNamespacedService(web);

    const after = await clients.core.replaceNamespacedService({ ...web, body: before });

    expect(after.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
  });

  test.each<readonly [string, () => Promise<unknown>, string]>([
    [
      'the selector of a Deployment',
      async () => {
        const deployment = await clients.apps.readNamespacedDeployment(web);
        const labels = { app: 'new' };
        const template = { ...deployment.spec?.template, metadata: { labels } };
        const spec = { ...deployment.spec, selector: { matchLabels: labels }, template } as NonNullable<
          V1Deployment['spec']
        >;
        return clients.apps.replaceNamespacedDeployment({ ...web, body: { ...deployment, spec } });
      },
      'spec.selector',
    ],
    [
      'the address of a Service',
      () =>
        clients.core.patchNamespacedService(
          { ...web, body: { spec: { clusterIP: '10.96.200.200', clusterIPs: ['10.96.200.200'] } } },
          as(PatchStrategy.MergePatch),
        ),
      'spec.clusterIPs[0]',
    ],
    [
      'the node selector of a running pod',
      async () => {
        const name = (await clients.core.listNamespacedPod(inShop)).items[0]?.metadata?.name ?? '';
        return clients.core.patchNamespacedPod(
          { ...inShop, name, body: { spec: { nodeSelector: { a: 'b' } } } },
          as(PatchStrategy.MergePatch),
        );
      },
      'spec',
    ],
  ])('%s cannot change', async (_name, call, field) => {
    const refused = await refusalOf(call());

    expect(refused.code).toBe(422);
    expect(refused.details?.causes?.map((cause) => cause.field)).toContain(field);
  });

  test('only the status subresource writes a status, and it writes nothing else', async () => {
    const before = await clients.networking.createNamespacedIngress({
      ...inShop,
      body: { metadata: { name: 'front' }, spec: { rules: [{ host: 'a.example' }] } },
    });
    const changed = {
      ...before,
      spec: { rules: [{ host: 'b.example' }] },
      status: { loadBalancer: { ingress: [{ ip: '1.1.1.1' }] } },
    };
    const ref = { ...inShop, name: 'front' };

    const status = await clients.networking.replaceNamespacedIngressStatus({ ...ref, body: changed });
    expect(status.spec?.rules?.[0]?.host).toBe('a.example');
    expect(status.status?.loadBalancer?.ingress?.[0]?.ip).toBe('1.1.1.1');

    const again = await clients.networking.replaceNamespacedIngress({
      ...ref,
      body: { ...status, spec: changed.spec, status: {} },
    });
    expect(again.spec?.rules?.[0]?.host).toBe('b.example');
    expect(again.status?.loadBalancer?.ingress?.[0]?.ip).toBe('1.1.1.1');
  });
});

describe('patch', () => {
  const patchWeb = (strategy: string, body: unknown) =>
    clients.apps.patchNamespacedDeployment({ ...web, body, dryRun: 'All' }, as(strategy));
  const containerOf = (deployment: V1Deployment) => deployment.spec?.template.spec?.containers[0];

  test('JSON patch applies all of its operations', async () => {
    const patched = await patchWeb(PatchStrategy.JsonPatch, [
      { op: 'test', path: '/spec/replicas', value: 4 },
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example/web:2' },
      { op: 'add', path: '/metadata/annotations/example.com~1team', value: 'red' },
    ]);

    expect(containerOf(patched)?.image).toBe('registry.example/web:2');
    expect(patched.metadata?.annotations).toMatchObject({ 'example.com/team': 'red' });
  });

  test.each([
    [
      'a test that fails',
      [
        { op: 'test', path: '/spec/replicas', value: 5 },
        { op: 'remove', path: '/spec/replicas' },
      ],
      422,
    ],
    ['a path that is not there', [{ op: 'replace', path: '/spec/ghost/field', value: 1 }], 422],
    ['no list', { op: 'remove', path: '/spec/replicas' }, 400],
    ['a type that does not fit', [{ op: 'replace', path: '/spec/replicas', value: 'many' }], 422],
    ['a result that is invalid', [{ op: 'replace', path: '/spec/replicas', value: -1 }], 422],
  ])('JSON patch: %s is refused', async (_name, body, code) => {
    expect((await refusalOf(patchWeb(PatchStrategy.JsonPatch, body))).code).toBe(code);
  });

  test('merge patch replaces lists and removes by null', async () => {
    const patched = await patchWeb(PatchStrategy.MergePatch, {
      metadata: { labels: { app: null, team: 'red' } },
      spec: { template: { spec: { containers: [{ name: 'only', image: 'a:1' }] } } },
    });

    expect(patched.metadata?.labels).toEqual({ team: 'red' });
    expect(patched.spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['only']);
  });

  test('strategic merge patch merges containers, env and ports by their keys', async () => {
    const patched = await patchWeb(PatchStrategy.StrategicMergePatch, {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'web',
                env: [
                  { name: 'LEVEL', value: 'debug' },
                  { name: 'MODE', $patch: 'delete' },
                ],
                ports: [{ containerPort: 9090, name: 'metrics' }],
              },
              { name: 'sidecar', image: 'b:1' },
            ],
          },
        },
      },
    });

    expect(patched.spec?.template.spec?.containers).toMatchObject([
      {
        name: 'web',
        image: 'registry.example/web:1',
        env: [{ name: 'LEVEL', value: 'debug' }],
        ports: [{ containerPort: 8080 }, { containerPort: 9090 }],
      },
      { name: 'sidecar' },
    ]);
    expect(containerOf(patched)?.env).toHaveLength(1);
  });

  test('what is not spoken is 415', async () => {
    expect((await refusalOf(patchWeb(PatchStrategy.ServerSideApply, {}))).code).toBe(415);
    expect((await refusalOf(patchWeb('application/json', {}))).code).toBe(415);
  });

  test('a resourceVersion in the patch is a precondition', async () => {
    const body = { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } };

    expect((await refusalOf(patchWeb(PatchStrategy.MergePatch, body))).code).toBe(409);
  });

  test('an extra resource takes any shape, but no strategic merge', async () => {
    const ref = {
      group: 'cilium.io',
      version: 'v2',
      namespace: 'shop',
      plural: 'ciliumnetworkpolicies',
      name: 'p',
    };
    const { custom } = clients;
    const body = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'p' },
      spec: { any: [1] },
    };
    await custom.createNamespacedCustomObject({ ...ref, body });

    const merged: unknown = await custom.patchNamespacedCustomObject(
      { ...ref, body: { spec: { more: true } } },
      as(PatchStrategy.MergePatch),
    );
    expect(merged).toMatchObject({ spec: { any: [1], more: true }, metadata: { generation: 2 } });
    const strategic = custom.patchNamespacedCustomObject(
      { ...ref, body: {} },
      as(PatchStrategy.StrategicMergePatch),
    );
    expect((await refusalOf(strategic)).code).toBe(415);
  });
});

describe('scale', () => {
  test('is read and written by itself', async () => {
    const before = await clients.apps.readNamespacedDeploymentScale(web);
    expect(before.spec?.replicas).toBe(4);

    await clients.apps.patchNamespacedDeploymentScale(
      { ...web, body: { spec: { replicas: 2 } } },
      as(PatchStrategy.MergePatch),
    );
    expect(
      (await clients.core.listNamespacedPod({ ...inShop, labelSelector: 'app=web' })).items,
    ).toHaveLength(2);

    const stale = clients.apps.replaceNamespacedDeploymentScale({
      ...web,
      body: { ...before, spec: { replicas: 1 } },
    });
    expect((await refusalOf(stale)).code).toBe(409);
    await clients.apps.replaceNamespacedDeploymentScale({
      ...web,
      body: { metadata: { name: 'web' }, spec: { replicas: 4 } },
    });
  });
});

describe('delete', () => {
  const create = (name: string, metadata: object = {}) =>
    clients.core.createNamespacedConfigMap({ ...inShop, body: { metadata: { name, ...metadata } } });

  test('what is gone is 404, and deleting it again too', async () => {
    await create('brief');
    const ref = { ...inShop, name: 'brief' };

    expect(await clients.core.deleteNamespacedConfigMap(ref)).toMatchObject({ status: 'Success' });

    expect(await refusalOf(clients.core.deleteNamespacedConfigMap(ref))).toMatchObject({
      code: 404,
      message: 'configmaps "brief" not found',
    });
  });

  test('preconditions that do not hold are a Conflict', async () => {
    await create('guarded');
    const ref = { ...inShop, name: 'guarded' };
    for (const preconditions of [{ uid: 'other' }, { resourceVersion: '1' }]) {
      const call = clients.core.deleteNamespacedConfigMap({ ...ref, body: { preconditions } });
      expect((await refusalOf(call)).code).toBe(409);
    }
    await clients.core.readNamespacedConfigMap(ref);
  });

  test('a finalizer holds an object until it is taken away', async () => {
    await create('held', { finalizers: ['example.com/hold'] });
    const ref = { ...inShop, name: 'held' };

    await clients.core.deleteNamespacedConfigMap(ref);
    expect((await clients.core.readNamespacedConfigMap(ref)).metadata?.deletionTimestamp).toBeInstanceOf(
      Date,
    );
    await clients.core.patchNamespacedConfigMap(
      { ...ref, body: { metadata: { finalizers: null } } },
      as(PatchStrategy.MergePatch),
    );

    expect((await refusalOf(clients.core.readNamespacedConfigMap(ref))).code).toBe(404);
  });

  test('a collection goes by its selector', async () => {
    await create('one', { labels: { bulk: 'yes' } });
    await create('two', { labels: { bulk: 'yes' } });
    await create('three', { labels: { bulk: 'no' } });

    await clients.core.deleteCollectionNamespacedConfigMap({ ...inShop, labelSelector: 'bulk=yes' });

    const { items } = await clients.core.listNamespacedConfigMap({ ...inShop, labelSelector: 'bulk' });
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['three']);
  });

  test.each([
    ['Background', 0],
    ['Orphan', 1],
  ])('%s leaves %i ReplicaSets of a deleted Deployment', async (propagationPolicy, count) => {
    const name = `owner-${propagationPolicy.toLowerCase()}`;
    await clients.apps.createNamespacedDeployment({ ...inShop, body: deploymentBody(name, { app: name }) });
    expect(
      (await clients.apps.listNamespacedReplicaSet({ ...inShop, labelSelector: `app=${name}` })).items,
    ).toHaveLength(1);

    await clients.apps.deleteNamespacedDeployment({ ...inShop, name, propagationPolicy });

    const { items } = await clients.apps.listNamespacedReplicaSet({
      ...inShop,
      labelSelector: `app=${name}`,
    });
    expect(items).toHaveLength(count);
  });

  test('a namespace takes all that is in it along; the system ones stay', async () => {
    sim.apply(shop.replaceAll('shop', 'closing'));
    await clients.core.deleteNamespace({ name: 'closing' });

    expect((await refusalOf(clients.core.readNamespace({ name: 'closing' }))).code).toBe(404);
    expect((await clients.core.listNamespacedPod({ namespace: 'closing' })).items).toEqual([]);
    expect((await refusalOf(clients.core.deleteNamespace({ name: 'kube-system' }))).code).toBe(403);
  });
});

describe('manifests', () => {
  test('applied again, an object keeps what the server chose for it', () => {
    const pod = (mood: string) => `
apiVersion: v1
kind: Pod
metadata: { name: again, namespace: shop, annotations: { mood: ${mood} } }
spec: { containers: [{ name: a, image: 'a:1' }] }`;
    const ref = { resource: 'pods', namespace: 'shop', name: 'again' };
    sim.apply(pod('calm'));
    const before = sim.objects.get(ref);

    sim.apply(pod('angry'));

    const after = sim.objects.get(ref);
    expect(after?.metadata.annotations).toEqual({ mood: 'angry' });
    expect(after).toMatchObject({
      spec: before?.spec,
      status: before?.status,
      metadata: { uid: before?.metadata.uid },
    });
  });

  test.each([
    [
      'an unknown kind',
      '{ apiVersion: v1, kind: Gizmo, metadata: { name: a } }',
      'no matches for kind "Gizmo"',
    ],
    [
      'an unknown field',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, dta: {} }',
      'unknown field "dta"',
    ],
    [
      'a missing namespace',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, namespace: x } }',
      '"x" not found',
    ],
    [
      'an invalid object',
      '{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [] } }',
      'Required value',
    ],
  ])('%s is refused', (_name, yaml, message) => {
    expect(() => sim.apply(yaml)).toThrow(message);
  });

  test('two clusters of the same manifests are alike, names and uids included', async () => {
    const now = () => new Date('2026-01-01T00:00:00Z');
    const [one, two] = [
      await startCluster({ manifests: [nodes, shop], now }),
      await startCluster({ manifests: [nodes, shop], now }),
    ];

    expect(one.objects.list('pods')).toEqual(two.objects.list('pods'));
    await one.close();
    await two.close();
  });
});
