import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { retentionSeconds } from '../../core/jobs.ts';
import { courseId } from '../../core/remediation/course.ts';
import type { Remediation } from '../../core/remediation/state.ts';
import { Documents } from '../../platform/documents.ts';
import { openPlaybooks, type PlaybookSource } from '../../platform/playbook-source.ts';
import { connectRedis } from '../../platform/redis.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { startPrometheus } from '../../sim/world/prometheus.ts';
import { remoteWrite, type WrittenSample } from '../../sim/world/remote-write.ts';
import { createMetricsReader } from '../../workers/adapters/prometheus.ts';
import { InvestigationStore } from '../../workers/investigation-store.ts';
import { keepCourse } from '../../workers/keep-course.ts';
import { PlaybookVersions } from '../../workers/playbook-versions.ts';
import { remediationAt } from '../core/remediation/remediations.ts';
import { namespace, node, pod, readerFor, service, yaml } from './support/objects.ts';

/*
 * A Service `cart` in a stand-in cluster, read with the remediator's rights, whose pod was replaced by a change five
 * minutes ago; and a real Prometheus that knows both pods: half of the connections of the old one failed, and none of
 * the new one.
 */
const cluster = 'test';
const now = Math.floor(Date.now() / 1000);
const changedAt = now - 300;
const settledAt = now - 600;

let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
let source: PlaybookSource;
let sim: ClusterSim;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
let store: InvestigationStore;
const logged: string[] = [];
const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });

beforeAll(async () => {
  redisServer = await startRedis();
  redis = connectRedis(redisServer.url);
  documents = new Documents(redis, retentionSeconds);
  source = await openPlaybooks(undefined, logger);
  prometheus = await startPrometheus({ targets: [], receives: true });
  await remoteWrite(prometheus.url, [
    ...connections('cart-old', now - 3600, changedAt, 0.5),
    ...connections('cart-new', changedAt, now, 0),
  ]);
  const rbac = ['rbac.yaml', 'rbac-remediator.yaml'].map((name) =>
    readFile(join(import.meta.dirname, '../../deploy', name), 'utf8'),
  );
  const objects = [namespace('shop'), node('node-a'), pod('cart-new'), service('cart')];
  sim = await startCluster({ manifests: [...(await Promise.all(rbac)), yaml(...objects)] });
  store = new InvestigationStore(documents, cluster);
});
afterAll(async () => {
  source.close();
  redis.disconnect();
  await sim.close();
  await prometheus.close();
  await redisServer.close();
});
beforeEach(() => {
  logged.length = 0;
});

/** Connections of one pod, one a second, of which a share fails. */
function connections(name: string, from: number, to: number, failing: number) {
  const steps = Array.from({ length: Math.floor((to - from) / 15) }, (_, index) => index * 15);
  const counted = (share: number): WrittenSample[] => steps.map((after) => [from + after, after * share]);
  const labels = { namespace: 'shop', pod: name, job: 'linkerd', instance: `${name}:4191` };
  const opened = { __name__: 'tcp_open_total', direction: 'outbound', peer: 'src' };
  return [
    { labels: { ...labels, ...opened }, samples: counted(1) },
    { labels: { ...labels, __name__: 'outbound_tcp_errors_total' }, samples: counted(failing) },
  ];
}

let changes = 0;

/** A change of a cause, after the investigation that found it. */
async function changed(cause: string, destination = 'payments:80'): Promise<Remediation> {
  const id = `i${++changes}`;
  await store.settle(id, {
    target: {
      ...{ namespace: 'shop', service: 'cart', destination, gaps: [], nodes: ['node-a'] },
      pods: [{ name: 'cart-old', ready: true, node: 'node-a' }],
    },
    requester: 'U1',
    window: { from: settledAt - 1800, to: settledAt },
    playbooks: await new PlaybookVersions(source, documents).keep(),
  });
  const verified = remediationAt('verified');
  return { ...verified, investigation: id, proposal: { ...verified.proposal, id: `${id}-p`, cause } };
}

/** What is kept of it. */
async function courseOf(remediation: Remediation, url = prometheus.url) {
  const sources = {
    cluster: readerFor(sim, { namespace: 'netcheck', name: 'netcheck-remediator' }),
    metrics: createMetricsReader({ url }),
    timeoutMs: 5000,
  };
  await keepCourse(
    { store, playbooks: new PlaybookVersions(source, documents), sources, logger },
    remediation,
  );
  return [...(await store.evidence(courseId(remediation.proposal.id))).values()];
}

test('the chart of the cause, from where the investigation began until now, of the pods before and after', async () => {
  const [course, ...others] = await courseOf(await changed('network-congestion'));
  expect(others).toEqual([]);
  if (course?.request.source !== 'promql' || course.observation.status !== 'observed')
    throw new Error('there is no course');
  const { window, step = 0, title, query } = course.request;
  expect(title).toBe('Share of connections out of the pods that failed');
  expect(query).toContain('cart-old|cart-new');
  expect(window.from - (settledAt - 1800)).toBeLessThan(step);
  expect(window.to).toBeGreaterThanOrEqual(now);
  expect(course.link).toContain(prometheus.url);
  const points = course.observation.series?.[0]?.points ?? [];
  expect(points.at(-1)?.[0]).toBe(window.to);
  const values = (from: number, to: number) =>
    points.filter(([at]) => at > from && at < to).map(([, v]) => v);
  const [before, after] = [values(settledAt - 1500, changedAt), values(now - 60, now)];
  expect(before.length).toBeGreaterThan(50);
  for (const share of before) expect(share).toBeCloseTo(0.5, 2);
  expect(Math.max(...after)).toBeLessThan(0.25);
  expect(logged).toEqual([]);
});

test.each([
  ['whose cause has no chart', () => changed('mtu-black-hole'), undefined],
  ['whose cause is gone', () => changed('no-such-cause'), undefined],
  ['that nothing was measured of', () => changed('rollout-without-drain'), undefined],
  ['where Prometheus is away', () => changed('network-congestion'), 'nobody'],
  [
    'that led from an investigation that nobody knows any more',
    async () => ({ ...(await changed('network-congestion')), investigation: 'gone' }),
    undefined,
  ],
])('of a change %s nothing is kept, and nothing fails', async (_name, make, away) => {
  const url = away === undefined ? prometheus.url : `http://127.0.0.1:${await freePort()}`;
  expect(await courseOf(await make(), url)).toEqual([]);
  expect(logged).toEqual([]);
});

test('what breaks is logged, and goes no further', async () => {
  const remediation = await changed('network-congestion');
  await redis.set(`netcheck:${cluster}:settled:${remediation.investigation}`, 'not a document');
  expect(await courseOf(remediation)).toEqual([]);
  expect(logged).toEqual([expect.stringContaining('no course over a change')]);
});
