import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeInformer, Watch, type V1Pod } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf, until } from './clients.ts';
import { nodes, shop } from './manifests.ts';

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;

const configMap = (name: string, labels: Readonly<Record<string, string>>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', labels } });

beforeAll(async () => {
  sim = await startCluster({ manifests: [nodes, shop], bookmarkEvery: 20 });
  clients = clientsFor(sim, clusterAdmin);
  sim.apply(configMap('a', { app: 'x', size: '1' }));
  sim.apply(configMap('b', { app: 'y', size: '5' }));
  sim.apply(configMap('c', { app: 'y' }));
  sim.apply(configMap('d', {}));
});

afterAll(() => sim.close());

const namesOf = (list: { readonly items: readonly { readonly metadata?: { readonly name?: string } }[] }) =>
  list.items.map(({ metadata }) => metadata?.name);

describe('label selectors', () => {
  test.each([
    ['app=y', ['b', 'c']],
    ['app==x', ['a']],
    ['app!=y', ['a', 'd']],
    ['app in (x, z)', ['a']],
    ['app notin (x)', ['b', 'c', 'd']],
    ['size', ['a', 'b']],
    ['!size', ['c', 'd']],
    ['size>3', ['b']],
    ['app=y,!size', ['c']],
    ['', ['a', 'b', 'c', 'd']],
  ])('%s selects %j', async (labelSelector, names) => {
    expect(namesOf(await clients.core.listNamespacedConfigMap({ namespace: 'shop', labelSelector }))).toEqual(
      names,
    );
  });

  test.each(['app in (x', 'app=-bad-', '=x', 'size>many', 'a=b,,c=d'])(
    '%s is refused',
    async (labelSelector) => {
      const call = clients.core.listNamespacedConfigMap({ namespace: 'shop', labelSelector });

      expect(await refusalOf(call)).toMatchObject({ code: 400, reason: 'BadRequest' });
    },
  );
});

describe('field selectors', () => {
  test.each([
    ['spec.nodeName=node-a', 2],
    ['status.phase=Running', 4],
    ['status.phase!=Running', 0],
    ['status.phase=Running,spec.nodeName=node-b', 2],
    ['metadata.namespace=shop', 4],
  ])('pods %s: %i', async (fieldSelector, count) => {
    expect((await clients.core.listPodForAllNamespaces({ fieldSelector })).items).toHaveLength(count);
  });

  test.each([
    ['pods', 'spec.hostname=a', 'field label not supported: spec.hostname'],
    [
      'configmaps',
      'data.key=a',
      '"data.key" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
  ])('%s %s is refused', async (resource, fieldSelector, message) => {
    const call =
      resource === 'pods'
        ? clients.core.listPodForAllNamespaces({ fieldSelector })
        : clients.core.listNamespacedConfigMap({ namespace: 'shop', fieldSelector });

    expect(await refusalOf(call)).toMatchObject({ code: 400, message });
  });

  test('events are found by what they are about, in both groups', async () => {
    sim.apply(`
apiVersion: v1
kind: Event
metadata: { name: web.1, namespace: shop }
involvedObject: { kind: Pod, name: web-1, namespace: shop }
reason: Unhealthy
message: Readiness probe failed
type: Warning
count: 3
source: { component: kubelet }`);
    const find = (name: string) =>
      clients.core.listNamespacedEvent({
        namespace: 'shop',
        fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}`,
      });

    expect(namesOf(await find('web-1'))).toEqual(['web.1']);
    expect(namesOf(await find('web-2'))).toEqual([]);
    const all = (await clients.events.listNamespacedEvent({ namespace: 'shop' })).items;
    const young = all.find(({ regarding }) => regarding?.name === 'web-1');
    expect(young).toMatchObject({
      note: 'Readiness probe failed',
      regarding: { name: 'web-1' },
      deprecatedCount: 3,
    });
  });
});

describe('pages', () => {
  test('continue walks one consistent list, whatever is written meanwhile', async () => {
    const first = await clients.core.listNamespacedConfigMap({ namespace: 'shop', limit: 2 });
    expect(first.metadata?.remainingItemCount).toBe(2);
    sim.apply(configMap('bb', {}));
    sim.objects.remove({ resource: 'configmaps', namespace: 'shop', name: 'c' });

    const _continue = first.metadata?._continue ?? '';
    const second = await clients.core.listNamespacedConfigMap({ namespace: 'shop', limit: 2, _continue });

    expect([...namesOf(first), ...namesOf(second)]).toEqual(['a', 'b', 'c', 'd']);
    expect(second.metadata?._continue).toBeUndefined();
    sim.objects.remove({ resource: 'configmaps', namespace: 'shop', name: 'bb' });
    sim.apply(configMap('c', { app: 'y' }));
  });

  test('a token older than the history is 410 Expired', async () => {
    const first = await clients.core.listNamespacedConfigMap({ namespace: 'shop', limit: 1 });
    sim.apply(configMap('later', {}));
    sim.objects.compact();

    const _continue = first.metadata?._continue ?? '';
    const call = clients.core.listNamespacedConfigMap({ namespace: 'shop', _continue });

    expect(await refusalOf(call)).toMatchObject({ code: 410, reason: 'Expired' });
    sim.objects.remove({ resource: 'configmaps', namespace: 'shop', name: 'later' });
  });

  test.each([
    [{ _continue: 'rubbish' }, 400],
    [{ resourceVersion: 'abc' }, 400],
    [{ resourceVersion: '999999999' }, 504],
    [{ resourceVersion: '1', resourceVersionMatch: 'Exact' }, 410],
  ])('%j is refused with %i', async (options, code) => {
    expect((await refusalOf(clients.core.listNamespacedPod({ namespace: 'shop', ...options }))).code).toBe(
      code,
    );
  });

  test('items of a list carry neither kind nor apiVersion, as on the real wire', async () => {
    const headers = { Authorization: `Bearer ${sim.token(clusterAdmin)}` };

    const response = await fetch(`${sim.url}/api/v1/namespaces/shop/services`, { headers });

    const list = (await response.json()) as { kind: string; items: readonly object[] };
    expect(list.kind).toBe('ServiceList');
    expect(Object.keys(list.items[0] ?? {})).not.toContain('kind');
  });
});

interface Seen {
  readonly type: string;
  readonly object: {
    readonly code?: number;
    readonly kind?: string;
    readonly metadata: { readonly name?: string; readonly resourceVersion?: string };
  };
}

describe('watch', () => {
  const path = '/api/v1/namespaces/shop/configmaps';

  async function startWatch(query: Readonly<Record<string, string | boolean>>, at = path) {
    const seen: Seen[] = [];
    let failure: unknown;
    let over = false;
    const controller = await new Watch(clients.config).watch(
      at,
      query,
      (type, object: Seen['object']) => seen.push({ type, object }),
      (error: unknown) => {
        over = true;
        failure = error;
      },
    );
    return {
      seen,
      lines: () => seen.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`),
      isOver: () => over,
      failure: () => failure,
      stop: () => controller.abort(),
    };
  }

  const resourceVersion = async () =>
    (await clients.core.listNamespacedConfigMap({ namespace: 'shop' })).metadata?.resourceVersion ?? '';

  const change = (name: string, labels: Readonly<Record<string, string>>) =>
    sim.apply(configMap(name, labels));

  test('from a resourceVersion: what came after it, in order, and nothing else', async () => {
    const since = await resourceVersion();
    change('w', {});
    const watch = await startWatch({ resourceVersion: since });
    change('w', { app: 'z' });
    sim.objects.remove({ resource: 'configmaps', namespace: 'shop', name: 'w' });

    await until(() => watch.seen.length === 3);

    expect(watch.lines()).toEqual(['ADDED w', 'MODIFIED w', 'DELETED w']);
    const versions = watch.seen.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    watch.stop();
  });

  test('without one: first what is there', async () => {
    const watch = await startWatch({ labelSelector: 'app=y' });

    await until(() => watch.seen.length === 2);

    expect(watch.lines()).toEqual(['ADDED b', 'ADDED c']);
    watch.stop();
  });

  test('a selector makes its own world: leaving it is DELETED, entering it ADDED', async () => {
    change('mover', { team: 'one' });
    const watch = await startWatch({ resourceVersion: await resourceVersion(), labelSelector: 'team=two' });
    change('mover', { team: 'two' });
    change('mover', { team: 'one' });

    await until(() => watch.seen.length === 2);

    expect(watch.lines()).toEqual(['ADDED mover', 'DELETED mover']);
    watch.stop();
  });

  test('a resourceVersion older than the history is an ERROR event of 410', async () => {
    const since = await resourceVersion();
    change('mover', { team: 'three' });
    sim.objects.compact();

    const watch = await startWatch({ resourceVersion: since });
    await until(() => watch.isOver());

    expect(watch.seen).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410 } }]);
  });

  test('bookmarks come if asked for, and not otherwise', async () => {
    const since = await resourceVersion();
    const plain = await startWatch({ resourceVersion: since });
    const marked = await startWatch({ resourceVersion: since, allowWatchBookmarks: true });

    await until(() => marked.seen.length >= 2);

    expect(marked.seen.map(({ type }) => type)).toContain('BOOKMARK');
    expect(marked.seen[0]?.object.metadata.resourceVersion).toBe(since);
    expect(plain.seen).toEqual([]);
    plain.stop();
    marked.stop();
  });

  test('timeoutSeconds ends it without an error', async () => {
    const watch = await startWatch({ resourceVersion: await resourceVersion(), timeoutSeconds: '1' });

    await until(() => watch.isOver());

    expect(watch.failure()).toBeNull();
  });

  test('watching needs its own verb', async () => {
    sim.apply(`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: lister, namespace: shop }
rules: [{ apiGroups: [''], resources: [configmaps], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: lister, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: lister }
subjects: [{ kind: User, name: lister }]`);
    const { config, core } = clientsFor(sim, 'lister');
    await core.listNamespacedConfigMap({ namespace: 'shop' });
    let failure: unknown;

    await new Watch(config).watch(
      path,
      {},
      () => undefined,
      (error: unknown) => (failure = error),
    );

    expect(failure).toMatchObject({ statusCode: 403 });
  });
});

test('the informer keeps up with changes, through an expired watch', async () => {
  const known = new Map<string, string>();
  const informer = makeInformer<V1Pod>(clients.config, '/api/v1/namespaces/shop/pods', () =>
    clients.core.listNamespacedPod({ namespace: 'shop' }),
  );
  const note = (pod: V1Pod) => known.set(pod.metadata?.name ?? '', pod.metadata?.labels?.['team'] ?? '');
  informer.on('add', note);
  informer.on('update', note);
  informer.on('delete', (pod) => known.delete(pod.metadata?.name ?? ''));
  await informer.start();
  await until(() => sim.watches.count === 1);
  const [name = ''] = known.keys();
  expect(known.size).toBe(4);

  sim.watches.expire('pods');
  sim.objects.change({ resource: 'pods', namespace: 'shop', name }, (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, team: 'red' } },
  }));

  await until(() => known.get(name) === 'red');
  await informer.stop();
});
