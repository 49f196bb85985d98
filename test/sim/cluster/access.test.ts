/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the client takes plain objects for its models */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig, VersionApi } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf } from './clients.ts';
import { nodes, reader, shop } from './manifests.ts';

const netcheck = { namespace: 'shop', name: 'netcheck' };
const user = 'system:serviceaccount:shop:netcheck';

let sim: ClusterSim;

beforeAll(async () => {
  sim = await startCluster({ manifests: [nodes, shop, reader] });
});

afterAll(() => sim.close());

async function fetchAs(token: string | undefined, path: string, init: RequestInit = {}) {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(`${sim.url}${path}`, { ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('who asks', () => {
  test.each([
    ['no token', undefined],
    ['an unknown token', 'guessed'],
  ])('%s is 401 with a Status', async (_name, token) => {
    const { status, text } = await fetchAs(token, '/api/v1/namespaces/shop/pods');

    expect(status).toBe(401);
    expect(JSON.parse(text)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
  });

  test('a ServiceAccount that does not exist has no token', () => {
    expect(() => sim.kubeconfig({ namespace: 'shop', name: 'ghost' })).toThrow(
      'serviceaccounts "ghost" not found',
    );
  });

  test('the token of a deleted ServiceAccount is worth nothing', async () => {
    sim.apply('{ apiVersion: v1, kind: ServiceAccount, metadata: { name: brief, namespace: shop } }');
    const { core } = clientsFor(sim, { namespace: 'shop', name: 'brief' });
    expect((await refusalOf(core.listNamespacedPod({ namespace: 'shop' }))).code).toBe(403);

    sim.objects.remove({ resource: 'serviceaccounts', namespace: 'shop', name: 'brief' });

    expect((await refusalOf(core.listNamespacedPod({ namespace: 'shop' }))).code).toBe(401);
  });

  test('TLS: the kubeconfig carries the certificate, and nobody else trusts it', async () => {
    const secure = await startCluster({ tls: true, manifests: [shop] });
    try {
      const { core } = clientsFor(secure, netcheck);

      expect((await refusalOf(core.listNamespacedPod({ namespace: 'shop' }))).code).toBe(403);
      await expect(fetch(secure.url)).rejects.toThrow();
    } finally {
      await secure.close();
    }
  });
});

describe('who may', () => {
  test('what a Role grants is served', async () => {
    const { items } = await clientsFor(sim, netcheck).core.listNamespacedPod({ namespace: 'shop' });

    expect(items).toHaveLength(4);
  });

  const { core, apps } = (() => {
    const lazy =
      <T>(pick: (clients: ReturnType<typeof clientsFor>) => T) =>
      () =>
        pick(clientsFor(sim, netcheck));
    return { core: lazy((clients) => clients.core), apps: lazy((clients) => clients.apps) };
  })();

  test.each([
    [
      'another resource',
      () => core().listNamespacedSecret({ namespace: 'shop' }),
      `secrets is forbidden: User "${user}" cannot list resource "secrets" in API group "" in the namespace "shop"`,
    ],
    [
      'another namespace',
      () => core().listNamespacedService({ namespace: 'default' }),
      `services is forbidden: User "${user}" cannot list resource "services" in API group "" in the namespace "default"`,
    ],
    [
      'all namespaces',
      () => core().listPodForAllNamespaces(),
      `pods is forbidden: User "${user}" cannot list resource "pods" in API group "" at the cluster scope`,
    ],
    [
      'another group',
      () => apps().readNamespacedDeployment({ namespace: 'shop', name: 'web' }),
      `deployments.apps "web" is forbidden: User "${user}" cannot get resource "deployments" in API group "apps" in the namespace "shop"`,
    ],
    [
      'a subresource of what is granted',
      () => core().readNamespacedPodLog({ namespace: 'shop', name: 'any' }),
      `pods "any" is forbidden: User "${user}" cannot get resource "pods/log" in API group "" in the namespace "shop"`,
    ],
    [
      'a name that is not listed',
      () => core().readNamespacedConfigMap({ namespace: 'shop', name: 'private' }),
      `configmaps "private" is forbidden: User "${user}" cannot get resource "configmaps" in API group "" in the namespace "shop"`,
    ],
    [
      'a verb that is not granted, on what does not even exist',
      () => core().deleteNamespacedService({ namespace: 'shop', name: 'ghost' }),
      `services "ghost" is forbidden: User "${user}" cannot delete resource "services" in API group "" in the namespace "shop"`,
    ],
  ])('%s is 403 in the words of Kubernetes', async (_name, call, message) => {
    expect(await refusalOf(call())).toMatchObject({ code: 403, reason: 'Forbidden', message });
  });

  test('resourceNames hold for a list narrowed to that name', async () => {
    const narrowed = { namespace: 'shop', fieldSelector: 'metadata.name=public' };

    expect((await core().listNamespacedConfigMap(narrowed)).items).toEqual([]);
    expect((await refusalOf(core().listNamespacedConfigMap({ namespace: 'shop' }))).code).toBe(403);
  });

  test('a binding made later grants at once; deleted, it grants no more', async () => {
    const binding = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: temporary, namespace: default }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: netcheck, namespace: shop }]`;
    sim.apply(binding);
    await core().listNamespacedSecret({ namespace: 'default' });
    expect((await refusalOf(core().listNamespacedSecret({ namespace: 'kube-system' }))).code).toBe(403);

    const resource = 'rolebindings.rbac.authorization.k8s.io';
    sim.objects.remove({ resource, namespace: 'default', name: 'temporary' });

    expect((await refusalOf(core().listNamespacedSecret({ namespace: 'default' }))).code).toBe(403);
  });

  test('a binding to a missing role is said in the refusal', async () => {
    sim.apply(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: broken, namespace: kube-public }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: gone }
subjects: [{ kind: ServiceAccount, name: netcheck, namespace: shop }]`);

    const { message } = await refusalOf(core().listNamespacedPod({ namespace: 'kube-public' }));

    expect(message).toMatch(/: RBAC: role\.rbac\.authorization\.k8s\.io "gone" not found$/);
  });
});

describe('acting as another', () => {
  const path = '/api/v1/namespaces/shop/pods';
  const asUser = (name: string) => ({ headers: { 'Impersonate-User': name } });

  test('an administrator sees what the other sees, and no more', async () => {
    const admin = sim.token(clusterAdmin);

    expect((await fetchAs(admin, path, asUser(user))).status).toBe(200);
    const refused = await fetchAs(admin, '/api/v1/namespaces/shop/secrets', asUser(user));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(`User \\"${user}\\" cannot list resource`);
  });

  test('nobody else may', async () => {
    const { status, text } = await fetchAs(sim.token(netcheck), path, asUser('kubernetes-admin'));

    expect(status).toBe(403);
    expect((JSON.parse(text) as { message: string }).message).toBe(
      `users "kubernetes-admin" is forbidden: User "${user}" cannot impersonate resource "users" in API group "" at the cluster scope`,
    );
  });
});

describe('reviews', () => {
  test.each([
    ['list', 'pods', '', true],
    ['delete', 'pods', '', false],
    ['get', 'pods', 'log', false],
    ['list', 'services', '', true],
  ])('SelfSubjectAccessReview: may I %s %s/%s', async (verb, resource, subresource, allowed) => {
    const { authorization } = clientsFor(sim, netcheck);

    const review = await authorization.createSelfSubjectAccessReview({
      body: { spec: { resourceAttributes: { verb, resource, subresource, namespace: 'shop' } } },
    });

    expect(review.status?.allowed).toBe(allowed);
    if (allowed) {
      expect(review.status?.reason).toBe(
        'RBAC: allowed by RoleBinding "reader/shop" of Role "reader" to ServiceAccount "netcheck/shop"',
      );
    }
  });

  test('SelfSubjectRulesReview lists the rules of the namespace', async () => {
    const { authorization } = clientsFor(sim, netcheck);

    const { status } = await authorization.createSelfSubjectRulesReview({
      body: { spec: { namespace: 'shop' } },
    });

    expect(status?.incomplete).toBe(false);
    expect(status?.resourceRules).toContainEqual({
      verbs: ['get', 'list', 'watch'],
      apiGroups: [''],
      resources: ['pods', 'services'],
    });
    expect(status?.nonResourceRules.flatMap(({ nonResourceURLs }) => nonResourceURLs)).toContain('/version');
  });

  test('a review without attributes is invalid, and reviews are not kept', async () => {
    const { authorization } = clientsFor(sim, netcheck);

    const refused = await refusalOf(authorization.createSelfSubjectAccessReview({ body: { spec: {} } }));

    expect(refused).toMatchObject({ code: 422, reason: 'Invalid' });
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    expect((await fetchAs(sim.token(clusterAdmin), path)).status).toBe(405);
  });
});

describe('what there is', () => {
  test('the client reads the version', async () => {
    const config = new KubeConfig();
    config.loadFromString(sim.kubeconfig(netcheck));

    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toMatch(/^v1\.\d+\.\d+/);
  });

  test.each(['/healthz', '/livez', '/readyz'])('%s is ok', async (path) => {
    expect(await fetchAs(sim.token(netcheck), path)).toMatchObject({ status: 200, text: 'ok' });
  });

  test.each([
    ['/api', 'APIVersions'],
    ['/apis', 'APIGroupList'],
    ['/apis/apps', 'APIGroup'],
    ['/api/v1', 'APIResourceList'],
    ['/apis/discovery.k8s.io/v1', 'APIResourceList'],
  ])('%s is a %s', async (path, kind) => {
    const { status, text } = await fetchAs(sim.token(netcheck), path);

    expect({ status, kind: (JSON.parse(text) as { kind: string }).kind }).toEqual({ status: 200, kind });
  });

  test.each([
    ['GET', '/apis/invented.example/v1/things', 404],
    ['GET', '/api/v1/inventions', 404],
    ['GET', '/openapi/v3', 404],
    ['GET', '/api/v1/namespaces/shop/pods/any/exec', 404],
    ['POST', '/api/v1/pods', 405],
    ['PUT', '/api/v1/namespaces/shop/pods', 405],
    ['DELETE', '/api/v1/namespaces', 405],
  ])('%s %s is %i even for an administrator', async (method, path, status) => {
    expect((await fetchAs(sim.token(clusterAdmin), path, { method })).status).toBe(status);
  });

  test.each([
    ['application/vnd.kubernetes.protobuf', 406],
    ['application/json;as=Table;v=v1;g=meta.k8s.io', 406],
    ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json', 200],
    ['*/*', 200],
  ])('Accept: %s is %i', async (accept, status) => {
    const headers = { Accept: accept };

    expect((await fetchAs(sim.token(netcheck), '/api/v1/namespaces/shop/pods', { headers })).status).toBe(
      status,
    );
  });
});
