import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { Documents } from '../../platform/documents.ts';
import { connectRedis, connectRedisFailingFast } from '../../platform/redis.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url);
  documents = new Documents(redis, 100);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(() => redis.flushall());

describe('a ranked document', () => {
  test('is what was written last, if that was further along', async () => {
    expect(await documents.read('doc')).toBeUndefined();
    expect(await documents.rank('doc')).toBeUndefined();

    expect(await documents.write('doc', 1, { a: 'ä"\n' })).toBe(true);
    expect(await documents.write('doc', 0, { a: 'older' })).toBe(false);
    expect(await documents.write('doc', 1, { a: 'as old' })).toBe(false);
    expect(await documents.read('doc')).toEqual({ rank: 1, value: { a: 'ä"\n' } });

    expect(await documents.write('doc', 10, 'newer')).toBe(true);
    expect(await documents.write('doc', 9, 'between')).toBe(false);
    expect(await documents.read('doc')).toEqual({ rank: 10, value: 'newer' });
    expect(await documents.rank('doc')).toBe(10);
  });

  test('of many writers at once the one furthest along wins, and of equals exactly one', async () => {
    const others = Array.from({ length: 4 }, () => connectRedis(server.url));
    const writers = others.map((one) => new Documents(one, 100));
    const attempts = Array.from({ length: 200 }, (_, i) => ({ rank: (i * 7) % 50, by: i }));
    const written = await Promise.all(
      attempts.map(({ rank, by }) => (writers[by % 4] ?? documents).write('doc', rank, { rank, by })),
    );
    const successes = attempts.filter((_, i) => written[i] === true);
    expect(new Set(successes.map(({ rank }) => rank)).size).toBe(successes.length);
    const last = successes.find(({ rank }) => rank === 49);
    expect(await documents.read('doc')).toEqual({ rank: 49, value: last });
    for (const other of others) other.disconnect();
  });

  test('lives as long as it is told, from the last write on', async () => {
    await documents.write('doc', 1, 1);
    await redis.expire('doc', 10);
    await documents.write('doc', 2, 2);
    expect(await redis.ttl('doc')).toBeGreaterThan(90);
    await redis.expire('doc', 10);
    await documents.write('doc', 2, 'refused');
    expect(await redis.ttl('doc')).toBeLessThanOrEqual(10);
  });
});

describe('a key that is held', () => {
  test('is of the first who wants it, for as long as it said', async () => {
    expect(await documents.hold('key', 'a', 60)).toBe('a');
    expect(await documents.hold('key', 'b', 600)).toBe('a');
    expect(await documents.hold('key', 'a', 600)).toBe('a');
    expect(await redis.ttl('key')).toBeLessThanOrEqual(60);
  });

  test('of many who want it at once is of one', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `holder-${n}`);
    const holders = new Set(await Promise.all(names.map((name) => documents.hold('key', name, 60))));
    expect(holders.size).toBe(1);
    expect(names).toContain([...holders][0]);
  });
});

describe('a mark', () => {
  test('stays until it is released, or as long as it was last told', async () => {
    await documents.mark('key', 60);
    expect(await redis.ttl('key')).toBeGreaterThan(50);
    await documents.mark('key');
    expect(await redis.ttl('key')).toBe(-1);
    expect(await documents.isClaimed('key')).toBe(true);
    expect(await documents.release('key')).toBe(true);
    expect(await documents.release('key')).toBe(false);
    expect(await documents.isClaimed('key')).toBe(false);
  });
});

describe('a set of entries', () => {
  test('keeps the first of each name', async () => {
    expect(await documents.entries('set')).toEqual(new Map());
    expect(await documents.add('set', 'a', { n: 1 })).toBe(true);
    expect(await documents.add('set', 'b', [2])).toBe(true);
    expect(await documents.add('set', 'a', { n: 3 })).toBe(false);
    expect(await documents.entries('set')).toEqual(
      new Map<string, unknown>([
        ['a', { n: 1 }],
        ['b', [2]],
      ]),
    );
    expect(await redis.ttl('set')).toBeGreaterThan(90);
  });

  test('of two that add at once keeps one whole', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => documents.add('set', 'a', { n: i, copy: i })));
    const value = (await documents.entries('set')).get('a') as { n: number; copy: number };
    expect(value.copy).toBe(value.n);
  });
});

describe('a claim', () => {
  test('is given to one of all who ask at once, until it runs out', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => documents.claim('key', 30)));
    expect(claims.filter((won) => won)).toHaveLength(1);
    expect(await documents.isClaimed('key')).toBe(true);
    expect(await redis.ttl('key')).toBeGreaterThan(20);
    expect(await documents.isClaimed('other')).toBe(false);

    await redis.pexpire('key', 1);
    while (await documents.isClaimed('key'));
    expect(await documents.claim('key', 30)).toBe(true);
  });

  test('is given to the next one once it is released', async () => {
    await documents.claim('released', 30);
    await documents.release('released');
    expect(await documents.claim('released', 30)).toBe(true);
  });
});

describe('a budget', () => {
  test('is given out up to its end, to however many take at once, and not beyond', async () => {
    expect(await documents.take('budget', 60, 100)).toBe(60);
    expect(await documents.take('budget', 60, 100)).toBe(40);
    expect(await documents.take('budget', 60, 100)).toBe(0);
    expect(await redis.ttl('budget')).toBeGreaterThan(0);

    const others = Array.from({ length: 4 }, () => connectRedis(server.url));
    const taken = await Promise.all(
      others.flatMap((one) =>
        Array.from({ length: 25 }, () => new Documents(one, 100).take('shared', 7, 300)),
      ),
    );
    expect(taken.reduce((sum, one) => sum + one, 0)).toBe(300);
    for (const one of others) one.disconnect();
  });
});

describe('what is remembered', () => {
  test('is recalled newest first, each once, without what is too old', async () => {
    const now = 1_800_000_000_000;
    await documents.remember('recent', 'old', now - 101_000);
    await documents.remember('recent', 'second', now - 2000);
    await documents.remember('recent', 'third', now - 3000);
    await documents.remember('recent', 'first', now - 4000);
    await documents.remember('recent', 'first', now);
    expect(await documents.recall('recent', 10)).toEqual(['first', 'second', 'third']);
    expect(await documents.recall('recent', 2)).toEqual(['first', 'second']);
    expect(await documents.recall('nothing', 2)).toEqual([]);
  });
});

describe('without Redis', () => {
  test('a person who waits learns it within about two seconds', async () => {
    const nobody = connectRedisFailingFast(`redis://127.0.0.1:${await freePort()}`);
    const started = performance.now();
    await expect(new Documents(nobody, 1).read('doc')).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(4000);
    nobody.disconnect();
  });

  test('a worker waits until it is there', async () => {
    const port = await freePort();
    const patient = connectRedis(`redis://127.0.0.1:${port}`);
    const reading = new Documents(patient, 1).read('doc');
    const late = await startRedis({ port });
    expect(await reading).toBeUndefined();
    patient.disconnect();
    await late.close();
  });
});
