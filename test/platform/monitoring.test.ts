import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import { pino } from 'pino';
import { queueNames } from '../../core/jobs.ts';
import { Metrics } from '../../platform/metrics.ts';
import { startMonitoring, type Monitoring } from '../../platform/monitoring.ts';
import { openQueue } from '../../platform/queues.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { scrape, type Scrape } from '../support/scrape.ts';
import { eventually } from '../workers/support/lab.ts';

const cluster = 'test';
const depth = 'netcheck_queue_jobs';
const age = 'netcheck_queue_oldest_waiting_seconds';

let redis: Awaited<ReturnType<typeof startRedis>>;
let queue: Queue;
let port: number;
let monitoring: Monitoring;
let isRunning: boolean;

beforeEach(async () => {
  redis = await startRedis();
  queue = openQueue(queueNames.investigate(cluster), redis.url);
  port = await freePort();
  isRunning = true;
  monitoring = await start();
  await ready();
});
afterEach(async () => {
  await monitoring.close();
  await queue.disconnect();
  await redis.close();
});

function start(): Promise<Monitoring> {
  return startMonitoring({
    port,
    redisUrl: redis.url,
    cluster,
    metrics: new Metrics('worker'),
    queues: ['investigate', 'gather'],
    parts: { worker: () => (isRunning ? undefined : 'not running') },
    logger: pino({ level: 'silent' }),
  });
}

async function ready(): Promise<void> {
  await eventually('it is ready', async () => (await get('/readyz')).status === 200 || undefined, 5000);
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly tookMs: number;
}

async function get(path: string): Promise<Answered> {
  const started = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const body = await response.text();
  return { status: response.status, body, tookMs: performance.now() - started };
}

/** What it says while Redis is not there, each within two seconds. */
async function expectToSayThatRedisIsAway(): Promise<void> {
  const [readiness, health, metrics] = await Promise.all([get('/readyz'), get('/healthz'), get('/metrics')]);
  expect(readiness).toMatchObject({ status: 503, body: 'redis: no answer to a PING within 1 s\n' });
  expect(health).toMatchObject({ status: 200, body: 'ok\n' });
  expect(metrics.status).toBe(200);
  expect(metrics.body).toContain('process_resident_memory_bytes');
  expect(metrics.body).not.toMatch(/^netcheck_queue_jobs/m);
  for (const { tookMs } of [readiness, health, metrics]) expect(tookMs).toBeLessThan(2000);
}

describe('queues', () => {
  test('are shown as Redis has them: how many wait, and since when', async () => {
    const before = await scrape(port);
    expect(before.sum(depth, { queue: 'investigate', state: 'waiting' })).toBe(0);
    expect(before.sum(age, { queue: 'investigate' })).toBe(0);

    await queue.add('older', {}, { timestamp: Date.now() - 90_000 });
    await queue.add('newer', {});
    await queue.add('later', {}, { delay: 600_000 });
    const after = await scrape(port);
    expect(after.sum(depth, { queue: 'investigate', state: 'waiting' })).toBe(2);
    expect(after.sum(depth, { queue: 'investigate', state: 'delayed' })).toBe(1);
    expect(after.sum(depth, { queue: 'gather', state: 'waiting' })).toBe(0);
    expect(after.sum(age, { queue: 'investigate' })).toBeGreaterThanOrEqual(90);
    expect(after.sum(age, { queue: 'investigate' })).toBeLessThan(120);
  });

  test('are shown alike to two who ask at once', async () => {
    await queue.add('one', {});
    const both = await Promise.all([scrape(port), scrape(port)]);
    const waiting = ({ sum }: Scrape) => sum(depth, { queue: 'investigate', state: 'waiting' });
    expect(both.map(waiting)).toEqual([1, 1]);
  });
});

describe('without Redis', () => {
  test('from the start, it is ready when Redis is there', async () => {
    await monitoring.close();
    await redis.close();
    monitoring = await start();
    await expectToSayThatRedisIsAway();
    redis = await startRedis({ port: redis.port });
    await ready();
    expect((await scrape(port)).sum(depth, { queue: 'gather', state: 'waiting' })).toBe(0);
  });

  test('it says so at once, and is ready again when Redis is back', async () => {
    await redis.close();
    await eventually('it is noticed', async () => (await get('/readyz')).status === 503 || undefined, 5000);
    await expectToSayThatRedisIsAway();
    redis = await startRedis({ port: redis.port });
    await ready();
    expect((await scrape(port)).sum(depth, { queue: 'gather', state: 'waiting' })).toBe(0);
  });

  test('that hangs, it says so in time', async () => {
    process.kill(redis.pid, 'SIGSTOP');
    await expectToSayThatRedisIsAway();
    process.kill(redis.pid, 'SIGCONT');
    await ready();
  });
});

test('what does not run is named', async () => {
  isRunning = false;
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'worker: not running\n' });
  expect(await get('/healthz')).toMatchObject({ status: 200 });
});

test('other paths are not there', async () => {
  expect(await get('/')).toMatchObject({ status: 404 });
});
