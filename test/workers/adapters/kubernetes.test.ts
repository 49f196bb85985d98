import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterAdmin, writeKubeconfig, type Identity } from '../../../sim/cluster/identities.ts';
import type { FaultAnswer } from '../../../sim/cluster/fault-injection.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { freePort } from '../../../sim/world/processes.ts';
import { createClusterReader, loadKubeConfig } from '../../../workers/adapters/kubernetes.ts';
import { kinds, type Kind } from '../../../workers/cluster-objects.ts';
import { CannotLook, type ClusterReader } from '../../../workers/ports.ts';
import { nodes, reader as readerRole, shop } from '../../sim/cluster/manifests.ts';
import { serve } from '../../support/servers.ts';

const soon = (): AbortSignal => AbortSignal.timeout(5000);
const more = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { a: b }
---
apiVersion: v1
kind: Event
metadata: { name: web.1, namespace: shop }
type: Warning
reason: Unhealthy
message: Readiness probe failed
count: 3
lastTimestamp: '2026-01-01T00:00:00Z'
involvedObject: { kind: Pod, name: web-1, namespace: shop }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: kube-system }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: agent, image: registry.example/agent:1 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store, namespace: kube-system }
spec:
  serviceName: store
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec: { containers: [{ name: store, image: registry.example/store:1 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;

function configFor(sim: ClusterSim, identity: Identity): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(identity));
  return config;
}

function configOf(yaml: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(yaml);
  return config;
}

async function whyOf(looking: Promise<unknown>): Promise<{ reason: string; detail: string }> {
  const error: unknown = await looking.then(
    () => new Error('it could look'),
    (reason: unknown) => reason,
  );
  if (error instanceof CannotLook) return error.why;
  throw error;
}

describe.each([['plain'], ['tls']])('a cluster over %s HTTP', (wire) => {
  let sim: ClusterSim;
  let cluster: ClusterReader;
  beforeAll(async () => {
    sim = await startCluster({ manifests: [nodes, shop, readerRole, more], tls: wire === 'tls' });
    cluster = createClusterReader(configFor(sim, clusterAdmin));
  });
  afterAll(() => sim.close());

  test.each<[Kind, string]>([
    ['services', 'web'],
    ['pods', 'web-'],
    ['configmaps', 'settings'],
    ['events', 'web.1'],
    ['nodes', 'node-a'],
    ['deployments', 'web'],
    ['statefulsets', 'store'],
    ['daemonsets', 'agent'],
    ['endpointslices', 'web-'],
    ['networkpolicies', 'deny'],
  ])('lists %s', async (kind, name) => {
    const everywhere = await cluster.list(kind, {}, soon());
    const found = everywhere.find(({ metadata }) => metadata.name.startsWith(name));
    expect(found).toBeDefined();
    const { namespace = '' } = found?.metadata ?? {};
    const inside = await cluster.list(kind, kinds[kind].namespaced ? { namespace } : {}, soon());
    expect(inside).toEqual(everywhere.filter(({ metadata }) => metadata.namespace === namespace));
  });
});

test('every kind is listed above', () => {
  expect(Object.keys(kinds)).toHaveLength(10);
});

describe('the reader', () => {
  let sim: ClusterSim;
  let cluster: ClusterReader;
  beforeAll(async () => {
    sim = await startCluster({ manifests: [nodes, shop, readerRole, more] });
    cluster = createClusterReader(configFor(sim, clusterAdmin));
  });
  afterAll(() => sim.close());
  afterEach(() => sim.faults.clear());

  test('selects by label', async () => {
    expect(await cluster.list('pods', { namespace: 'shop', labelSelector: 'app=web' }, soon())).toHaveLength(
      4,
    );
    expect(await cluster.list('pods', { namespace: 'shop', labelSelector: 'app=x' }, soon())).toEqual([]);
  });

  test('turns every page', async () => {
    const maps = Array.from({ length: 1203 }, (_, i) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `m${i}`, namespace: 'default' },
    }));
    sim.apply(maps.map((map) => JSON.stringify(map)).join('\n---\n'));
    sim.journal.clear();
    const all = await cluster.list('configmaps', { namespace: 'default' }, soon());
    expect(new Set(all.map(({ metadata }) => metadata.name)).size).toBe(1203);
    expect(sim.journal.matching({ resource: 'configmaps', verb: 'list' })).toHaveLength(3);
  });

  test.each<[FaultAnswer, string, string]>([
    [{ kind: 'status', code: 401 }, 'forbidden', 'the API server does not accept the credentials (401)'],
    [{ kind: 'status', code: 403, message: 'pods is forbidden' }, 'forbidden', 'pods is forbidden'],
    [{ kind: 'status', code: 404 }, 'not-found', 'the server could not find the requested resource'],
    [{ kind: 'status', code: 410 }, 'rejected', 'resourceVersion for the provided list is too old'],
    [
      { kind: 'status', code: 429, retryAfterSeconds: 30 },
      'unreachable',
      'Too many requests, please try again later.',
    ],
    [{ kind: 'status', code: 500 }, 'unreachable', 'Internal error occurred'],
    [{ kind: 'status', code: 503 }, 'unreachable', 'unable to handle the request'],
    [{ kind: 'status', code: 504 }, 'timed-out', 'request did not complete within requested timeout'],
    [{ kind: 'reset' }, 'unreachable', 'the API server could not be reached (ECONNRESET)'],
  ])('says why it could not look: %j', async (fault, reason, words) => {
    sim.faults.fail({ resource: 'pods' }, fault);
    const started = performance.now();
    const why = await whyOf(cluster.list('pods', {}, soon()));
    expect(why.reason).toBe(reason);
    expect(why.detail).toContain(words);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await cluster.list('services', {}, soon())).toHaveLength(1);
  });

  test('gives up when the signal fires, while it waits', async () => {
    sim.faults.fail({ resource: 'pods' }, { kind: 'hang' });
    const started = performance.now();
    expect(await whyOf(cluster.list('pods', {}, AbortSignal.timeout(200)))).toEqual({
      reason: 'timed-out',
      detail: 'the API server did not answer in time',
    });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('a role that allows less: what is missing is named', async () => {
    const narrow = createClusterReader(configFor(sim, { namespace: 'shop', name: 'netcheck' }));
    expect(await narrow.list('pods', { namespace: 'shop' }, soon())).toHaveLength(4);
    const why = await whyOf(narrow.list('endpointslices', { namespace: 'shop' }, soon()));
    expect(why.reason).toBe('forbidden');
    expect(why.detail).toMatch(/^endpointslices\.discovery\.k8s\.io is forbidden: .*cannot list resource/);
  });

  test('a token nobody knows', async () => {
    const stranger = createClusterReader(configOf(writeKubeconfig(sim.url, 'stale', undefined)));
    expect(await whyOf(stranger.list('pods', {}, soon()))).toMatchObject({ reason: 'forbidden' });
  });
});

describe('where no API server is', () => {
  test('nobody answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const cluster = createClusterReader(configOf(writeKubeconfig(url, 'x', undefined)));
    expect(await whyOf(cluster.list('pods', {}, soon()))).toEqual({
      reason: 'unreachable',
      detail: 'the API server could not be reached (ECONNREFUSED)',
    });
  });

  test.each([
    [200, 'text/html', '<html>hello</html>', 'rejected', 'what answers is not the Kubernetes API'],
    [200, 'application/json', '{"items":', 'rejected', 'what answers is not the Kubernetes API'],
    [502, 'text/html', '<html>bad gateway</html>', 'unreachable', 'the API server answered 502'],
  ])('something else answers: %i %s', async (status, type, body, reason, detail) => {
    const server = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    const cluster = createClusterReader(configOf(writeKubeconfig(server.url, 'x', undefined)));
    expect(await whyOf(cluster.list('pods', {}, soon()))).toEqual({ reason, detail });
    await server.close();
  });

  test('a certificate that nobody vouches for', async () => {
    const sim = await startCluster({ manifests: [], tls: true });
    const other = await startCluster({ manifests: [], tls: true });
    const yaml = writeKubeconfig(sim.url, sim.token(clusterAdmin), other.certificate);
    const why = await whyOf(createClusterReader(configOf(yaml)).list('pods', {}, soon()));
    expect(why.reason).toBe('unreachable');
    expect(why.detail).toMatch(/^the API server could not be reached \((DEPTH|SELF|UNABLE|CERT|ERR)/);
    await sim.close();
    await other.close();
  });
});

describe('the kubeconfig', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'netcheck-test-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test.each([
    ['there is none', undefined, /KUBECONFIG: cannot read .*kubeconfig.*: ENOENT/],
    ['it is no YAML', '{{{', /KUBECONFIG: cannot read .*kubeconfig/],
    ['it is empty', '', /KUBECONFIG: cannot read .*the input is empty/],
    ['it has no context', 'apiVersion: v1\nkind: Config\n', /KUBECONFIG: .*kubeconfig names no cluster/],
    [
      'its context is missing',
      'apiVersion: v1\nkind: Config\ncurrent-context: gone\n',
      /KUBECONFIG: .*kubeconfig names no cluster/,
    ],
  ])('says what is wrong where %s', async (name, text, message) => {
    const path = join(dir, `${name}.kubeconfig`);
    if (text !== undefined) await writeFile(path, text);
    expect(() => loadKubeConfig(path)).toThrow(message);
  });

  test('is read from the file named', async () => {
    const path = join(dir, 'kubeconfig');
    await writeFile(path, writeKubeconfig('http://127.0.0.1:1', 'x', undefined));
    expect(loadKubeConfig(path).getCurrentCluster()?.server).toBe('http://127.0.0.1:1');
  });
});
