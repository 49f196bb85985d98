import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { queueNames, retentionSeconds, type InvestigateJob, type RemediateJob } from '../../core/jobs.ts';
import { isOver, type Progress } from '../../core/progress.ts';
import { isSettled, netcheck } from '../../core/remediation/state.ts';
import { AuditLog } from '../../platform/audit-log.ts';
import { witnessOf } from '../../platform/audit-witness.ts';
import { Documents } from '../../platform/documents.ts';
import { openQueue } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import { RemediationRecords } from '../../platform/remediation-records.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { InvestigationStore } from '../../workers/investigation-store.ts';
import { scrape, type Scrape } from '../support/scrape.ts';
import { eventually, killAll, startProcess, temporaryFolder, type Folder } from './support/lab.ts';
import { namespace, node, service, workload, yaml } from './support/objects.ts';

/*
 * A worker and a remediator as processes of their own. A Service `cart` selects no pod, which the worker finds out by the
 * cluster alone: nobody is at the address of Prometheus.
 */
const cluster = 'test';
const deploy = join(import.meta.dirname, '../../deploy');
const ports = { worker: 0, remediator: 0 };

let folder: Folder;
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let sim: ClusterSim;
let store: InvestigationStore;

beforeAll(async () => {
  folder = await temporaryFolder();
  redisServer = await startRedis({ dir: folder.path, aof: true });
  redis = connectRedis(redisServer.url);
  store = new InvestigationStore(new Documents(redis, retentionSeconds), cluster);
  const rbac = ['rbac.yaml', 'rbac-remediator.yaml'].map((name) => readFile(join(deploy, name), 'utf8'));
  const objects = [namespace('shop'), node('node-a'), workload('Deployment', 'cart', { app: 'cart-v2' })];
  sim = await startCluster({ manifests: [...(await Promise.all(rbac)), yaml(...objects, service('cart'))] });
  const prometheusUrl = `http://127.0.0.1:${await freePort()}`;
  await Promise.all([start('worker', prometheusUrl), start('remediator', prometheusUrl)]);
});
afterAll(async () => {
  await killAll();
  redis.disconnect();
  await sim.close();
  await redisServer.close();
  await folder.remove();
});

async function start(role: 'worker' | 'remediator', prometheusUrl: string): Promise<void> {
  ports[role] = await freePort();
  const account = { namespace: 'netcheck', name: `netcheck-${role}` };
  startProcess(['workers/main.ts', role], {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: prometheusUrl,
    NETCHECK_PROBES: 'off',
    KUBECONFIG: await folder.write(`${role}.kubeconfig`, sim.kubeconfig(account)),
    NETCHECK_CLUSTER: cluster,
    NETCHECK_EVIDENCE_TIMEOUT: '2',
    NETCHECK_CHANGE_PATIENCE: '4',
    NETCHECK_METRICS_PORT: String(ports[role]),
  });
  const ready = async (): Promise<true | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${ports[role]}/readyz`).catch(() => undefined);
    return answer?.status === 200 ? true : undefined;
  };
  await eventually(`the ${role} is ready`, ready, 20_000);
}

async function investigate(id: string, serviceName: string): Promise<Progress> {
  const queue = openQueue(queueNames.investigate(cluster), redisServer.url);
  const job: InvestigateJob = {
    id,
    request: { subject: { kind: 'named', service: serviceName, namespace: 'shop' }, windowSeconds: 1800 },
    requestedAt: Date.now(),
    requester: 'U1',
  };
  await queue.add('investigate', job, { jobId: id });
  await queue.close();
  return eventually(
    'the investigation ends',
    async () => {
      const progress = (await store.read(id))?.progress;
      return progress !== undefined && isOver(progress) ? progress : undefined;
    },
    30_000,
  );
}

/** A worker counts when it has written, so whoever reads may be earlier. */
function scraped(role: 'worker' | 'remediator', holds: (scrape: Scrape) => boolean): Promise<Scrape> {
  return eventually(
    `the ${role} has counted`,
    async () => {
      const one = await scrape(ports[role]);
      return holds(one) ? one : undefined;
    },
    10_000,
  );
}

test('what an investigation found is counted once, by what it was', async () => {
  const before = await scrape(ports.worker);
  expect(before.sum('netcheck_investigation_duration_seconds_count')).toBe(0);
  expect(before.sum('netcheck_queue_jobs')).toBe(0);

  const ended = await investigate('i1', 'cart');
  if (ended.phase !== 'ended') throw new Error(ended.phase);
  const { report } = ended;
  const { sum } = await scraped('worker', (one) => one.sum('netcheck_conclusions_total') === 1);
  expect(sum('netcheck_conclusions_total', { kind: report.conclusion.kind })).toBe(1);
  expect(sum('netcheck_investigation_duration_seconds_count', { phase: 'ended' })).toBe(1);
  expect(sum('netcheck_investigation_duration_seconds_sum', { phase: 'ended' })).toBeGreaterThan(0);
  expect(sum('netcheck_investigation_wait_seconds_count')).toBe(1);
  expect(sum('netcheck_verdicts_total')).toBe(report.hypotheses.length);
  expect(sum('netcheck_verdicts_total', { cause: 'no-ready-endpoints', status: 'confirmed' })).toBe(1);

  const blind = report.evidence.filter(({ why }) => why?.reason === 'unreachable').length;
  expect(blind).toBeGreaterThan(0);
  expect(sum('netcheck_evidence_unavailable_total', { source: 'promql', reason: 'unreachable' })).toBe(blind);
  expect(sum('netcheck_evidence_unavailable_total', { reason: 'forbidden' })).toBe(0);
  const looked = (await store.evidence('i1')).size;
  expect(sum('netcheck_evidence_duration_seconds_count')).toBe(looked);
});

test('one that finds no such Service ends in that', async () => {
  expect((await investigate('i2', 'carts')).phase).toBe('not-found');
  const { sum } = await scraped(
    'worker',
    (one) => one.sum('netcheck_investigation_duration_seconds_count', { phase: 'not-found' }) === 1,
  );
  expect(sum('netcheck_conclusions_total')).toBe(1);
});

test('what happens to a change is counted by whoever made it happen; the checks of it are no investigations', async () => {
  const audit = new AuditLog(redis, cluster, pino({ level: 'silent' }));
  const records = new RemediationRecords(new Documents(redis, retentionSeconds), cluster, witnessOf(audit));
  const queue = openQueue(queueNames.remediate(cluster), redisServer.url);
  const job: RemediateJob = { proposal: 'p1' };
  await records.create({
    proposal: {
      id: 'p1',
      cause: 'no-ready-endpoints',
      remediation: 'service-selector',
      namespace: 'shop',
      service: 'cart',
      params: { selector: 'app=cart-v2' },
      summary: 'Select the pods.',
      why: 'The selector app=cart matches no pod.',
      risk: '',
      workedIf: 'the Service has ready endpoints.',
    },
    investigation: 'i1',
    requester: { id: 'U1', name: 'ana' },
    expiresAt: Date.now() + 60_000,
    revision: 0,
    approvals: [],
    undoUnlessBetter: false,
    state: { step: 'proposed' },
    trail: [{ at: Date.now(), who: netcheck, what: 'proposed' }],
  });
  await queue.add('preview', job);
  const preview = await eventually('the preview', async () => (await records.read('p1'))?.preview, 10_000);
  if (preview.kind !== 'change') throw new Error(preview.why);
  const by = { id: 'U2', name: 'ben' };
  await records.take('p1', { kind: 'approve', by, needed: 1, undoUnlessBetter: false, basis: preview.basis });
  await queue.add('carry-on', job);
  await eventually(
    'it is verified',
    async () => {
      const now = await records.read('p1');
      return now !== undefined && isSettled(now) ? now : undefined;
    },
    30_000,
  );
  await queue.close();

  const kind = 'service-selector';
  const event = 'netcheck_remediation_events_total';
  const { sum } = await scraped('remediator', (one) => one.sum(event, { happening: 'verified' }) === 1);
  for (const happening of ['previewed', 'begun', 'applied', 'verified'])
    expect([happening, sum(event, { happening, kind })]).toEqual([happening, 1]);
  for (const happening of ['proposed', 'approved', 'lost-track', 'undo-failed'])
    expect([happening, sum(event, { happening })]).toEqual([happening, 0]);
  expect(sum(event)).toBe(4);
  expect((await scrape(ports.worker)).sum('netcheck_conclusions_total')).toBe(1);
});

test('without Redis each says so, and goes on answering', async () => {
  process.kill(redisServer.pid, 'SIGKILL');
  await redisServer.close();
  for (const role of ['worker', 'remediator'] as const) {
    const ready = await eventually(
      `the ${role} notices`,
      async () => {
        const answer = await fetch(`http://127.0.0.1:${ports[role]}/readyz`);
        return answer.status === 503 ? answer.text() : undefined;
      },
      5000,
    );
    expect(ready).toContain('redis: no answer');
    const started = performance.now();
    expect((await scrape(ports[role])).names).not.toContain('netcheck_queue_jobs');
    expect(performance.now() - started).toBeLessThan(2000);
  }
});
