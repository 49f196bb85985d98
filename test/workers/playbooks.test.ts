import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { keys, queueNames, retentionSeconds, Settled } from '../../core/jobs.ts';
import { Investigation, isOver, type Progress } from '../../core/progress.ts';
import { Documents } from '../../platform/documents.ts';
import { openQueue } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import { clusterAdmin } from '../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { startPrometheus } from '../../sim/world/prometheus.ts';
import { causeFile, symptomFile } from '../support/own-playbooks.ts';
import {
  eventually,
  killAll,
  startProcess,
  temporaryFolder,
  type Folder,
  type NetcheckProcess,
} from './support/lab.ts';
import { startMetricsProxy, type MetricsProxy } from './support/metrics-proxy.ts';
import { namespace, node, service, workload, yaml } from './support/objects.ts';

/*
 * Workers as processes of their own, with a folder of their own playbooks that changes while an investigation waits for
 * Prometheus.
 */
let folder: Folder;
let own: Folder;
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
let metrics: MetricsProxy;
let sim: ClusterSim;
let kubeconfig: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  redisServer = await startRedis();
  redis = connectRedis(redisServer.url);
  documents = new Documents(redis, retentionSeconds);
  prometheus = await startPrometheus({ targets: [] });
  metrics = await startMetricsProxy(prometheus.url);
  sim = await startCluster({
    manifests: [
      yaml(
        namespace('shop'),
        node('node-a'),
        workload('Deployment', 'cart', { app: 'cart' }),
        service('cart', { selector: { app: 'crat' } }),
      ),
    ],
  });
  kubeconfig = await folder.write('kubeconfig', sim.kubeconfig(clusterAdmin));
});
afterAll(async () => {
  await killAll();
  redis.disconnect();
  await metrics.close();
  await sim.close();
  await prometheus.close();
  await redisServer.close();
  await folder.remove();
});

let cluster = '';
let queue: Queue;
let tests = 0;
beforeEach(async () => {
  cluster = `test-${++tests}`;
  queue = openQueue(queueNames.investigate(cluster), redisServer.url);
  metrics.treat(() => 'pass');
  own = await folder.folder(cluster);
  await own.write('odd.md', symptomFile('odd', 'Odd', 'moon'));
  await writeMoon('The moon is full');
});
afterEach(async () => {
  await killAll();
  await queue.close();
});

async function writeMoon(title: string): Promise<void> {
  await (await own.folder('causes')).write('moon.md', causeFile('moon', title));
}

async function startWorker(): Promise<NetcheckProcess> {
  const worker = startProcess(['workers/main.ts'], {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: metrics.url,
    NETCHECK_PROBES: 'off',
    KUBECONFIG: kubeconfig,
    NETCHECK_CLUSTER: cluster,
    NETCHECK_PLAYBOOKS: own.path,
    NETCHECK_EVIDENCE_TIMEOUT: '60',
  });
  await says(worker, 'worker ready');
  return worker;
}

async function says(worker: NetcheckProcess, words: string): Promise<void> {
  await eventually(words, () => worker.stderr().includes(words) || undefined, 20_000);
}

async function ask(id: string): Promise<void> {
  const request = {
    subject: { kind: 'named', service: 'cart', namespace: 'shop' },
    windowSeconds: 1800,
    symptom: 'odd',
  };
  await queue.add(
    'investigate',
    { id, request, requestedAt: Date.now(), requester: 'tester' },
    { jobId: id },
  );
}

function end(id: string): Promise<Progress> {
  return eventually(
    `the end of ${id}`,
    async () => {
      const stored = await documents.read(keys.investigation(cluster, id));
      const progress = stored && Investigation.parse(stored.value).progress;
      return progress !== undefined && isOver(progress) ? progress : undefined;
    },
    30_000,
  );
}

async function titlesOf(id: string): Promise<string[]> {
  const progress = await end(id);
  if (progress.phase !== 'ended') throw new Error(JSON.stringify(progress));
  return progress.report.hypotheses.map(({ title }) => title);
}

/** Starts an investigation that waits for Prometheus until `metrics` lets it pass. */
async function askAndHang(id: string): Promise<void> {
  metrics.treat(() => 'hang');
  await ask(id);
  await eventually('it has begun', () => metrics.queries[0], 20_000);
}

describe('an investigation', () => {
  test('keeps the playbooks that it began with, while others begin with the new ones', async () => {
    const worker = await startWorker();
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    metrics.treat(() => ({ after: released }));
    await ask('old');
    await eventually('it has begun', () => metrics.queries[0], 20_000);
    await writeMoon('The moon is new');
    await says(worker, 'changed playbooks are in force');
    release(undefined);

    expect(await titlesOf('old')).toEqual(['The moon is full']);
    await ask('new');
    expect(await titlesOf('new')).toEqual(['The moon is new']);
    expect(await worker.stop()).toBe(0);
  });

  test('keeps them on a worker that never had them', async () => {
    const first = await startWorker();
    await askAndHang('old');
    await first.kill();
    await writeMoon('The moon is new');
    metrics.treat(() => 'pass');
    await startWorker();

    expect(await titlesOf('old')).toEqual(['The moon is full']);
  });

  test('ends where they are lost, and is not decided by others', async () => {
    const first = await startWorker();
    await askAndHang('old');
    await first.kill();
    await writeMoon('The moon is new');
    const settled = Settled.parse((await documents.read(keys.settled(cluster, 'old')))?.value);
    await redis.del(keys.playbooks(settled.playbooks));
    metrics.treat(() => 'pass');
    await startWorker();

    expect(await end('old')).toEqual({
      phase: 'failed',
      why: expect.stringContaining('The playbooks changed while it ran'),
    });
  });

  test('goes by the last good ones while an edit is broken', async () => {
    const worker = await startWorker();
    await writeMoon('"');
    await says(worker, 'the last good version stays in force');
    expect(worker.stderr()).toContain(`${own.path}/causes/moon.md:3:`);
    await ask('old');
    expect(await titlesOf('old')).toEqual(['The moon is full']);

    await writeMoon('The moon is new');
    await says(worker, 'changed playbooks are in force');
    await ask('new');
    expect(await titlesOf('new')).toEqual(['The moon is new']);
  });
});

test('a worker does not start with playbooks that are wrong', async () => {
  await writeMoon('"');
  await own.write('odd.md', symptomFile('odd', 'Odd', 'sun'));
  const worker = startProcess(['workers/main.ts'], {
    PROMETHEUS_URL: metrics.url,
    NETCHECK_PROBES: 'off',
    NETCHECK_PLAYBOOKS: own.path,
  });
  expect(await worker.exited).toBe(1);
  const lines = worker.stderr().trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/causes\/moon\.md:3:\d+$/),
      expect.stringMatching(/odd\.md:11:3$/),
    ]),
  );
});
