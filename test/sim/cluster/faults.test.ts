/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the client takes plain objects for its models */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiException, Watch } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf, until } from './clients.ts';
import { nodes, shop } from './manifests.ts';

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;

beforeAll(async () => {
  sim = await startCluster({ manifests: [nodes, shop] });
  clients = clientsFor(sim, clusterAdmin);
});

afterAll(() => sim.close());

afterEach(() => {
  sim.faults.clear();
  sim.journal.clear();
});

const inShop = { namespace: 'shop' };
const listServices = () => clients.core.listNamespacedService(inShop);

test('a fault hits the next N matching requests, and no other', async () => {
  const fault = sim.faults.fail(
    { verb: 'list', resource: 'services', namespace: 'shop' },
    { kind: 'status', code: 429, retryAfterSeconds: 7 },
    { times: 2 },
  );

  await clients.core.listNamespacedPod(inShop);
  await clients.core.listNamespacedService({ namespace: 'default' });
  const refused = await listServices().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiException);
  expect(refused).toMatchObject({ code: 429, headers: { 'retry-after': '7' } });
  expect((await refusalOf(listServices())).reason).toBe('TooManyRequests');
  await listServices();

  expect(fault.hits).toBe(2);
});

test.each([403, 404, 410, 500, 503, 504])('status %i carries a Status', async (code) => {
  sim.faults.fail({ resource: 'services' }, { kind: 'status', code });

  expect(await refusalOf(listServices())).toMatchObject({ kind: 'Status', code });
});

test('a fault may be for one user only', async () => {
  const user = 'system:serviceaccount:shop:netcheck';
  sim.faults.fail({ user }, { kind: 'status', code: 500 });
  const { core } = clientsFor(sim, { namespace: 'shop', name: 'netcheck' });

  expect((await refusalOf(core.listNamespacedService(inShop))).code).toBe(500);
  await listServices();
});

test('a reset is a broken connection, and the next request is served again', async () => {
  sim.faults.fail({ resource: 'services' }, { kind: 'reset' }, { times: 1 });

  await expect(listServices()).rejects.toThrow('fetch failed');
  await listServices();
});

test('a hang answers nothing until the client gives up', async () => {
  const fault = sim.faults.fail({ path: '/version' }, { kind: 'hang' });
  const abort = new AbortController();
  const headers = { Authorization: `Bearer ${sim.token(clusterAdmin)}` };
  const call = fetch(`${sim.url}/version`, { headers, signal: abort.signal });

  await until(() => fault.hits === 1);
  abort.abort();

  await expect(call).rejects.toThrow('aborted');
  expect(sim.journal.entries.at(-1)).toMatchObject({ status: 0, url: '/version' });
});

test('a delay answers as usual, later', async () => {
  sim.faults.fail({ resource: 'services' }, { kind: 'delay', milliseconds: 50 });
  const before = performance.now();

  expect((await listServices()).items).toHaveLength(1);

  expect(performance.now() - before).toBeGreaterThanOrEqual(45);
});

describe('open watches', () => {
  test('can be ended, and end with the server', async () => {
    const ended: unknown[] = [];
    const start = () =>
      new Watch(clients.config).watch(
        '/api/v1/pods',
        {},
        () => undefined,
        (error: unknown) => ended.push(error),
      );
    await start();
    await until(() => sim.watches.count === 1);

    sim.watches.end('services');
    expect(sim.watches.count).toBe(1);
    sim.watches.end('pods');

    await until(() => ended.length === 1);
    expect(sim.watches.count).toBe(0);
  });
});

describe('the journal', () => {
  test('tells who asked for what, and what was answered', async () => {
    await listServices();
    await refusalOf(clientsFor(sim, 'nobody').core.readNamespacedPodLog({ ...inShop, name: 'x' }));
    await refusalOf(
      clients.core.createNamespacedConfigMap({
        ...inShop,
        body: { metadata: { name: 'Bad' } },
        dryRun: 'All',
      }),
    );
    await fetch(`${sim.url}/version`);

    expect(
      sim.journal.entries.map(({ verb, resource, namespace, name, user, status, dryRun }) =>
        [verb, resource, namespace, name, user, status, dryRun].join(' '),
      ),
    ).toEqual([
      'list services shop  kubernetes-admin 200 false',
      'get pods/log shop x nobody 403 false',
      'create configmaps shop  kubernetes-admin 422 true',
      'get     401 false',
    ]);
    expect(sim.journal.matching({ status: 403 })).toHaveLength(1);
  });
});
