import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { isFresh } from '../../core/directory.ts';
import { retentionSeconds } from '../../core/jobs.ts';
import { Records } from '../../bot/records.ts';
import { Documents } from '../../platform/documents.ts';
import { connectRedis } from '../../platform/redis.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { startListing } from '../../workers/listing.ts';
import { eventually } from './support/lab.ts';
import { namespace, readerFor, service, yaml } from './support/objects.ts';

const logger = pino({ level: 'silent' });

let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
let sim: ClusterSim;

beforeAll(async () => {
  redisServer = await startRedis();
  redis = connectRedis(redisServer.url);
  documents = new Documents(redis, retentionSeconds);
  sim = await startCluster({ manifests: [yaml(namespace('shop'), service('cart'), service('checkout'))] });
});
afterAll(async () => {
  redis.disconnect();
  await sim.close();
  await redisServer.close();
});

test('bots know the Services of a cluster, and how long ago that was', async () => {
  const records = new Records(documents, 'test', () => Promise.resolve());
  expect(await records.directory()).toBeUndefined();
  const listing = startListing({ reader: readerFor(sim), documents, cluster: 'test', logger });
  const directory = await eventually('a directory', () => records.directory(), 10_000);
  listing.stop();
  expect(directory.services).toEqual(
    expect.arrayContaining([
      { namespace: 'shop', service: 'cart' },
      { namespace: 'shop', service: 'checkout' },
    ]),
  );
  expect(isFresh(directory, directory.at + 60_000)).toBe(true);
  expect(isFresh(directory, directory.at + 600_000)).toBe(false);
});

test('a cluster that cannot be asked leaves what was known, and its age', async () => {
  const records = new Records(documents, 'other', () => Promise.resolve());
  const listing = startListing({ reader: readerFor(sim), documents, cluster: 'other', logger });
  const first = await eventually('a directory', () => records.directory(), 10_000);
  listing.stop();
  const logged: string[] = [];
  const listener = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const stranger = readerFor(sim, { namespace: 'shop', name: 'default' });
  const again = startListing({ reader: stranger, documents, cluster: 'other', logger: listener });
  expect(await eventually('a warning', () => logged[0], 10_000)).toMatch(/forbidden/i);
  again.stop();
  expect(await records.directory()).toEqual(first);
});
