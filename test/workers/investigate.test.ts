import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { keys, queueNames, retentionSeconds } from '../../core/jobs.ts';
import { causesFor } from '../../core/playbook/library.ts';
import { Investigation, isOver, type Progress } from '../../core/progress.ts';
import { Report } from '../../core/report.ts';
import type { Request, Subject } from '../../core/request.ts';
import { Documents } from '../../platform/documents.ts';
import { openQueue } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import type { KubeObject } from '../../sim/cluster/objects/kube-object.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { startWorld, type World } from '../../sim/world/world.ts';
import {
  eventually,
  killAll,
  startProcess,
  temporaryFolder,
  type Folder,
  type NetcheckProcess,
} from './support/lab.ts';
import { symptomFile } from '../support/own-playbooks.ts';
import { shippedLibrary } from '../support/playbooks.ts';
import { startMetricsProxy, type MetricsProxy } from './support/metrics-proxy.ts';
import { workload, yaml } from './support/objects.ts';

/*
 * One real Redis, one real Prometheus with a quiet world, one stand-in cluster under the shipped RBAC, and the worker as
 * a process of its own: one for all tests that leave it alone, and another (with queues of its own, by the name of its
 * cluster) for each that does not.
 */
type ObjectRef = Parameters<ClusterSim['objects']['get']>[0];

let folder: Folder;
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
let world: World;
let metrics: MetricsProxy;
let sim: ClusterSim;
let kubeconfig: string;
/** What an investigation of catalog.shop finds when nothing is in its way. */
let undisturbed: Report;

beforeAll(async () => {
  folder = await temporaryFolder();
  redisServer = await startRedis({ dir: folder.path, aof: true });
  redis = connectRedis(redisServer.url);
  documents = new Documents(redis, retentionSeconds);
  world = await startWorld('quiet');
  metrics = await startMetricsProxy(world.prometheusUrl);
  const rbac = await readFile(join(import.meta.dirname, '../../deploy/rbac.yaml'), 'utf8');
  sim = await startCluster({ manifests: [...world.manifests, rbac] });
  kubeconfig = await folder.write(
    'kubeconfig',
    sim.kubeconfig({ namespace: 'netcheck', name: 'netcheck-worker' }),
  );
  useCluster(shared);
  await startWorker();
});

afterAll(async () => {
  await killAll();
  await queue.close();
  redis.disconnect();
  await sim.close();
  await metrics.close();
  await world.close();
  await redisServer.close();
  await folder.remove();
});

const shared = 'shared';
let cluster = shared;
let queue: Queue;
let id: string;
let tests = 0;
beforeEach(() => {
  id = `test-${++tests}`;
  metrics.treat(() => 'pass');
  sim.faults.clear();
});
afterEach(async () => {
  if (cluster === shared) return;
  await Promise.all(own.splice(0).map((worker) => worker.kill()));
  await queue.close();
  useCluster(shared);
});

function useCluster(name: string): void {
  cluster = name;
  queue = openQueue(queueNames.investigate(cluster), redisServer.url);
}

const own: NetcheckProcess[] = [];

/** A worker that only this test knows: started differently, or to be killed. */
async function ownWorker(env: Readonly<Record<string, string>> = {}): Promise<NetcheckProcess> {
  if (cluster === shared) {
    await queue.close();
    useCluster(id);
  }
  const worker = await startWorker(env);
  own.push(worker);
  return worker;
}

async function startWorker(env: Readonly<Record<string, string>> = {}): Promise<NetcheckProcess> {
  const worker = startProcess(['workers/main.ts'], { ...environment(), ...env });
  await eventually(
    'the worker is ready',
    () => worker.stderr().includes('worker ready') || undefined,
    20_000,
  );
  return worker;
}

function environment(): Record<string, string> {
  return {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: metrics.url,
    NETCHECK_PROBES: 'off',
    KUBECONFIG: kubeconfig,
    NETCHECK_CLUSTER: cluster,
    NETCHECK_EVIDENCE_TIMEOUT: '5',
  };
}

const catalog: Subject = { kind: 'named', service: 'catalog', namespace: 'shop' };

async function ask(request: Partial<Request> = {}, as = id): Promise<void> {
  await queue.add(
    'investigate',
    {
      id: as,
      request: { subject: catalog, windowSeconds: 1800, ...request },
      requestedAt: Date.now(),
      requester: 'tester',
    },
    { jobId: as },
  );
}

async function progressOf(of: string): Promise<Progress | undefined> {
  const stored = await documents.read(keys.investigation(cluster, of));
  return stored && Investigation.parse(stored.value).progress;
}

function end(withinMs = 20_000, of = id): Promise<Progress> {
  return eventually(
    `the end of ${of}`,
    async () => {
      const progress = await progressOf(of);
      return progress !== undefined && isOver(progress) ? progress : undefined;
    },
    withinMs,
  );
}

async function reportOf(withinMs = 20_000, of = id): Promise<Report> {
  const progress = await end(withinMs, of);
  if (progress.phase !== 'ended') throw new Error(JSON.stringify(progress));
  return Report.parse(progress.report);
}

function statuses({ hypotheses }: Report): Record<string, string> {
  return Object.fromEntries(hypotheses.map(({ cause, status }) => [cause, status]));
}

function expectLikeUndisturbed(report: Report): void {
  expect(report.evidence.map(({ id }) => id)).toEqual(undisturbed.evidence.map(({ id }) => id));
  expect(statuses(report)).toEqual(statuses(undisturbed));
  expect(report.conclusion.kind).toBe(undisturbed.conclusion.kind);
}

/** Whatever rests on evidence that could not be had alone is unchecked, and no verdict is better than undisturbed. */
function expectNothingWithoutEvidence(report: Report): void {
  const observed = new Set(report.evidence.filter(({ status }) => status === 'observed').map(({ id }) => id));
  for (const { cause, status, evidence, reason } of report.hypotheses) {
    if (!evidence.some((id) => observed.has(id))) expect([cause, status]).toEqual([cause, 'unchecked']);
    if (status === 'unchecked') expect(reason).not.toBe('');
    if (status === 'eliminated' || status === 'confirmed')
      expect([cause, status]).toEqual([cause, statuses(undisturbed)[cause]]);
  }
}

function unavailable(report: Report): Record<string, { reason: string; detail: string } | undefined> {
  return Object.fromEntries(
    report.evidence.filter(({ status }) => status === 'unavailable').map(({ id, why }) => [id, why]),
  );
}

async function evidenceSoFar(): Promise<number> {
  return (await documents.entries(keys.evidence(cluster, id))).size;
}

describe('an investigation', () => {
  test('ends in a report, and its worker ends when it is told to', async () => {
    const worker = await ownWorker();
    await ask();
    undisturbed = await reportOf();

    expect(undisturbed.target).toMatchObject({ namespace: 'shop', service: 'catalog', gaps: [] });
    expect(undisturbed.conclusion.kind).toBe('not-the-network');
    expect(undisturbed.timings.totalMs).toBeGreaterThan(undisturbed.timings.slowestEvidenceMs);
    expect(sim.journal.entries.filter(({ verb }) => verb !== 'list')).toEqual([]);
    expect(sim.journal.entries.filter(({ status }) => status !== 200)).toEqual([]);
    for (const { source, link, query } of undisturbed.evidence) {
      expect(query).not.toBe('');
      if (source === 'promql') expect(link).toContain(metrics.url);
    }
    expect(await documents.recall(keys.recent(cluster), 5)).toEqual([id]);
    expect(await worker.stop()).toBe(0);
  });

  test.each<[string, Partial<Request>, object]>([
    [
      'a name that several Services have',
      { subject: { kind: 'mentioned', texts: ['catalog or ingress-nginx-controller'] } },
      { phase: 'which', candidates: expect.arrayContaining([{ namespace: 'shop', service: 'catalog' }]) },
    ],
    [
      'a name that nobody has',
      { subject: { kind: 'named', service: 'catalgo' } },
      { phase: 'not-found', nearest: [{ namespace: 'shop', service: 'catalog' }] },
    ],
  ])('of %s ends in that', async (_name, request, progress) => {
    await ask(request);
    expect(await end(10_000)).toMatchObject(progress);
  });

  test('of one symptom looks at its causes and what they could be mistaken for', async () => {
    await ask({ symptom: 'dns-failures' });
    const report = await reportOf();
    expect(report.symptom).toBe('dns-failures');
    const causes = causesFor(shippedLibrary(), 'dns-failures').map(({ id }) => id);
    expect(causes).toEqual(expect.arrayContaining(['coredns-overload', 'softirq-saturation']));
    expect(causes).not.toContain('no-ready-endpoints');
    // Those of calls to a far end are left out where nobody named one.
    expect(causes).toEqual(expect.arrayContaining(Object.keys(statuses(report))));
    expect(Object.keys(statuses(report))).toEqual(
      expect.arrayContaining(['coredns-overload', 'softirq-saturation', 'dns-datagrams-lost']),
    );
  });

  test('asked for twice is one, while it runs and when it is over', async () => {
    metrics.treat(() => ({ delayMs: 200 }));
    await Promise.all([ask(), ask()]);
    await eventually('it has begun', () => metrics.queries.length > 0 || undefined, 10_000);
    await ask();
    const report = await reportOf();
    const asked = metrics.queries.length;
    expect(asked).toBe(report.evidence.filter(({ source }) => source === 'promql').length);
    expect(new Set(metrics.queries).size).toBe(asked);

    await ask();
    await ask({ symptom: 'dns-failures' }, `${id}-other`);
    await reportOf(20_000, `${id}-other`);
    expect(await reportOf()).toEqual(report);
    expect(await queue.getJobCounts('active', 'waiting', 'failed')).toEqual({
      active: 0,
      waiting: 0,
      failed: 0,
    });
  });

  test('that is cancelled ends, and asks nothing more', async () => {
    metrics.treat(() => ({ delayMs: 500 }));
    await ask();
    await eventually('it has begun', () => metrics.queries.length > 0 || undefined, 10_000);
    await documents.claim(keys.cancelled(cluster, id), 60);
    expect(await end(5000)).toEqual({ phase: 'cancelled' });
  });
});

describe('when something dies in the middle, it ends in the same report', () => {
  test('the worker, killed without a word', async () => {
    metrics.treat((_query, count) => (count <= 5 ? 'pass' : 'hang'));
    const first = await ownWorker();
    await ask();
    await eventually('some evidence is in', async () => (await evidenceSoFar()) >= 5 || undefined, 10_000);
    const before = await documents.entries(keys.evidence(cluster, id));
    await first.kill();

    metrics.treat(() => 'pass');
    await ownWorker();
    const report = await reportOf(30_000);
    expectLikeUndisturbed(report);
    expect(unavailable(report)).toEqual(unavailable(undisturbed));
    const after = await documents.entries(keys.evidence(cluster, id));
    for (const [id, evidence] of before) expect(after.get(id)).toEqual(evidence);
  });

  test('Redis, killed and started again on what it had written', async () => {
    metrics.treat((_query, count) => (count <= 5 ? 'pass' : { delayMs: 1000 }));
    await ask();
    await eventually('some evidence is in', async () => (await evidenceSoFar()) >= 5 || undefined, 10_000);
    process.kill(redisServer.pid, 'SIGKILL');
    await redisServer.close();
    redisServer = await startRedis({ dir: folder.path, aof: true, port: redisServer.port });

    const report = await reportOf(30_000);
    expectLikeUndisturbed(report);
  });
});

describe('when Prometheus does not play along', () => {
  const refusal = (error: string): string =>
    JSON.stringify({ status: 'error', errorType: 'execution', error });

  test.each<[string, Parameters<MetricsProxy['treat']>[0], string, string]>([
    ['hangs', () => 'hang', 'timed-out', 'Prometheus did not answer in time'],
    ['breaks every connection', () => 'drop', 'unreachable', 'Prometheus could not be reached (ECONNRESET)'],
    [
      'refuses every query',
      () => ({ status: 422, body: refusal('too many samples') }),
      'rejected',
      'Prometheus answered 422: too many samples',
    ],
  ])('it %s: a report in time, which says so', async (_name, treatment, reason, detail) => {
    metrics.treat(treatment);
    await ownWorker({ NETCHECK_EVIDENCE_TIMEOUT: '3' });
    const started = Date.now();
    await ask();
    const report = await reportOf(3000 + 10_000);
    expect(Date.now() - started).toBeLessThan(3000 + 10_000);

    const missing = unavailable(report);
    const promql = report.evidence.filter(({ source }) => source === 'promql').map(({ id }) => id);
    const probes = report.evidence.filter(({ source }) => source === 'probe').map(({ id }) => id);
    expect(Object.keys(missing).sort()).toEqual([...promql, ...probes].sort());
    for (const id of promql) expect(missing[id]).toEqual({ reason, detail });
    expectNothingWithoutEvidence(report);
    expect(report.conclusion.kind).toBe('inconclusive');
    // The API server shows ready endpoints now; whether they were there all the time only Prometheus knows.
    expect(new Set(Object.values(statuses(report)))).toEqual(new Set(['unchecked']));
  });

  test('it refuses some queries: only what needs them is open', async () => {
    metrics.treat((query) => (query.includes('cfs') ? { status: 422, body: refusal('no') } : 'pass'));
    await ask();
    const report = await reportOf();
    expectNothingWithoutEvidence(report);
    const refused = Object.entries(unavailable(report)).filter(([, why]) => why?.reason === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(report.evidence.length - refused.length).toBeGreaterThan(10);
    expect(statuses(report)).toEqual({ ...statuses(undisturbed), 'cpu-throttling': 'unchecked' });
    expect(report.conclusion.kind).toBe('not-the-network');
  });
});

describe('when the API server does not play along', () => {
  const role: ObjectRef = { resource: 'clusterroles.rbac.authorization.k8s.io', name: 'netcheck-worker' };

  /** An environment variable without a name, which no real API server would store. */
  const brokenEnv = (object: KubeObject): object => {
    const spec = structuredClone(object.spec) as { template: { spec: { containers: { env?: object[] }[] } } };
    for (const container of spec.template.spec.containers) container.env = [{ name: 7 }];
    return { ...object, spec };
  };

  /** Changes an object for the time of a test. */
  async function whileChanged(
    ref: ObjectRef,
    change: (object: KubeObject) => object,
    act: () => Promise<void>,
  ): Promise<void> {
    const before = sim.objects.get(ref);
    if (before === undefined) throw new Error(`no ${ref.name}`);
    sim.objects.change(ref, (object) => change(object) as KubeObject);
    try {
      await act();
    } finally {
      sim.objects.change(ref, () => before);
    }
  }

  test('a role that lacks one resource: what needs it is open, and names it', async () => {
    const without = (object: KubeObject): object => ({
      ...object,
      rules: (object['rules'] as { resources: string[] }[]).filter(
        ({ resources }) => !resources.includes('endpointslices'),
      ),
    });
    await whileChanged(role, without, async () => {
      await ask();
      const report = await reportOf();
      expectNothingWithoutEvidence(report);
      expect(report.hypotheses.find(({ cause }) => cause === 'no-ready-endpoints')).toMatchObject({
        status: 'unchecked',
        reason: expect.stringContaining('endpointslices.discovery.k8s.io is forbidden'),
      });
      expect(unavailable(report)).toMatchObject({ 'no-ready-endpoints/endpoints': { reason: 'forbidden' } });
      expect(report.conclusion).toMatchObject({ kind: 'inconclusive' });
    });
  });

  test('it refuses everything: metrics alone decide, and the gap is said', async () => {
    sim.faults.fail({}, { kind: 'status', code: 403, message: 'everything is forbidden' });
    await ask();
    const report = await reportOf();
    expect(report.target).toMatchObject({ gaps: ['its pods are not known: everything is forbidden'] });
    expectNothingWithoutEvidence(report);
    await ask({ subject: { kind: 'named', service: 'catalog' } }, `${id}-bare`);
    expect(await end(10_000, `${id}-bare`)).toEqual({
      phase: 'failed',
      why: expect.stringContaining('Ask for catalog.<namespace>'),
    });
  });

  test('it hangs: a report all the same', async () => {
    sim.faults.fail({}, { kind: 'hang' });
    await ownWorker({ NETCHECK_EVIDENCE_TIMEOUT: '1' });
    await ask();
    const report = await reportOf(8000);
    expect(report.target.gaps).toEqual(['its pods are not known: the API server did not answer in time']);
    expectNothingWithoutEvidence(report);
  });

  test('an object that nobody understands: that look crashed, the others did not', async () => {
    const labels = {
      'kubernetes.io/service-name': 'catalog',
      'endpointslice.kubernetes.io/managed-by': 'somebody-else',
    };
    const metadata = { name: 'catalog-by-hand', namespace: 'shop', labels };
    const endpoints = [{ addresses: ['10.0.0.1'], conditions: { ready: true } }];
    const head = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports: [] };
    sim.apply(yaml({ ...head, metadata, endpoints }));
    const ref = { resource: 'endpointslices.discovery.k8s.io', namespace: 'shop', name: metadata.name };
    const broken = (object: KubeObject): object => ({
      ...object,
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: 'perhaps' } }],
    });
    await whileChanged(ref, broken, async () => {
      await ask();
      const report = await reportOf();
      const crashed = {
        reason: 'crashed',
        detail: expect.stringMatching(
          /^the look crashed: endpointslices are not as expected: .*expected boolean, received string$/,
        ),
      };
      expect(unavailable(report)).toEqual({
        ...unavailable(undisturbed),
        'no-ready-endpoints/endpoints': crashed,
        'stale-service-rules/called': crashed,
        // Without it its cause is open, so that a probe is wanted.
        'no-ready-endpoints/ways': expect.objectContaining({ reason: 'not-enabled' }),
      });
      expectNothingWithoutEvidence(report);
    });
    sim.objects.remove(ref);
  });

  test('a target that nobody understands: the investigation ends, and says that netcheck broke', async () => {
    const ref = { resource: 'services', namespace: 'shop', name: 'catalog' };
    const broken = (object: KubeObject): object => ({
      ...object,
      spec: { ...(object.spec as object), selector: { app: 7 } },
    });
    await whileChanged(ref, broken, async () => {
      await ask();
      expect(await end(10_000)).toEqual({
        phase: 'failed',
        why: expect.stringMatching(/^netcheck could not go on: services are not as expected: /),
      });
    });
  });

  test('more looks crash than fit one page of BullMQ: each is said once', async () => {
    const looks = Array.from(
      { length: 45 },
      (_, i) =>
        `### \`look${i}\` Look ${i}\n\n\`\`\`yaml lookup\nlookup: daemonset_env\ndaemonset: broken\nenv: A_LONG_NAME_${i}\n\`\`\`\n`,
    );
    const cause = `---
id: many
title: Many
---

## Evidence

${looks.join('\n')}
## Eliminated when

\`\`\`cel
${looks.map((_, i) => `look${i}.value == "a"`).join(' && ')}
\`\`\`

All of them.

## Confirmed when

\`\`\`cel
look0.value == "b"
\`\`\`

The first.

## Otherwise

Neither.

## Cases

\`\`\`yaml
[]
\`\`\`
`;
    const playbooks = await temporaryFolder();
    await playbooks.write('odd.md', symptomFile('odd', 'Odd', 'many'));
    await playbooks.folder('causes').then((causes) => causes.write('many.md', cause));
    sim.apply(yaml(workload('DaemonSet', 'broken', { app: 'broken' }, 'kube-system')));
    const ref = { resource: 'daemonsets.apps', namespace: 'kube-system', name: 'broken' };
    await whileChanged(ref, brokenEnv, async () => {
      await ownWorker({ NETCHECK_PLAYBOOKS: playbooks.path });
      await ask({ symptom: 'odd' });
      const report = await reportOf(15_000);
      const reasons = Object.values(unavailable(report)).map((why) => why?.reason);
      expect(reasons).toEqual(looks.map(() => 'crashed'));
    });
    sim.objects.remove(ref);
    await playbooks.remove();
  });
});

describe('a worker that cannot start says why', () => {
  test.each([
    [
      'no Prometheus is named',
      { PROMETHEUS_URL: '' },
      'PROMETHEUS_URL is not set: Prometheus HTTP API, as http://prometheus.monitoring:9090\n',
    ],
    [
      'its kubeconfig is not there',
      { KUBECONFIG: '/nonexistent/config' },
      'KUBECONFIG: cannot read /nonexistent',
    ],
    [
      'its playbooks are not there',
      { NETCHECK_PLAYBOOKS: '/nonexistent' },
      '/nonexistent:1:1 Unexpected folder',
    ],
  ])('%s', async (_name, env, message) => {
    const worker = startProcess(['workers/main.ts'], { ...environment(), ...env });
    expect(await worker.exited).toBe(1);
    expect(worker.stderr()).toContain(message);
    expect(worker.stderr()).not.toContain('    at ');
  });
});
