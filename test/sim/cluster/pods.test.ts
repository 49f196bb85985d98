/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the client takes plain objects for its models */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Log, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { PodRunner } from '../../../sim/cluster/kubelet/run-containers.ts';
import { clusterAdmin } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf, until } from './clients.ts';
import { nodes, shop } from './manifests.ts';

/** Plays containers of the image `probe`: prints, waits to be told, exits as its first argument says. */
const released = new Set<string>();
const aborted: string[] = [];
const runner: PodRunner = {
  accepts: (_pod, { image }) => image === 'probe:1',
  async run(process) {
    const { pod, container, signal } = process;
    process.log(`{"probe":"${container.name}"}\n`);
    signal.addEventListener('abort', () => aborted.push(pod.metadata.name));
    await until(() => signal.aborted || released.has(container.name));
    process.log('done\n');
    return container.name === 'failing' ? 3 : 0;
  },
};

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;

beforeAll(async () => {
  sim = await startCluster({ manifests: [nodes, shop], runners: [runner] });
  clients = clientsFor(sim, clusterAdmin);
});

afterAll(() => sim.close());

const inShop = { namespace: 'shop' };
const strategic = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

async function createPod(name: string, spec: object) {
  await clients.core.createNamespacedPod({ ...inShop, body: { metadata: { name }, spec: spec as never } });
  return { ...inShop, name };
}

describe('logs', () => {
  const start = Date.parse('2026-11-21T12:00:00Z');

  test('tail, since, timestamps and the previous container', async () => {
    const pod = await createPod('talker', { containers: [{ name: 'main', image: 'a:1' }] });
    const ref = { namespace: 'shop', pod: 'talker', container: 'main' };
    const now = Date.now();
    sim.logs.set(ref, [
      { at: new Date(start), text: 'old' },
      { at: new Date(now - 5_000), text: 'recent' },
      { at: new Date(now), text: 'now' },
    ]);
    const read = (options: object) => clients.core.readNamespacedPodLog({ ...pod, ...options });

    expect(await read({})).toBe('old\nrecent\nnow\n');
    expect(await read({ tailLines: 1 })).toBe('now\n');
    expect(await read({ sinceSeconds: 60 })).toBe('recent\nnow\n');
    expect(await read({ timestamps: true, limitBytes: 28 })).toBe('2026-11-21T12:00:00.000Z old');
    expect(await refusalOf(read({ previous: true }))).toMatchObject({
      code: 400,
      message: 'previous terminated container "main" in pod "talker" not found',
    });
    sim.logs.set(ref, 'crashed\n', 'previous');
    expect(await read({ previous: true })).toBe('crashed\n');
    expect((await refusalOf(read({ tailLines: -1 }))).code).toBe(422);
  });

  test('several containers: one must be named, and must be there', async () => {
    const pod = await createPod('pair', {
      containers: [
        { name: 'a', image: 'a:1' },
        { name: 'b', image: 'b:1' },
      ],
    });
    const read = (container?: string) =>
      clients.core.readNamespacedPodLog(container === undefined ? pod : { ...pod, container });

    expect(await refusalOf(read())).toMatchObject({
      code: 400,
      message: 'a container name must be specified for pod pair, choose one of: [a b]',
    });
    expect((await refusalOf(read('c'))).message).toBe('container c is not valid for pod pair');
    expect(await read('b')).toBe('');
  });

  test('a pod without a node has no log, and nobody to say so', async () => {
    const pod = await createPod('waiting', {
      nodeSelector: { disk: 'none' },
      containers: [{ name: 'a', image: 'a:1' }],
    });

    const headers = { Authorization: `Bearer ${sim.token(clusterAdmin)}` };
    const answer = await fetch(`${sim.url}/api/v1/namespaces/shop/pods/waiting/log`, { headers });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const { status } = await clients.core.readNamespacedPod(pod);
    expect(status).toMatchObject({ phase: 'Pending', conditions: [{ reason: 'Unschedulable' }] });
  });

  test('following ends with the container', async () => {
    await createPod('followed', {
      restartPolicy: 'Never',
      containers: [{ name: 'probe', image: 'probe:1' }],
    });
    const stream = new PassThrough();
    await new Log(clients.config).log('shop', 'followed', 'probe', stream, { follow: true });
    released.add('probe');

    expect(await text(stream)).toBe('{"probe":"probe"}\ndone\n');
  });
});

describe('containers that are really run', () => {
  test('the exit code ends the pod', async () => {
    const pod = await createPod('fails', {
      restartPolicy: 'Never',
      containers: [{ name: 'failing', image: 'probe:1' }],
    });
    released.add('failing');
    await until(() => sim.objects.get({ resource: 'pods', ...pod })?.status !== undefined);

    await until(() =>
      JSON.stringify(sim.objects.get({ resource: 'pods', ...pod })?.status).includes('"Failed"'),
    );

    const { status } = await clients.core.readNamespacedPod(pod);
    expect(status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
  });

  test('deleting the pod aborts it', async () => {
    const pod = await createPod('stopped', {
      restartPolicy: 'Never',
      containers: [{ name: 'endless', image: 'probe:1' }],
    });

    const deleted = await clients.core.deleteNamespacedPod(pod);

    expect(deleted.metadata?.deletionTimestamp).toBeInstanceOf(Date);
    expect(aborted).toContain('stopped');
    expect((await refusalOf(clients.core.readNamespacedPod(pod))).code).toBe(404);
  });

  test('a Job completes with its pod', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'probe:1' }] } };
    sim.apply(
      JSON.stringify({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'once', namespace: 'shop' },
        spec: { template },
      }),
    );
    released.add('job');
    const job = () => sim.objects.get({ resource: 'jobs.batch', namespace: 'shop', name: 'once' });

    await until(() => JSON.stringify(job()?.status).includes('"Complete"'));

    expect(job()?.status).toMatchObject({ succeeded: 1 });
  });
});

describe('ephemeral containers', () => {
  const add = (pod: { namespace: string; name: string }, ephemeralContainers: readonly object[]) =>
    clients.core.patchNamespacedPodEphemeralcontainers(
      { ...pod, body: { spec: { ephemeralContainers } } },
      strategic,
    );

  test('are added through their subresource, run, and log', async () => {
    const pod = await createPod('debugged', { containers: [{ name: 'main', image: 'a:1' }] });

    await add(pod, [{ name: 'debug-1', image: 'probe:1', targetContainerName: 'main' }]);
    released.add('debug-1');
    await until(() => JSON.stringify(sim.objects.get({ resource: 'pods', ...pod })).includes('"exitCode":0'));

    const { spec, status } = await clients.core.readNamespacedPod(pod);
    expect(spec?.ephemeralContainers?.map(({ name }) => name)).toEqual(['debug-1']);
    expect(status?.ephemeralContainerStatuses?.[0]?.state?.terminated?.exitCode).toBe(0);
    expect(status?.phase).toBe('Running');
    expect(await clients.core.readNamespacedPodLog({ ...pod, container: 'debug-1' })).toContain('debug-1');
  });

  test('cannot be altered, removed, aimed at nothing, or given ports; nor added to the pod itself', async () => {
    const pod = await createPod('guarded', { containers: [{ name: 'main', image: 'a:1' }] });
    await add(pod, [{ name: 'one', image: 'a:1' }]);
    const before = await clients.core.readNamespacedPod(pod);
    const refused = async (call: Promise<unknown>) => (await refusalOf(call)).code;

    expect(await refused(add(pod, [{ name: 'one', image: 'other:1' }]))).toBe(422);
    expect(await refused(add(pod, [{ name: 'one', $patch: 'delete' }]))).toBe(422);
    expect(await refused(add(pod, [{ name: 'two', image: 'a:1', targetContainerName: 'ghost' }]))).toBe(422);
    expect(await refused(add(pod, [{ name: 'two', image: 'a:1', ports: [{ containerPort: 1 }] }]))).toBe(422);
    expect(await refused(add(pod, [{ name: 'main', image: 'a:1' }]))).toBe(422);
    const direct = { spec: { ephemeralContainers: [{ name: 'two', image: 'a:1' }] } };
    expect(await refused(clients.core.patchNamespacedPod({ ...pod, body: direct }, strategic))).toBe(422);
    expect((await clients.core.readNamespacedPod(pod)).metadata?.resourceVersion).toBe(
      before.metadata?.resourceVersion,
    );
  });
});

describe('eviction', () => {
  const evict = (name: string) =>
    clients.core.createNamespacedPodEviction({
      ...inShop,
      name,
      body: { metadata: { name, namespace: 'shop' } },
    });
  const webPods = async () =>
    (await clients.core.listNamespacedPod({ ...inShop, labelSelector: 'app=web' })).items.map(
      ({ metadata }) => metadata?.name ?? '',
    );

  test('removes the pod, and its Deployment makes another', async () => {
    const [name = ''] = await webPods();

    await evict(name);

    const after = await webPods();
    expect(after).toHaveLength(4);
    expect(after).not.toContain(name);
  });

  test('a disruption budget forbids it with 429', async () => {
    sim.apply(`
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 100%, selector: { matchLabels: { app: web } } }`);
    const before = await webPods();

    const refused = await refusalOf(evict(before[0] ?? ''));

    expect(refused).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget web needs 4 healthy pods and has 4 currently',
          },
        ],
      },
    });
    expect(await webPods()).toEqual(before);
  });
});
