import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Records } from '../../bot/records.ts';
import type { Heartbeat, SpeakingRole } from '../../core/health.ts';
import { queueNames, retentionSeconds, type InvestigateJob } from '../../core/jobs.ts';
import { AuditLog } from '../../platform/audit-log.ts';
import { witnessOf } from '../../platform/audit-witness.ts';
import { Documents } from '../../platform/documents.ts';
import { openQueue } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import { version } from '../../platform/version.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { eventually, killAll, startProcess, temporaryFolder, type Folder } from './support/lab.ts';
import { yaml } from './support/objects.ts';

const cluster = 'test';
const deploy = join(import.meta.dirname, '../../deploy');

let folder: Folder;
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: ReturnType<typeof connectRedis>;
let sim: ClusterSim;
let records: Records;

beforeAll(async () => {
  folder = await temporaryFolder();
  redisServer = await startRedis({ dir: folder.path });
  redis = connectRedis(redisServer.url);
  const audit = new AuditLog(redis, cluster, pino({ level: 'silent' }));
  records = new Records(new Documents(redis, retentionSeconds), cluster, witnessOf(audit));
  const rbac = await readFile(join(deploy, 'rbac.yaml'), 'utf8');
  // It may do nothing at all.
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'nobody', namespace: 'netcheck' },
  };
  sim = await startCluster({ manifests: [rbac, yaml(account)] });
});
afterAll(async () => {
  await killAll();
  redis.disconnect();
  await sim.close();
  await redisServer.close();
  await folder.remove();
});

interface Given {
  readonly role?: SpeakingRole;
  readonly account: string;
  readonly prometheus: string;
  readonly port?: number;
}

async function start({ role = 'worker', account, prometheus, port = 0 }: Given) {
  return startProcess(['workers/main.ts', role], {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: prometheus,
    NETCHECK_PROBES: 'off',
    KUBECONFIG: await folder.write(
      `${account}.kubeconfig`,
      sim.kubeconfig({ namespace: 'netcheck', name: account }),
    ),
    NETCHECK_CLUSTER: cluster,
    NETCHECK_METRICS_PORT: String(port),
  });
}

function heard(what: string, find: (one: Heartbeat) => boolean): Promise<Heartbeat> {
  return eventually(what, async () => (await records.heartbeats()).find(find), 40_000);
}

test('a process says what it reaches, and what went wrong last in words without secrets', async () => {
  const started = Date.now();
  const prometheus = createServer((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"status":"success","data":{"resultType":"vector","result":[]}}'),
  ).listen(0, '127.0.0.1');
  await once(prometheus, 'listening');
  const address = prometheus.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  const nobody = `http://ana:hunter2@127.0.0.1:${await freePort()}`;
  await Promise.all([
    start({ account: 'netcheck-worker', prometheus: url }),
    start({ role: 'remediator', account: 'nobody', prometheus: nobody }),
  ]);

  const [worker, remediator] = await Promise.all([
    heard('the worker', ({ role }) => role === 'worker'),
    heard('the remediator', ({ role }) => role === 'remediator'),
  ]);
  prometheus.close();
  expect(worker).toMatchObject({ version, prometheus: { since: expect.any(Number) } });
  expect(worker.prometheus.why).toBeUndefined();
  expect(worker.kubernetes.why).toBeUndefined();
  expect(worker.startedAt).toBeGreaterThanOrEqual(started);
  expect(remediator.prometheus.why).toBe('Prometheus could not be reached (ECONNREFUSED)');
  expect(remediator.kubernetes.why).toContain('services is forbidden');
  expect(worker.process).not.toBe(remediator.process);
  await killAll();

  // It is another process, so the two before stay as they were; it may not look Services up.
  const queue = openQueue(queueNames.investigate(cluster), redisServer.url);
  const job: InvestigateJob = {
    id: 'i1',
    request: { subject: { kind: 'named', service: 'password=hunter2' }, windowSeconds: 1800 },
    requestedAt: Date.now(),
    requester: 'U1',
  };
  await queue.add('investigate', job, { jobId: 'i1' });
  await queue.close();
  await start({ account: 'nobody', prometheus: nobody });
  const { lastError, process } = await heard('the error', (one) => one.lastError !== undefined);
  expect(lastError).toMatchObject({ investigation: 'i1', at: expect.any(Number) });
  expect(lastError?.why).toMatch(/^Could not look up the Service: .*forbidden/);
  expect(lastError?.why).not.toContain('hunter2');
  expect([worker.process, remediator.process]).not.toContain(process);
});

test.each(['worker', 'remediator'] as const)(
  'a %s whose port for metrics is taken says so in one line',
  async (role) => {
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const process = await start({ role, account: 'nobody', prometheus: 'http://127.0.0.1:9', port });
    expect(await process.exited).toBe(1);
    const lines = process.stderr().trim().split('\n');
    expect(lines.at(-1)).toBe(`NETCHECK_METRICS_PORT: cannot listen on port ${port}: another process has it`);
    expect(process.stderr()).not.toContain('    at ');
    taken.close();
  },
);
