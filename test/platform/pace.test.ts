import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Pace } from '../../platform/pace.ts';
import { startRedis, type RunningProcess } from '../../sim/world/processes.ts';

let server: RunningProcess & { readonly url: string };
let redis: Redis;
let pace: Pace;
const now = 1_790_000_000_000;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  pace = new Pace(redis, 60);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

interface Asked {
  readonly channel?: string;
  readonly after?: number;
  readonly perChannel?: number;
}

/** Seconds until its turn, and how many wait before it. */
async function turn(
  id: string,
  { channel = 'ops', after = 0, perChannel = 100 }: Asked = {},
): Promise<number[]> {
  const at = now + after * 1000;
  const all = { key: 'all', perMinute: 3 };
  const own = { key: channel, perMinute: perChannel };
  const turned = await pace.turnOf(id, { all, own }, at);
  return [(turned.at - at) / 1000, turned.ahead];
}

test('as many as may start in a minute start at once, and the others as their turn comes', async () => {
  const turns = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) turns.push(await turn(id));
  expect(turns).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
    [20, 0],
    [40, 1],
  ]);
  // A while later one of the two has started, and there is room again in the end.
  expect(await turn('f', { after: 30 })).toEqual([30, 1]);
  expect(await turn('g', { after: 600 })).toEqual([0, 0]);
});

test('of both buckets the one that lets it wait longer counts', async () => {
  expect(await turn('a', { perChannel: 1 })).toEqual([0, 0]);
  expect(await turn('b', { perChannel: 1 })).toEqual([60, 0]);
  expect(await turn('c', { perChannel: 1, channel: 'other' })).toEqual([0, 0]);
});

test('a channel that keeps itself waiting keeps no other waiting', async () => {
  const noisy = [];
  for (let nr = 0; nr < 6; nr++) noisy.push(await turn(`noisy-${nr}`, { perChannel: 2, channel: 'noisy' }));
  expect(noisy).toEqual([
    [0, 0],
    [0, 0],
    [30, 0],
    [60, 1],
    [90, 2],
    [120, 3],
  ]);
  // A third at once is what all together may; the next has its place between those of the noisy one.
  expect(await turn('calm')).toEqual([0, 0]);
  expect(await turn('later')).toEqual([40, 1]);
});

test('however they come, all together start no more than may', async () => {
  const asked = Array.from({ length: 60 }, (_, nr) => ({
    id: `id-${nr}`,
    channel: `channel-${(nr * nr) % 5}`,
    after: (nr * 37) % 11,
    perChannel: 2,
  }));
  const starts = [];
  for (const { id, ...one } of asked) starts.push(one.after + ((await turn(id, one))[0] ?? 0));
  starts.sort((a, b) => a - b);
  let fill = 0;
  for (const [index, start] of starts.entries()) {
    fill = Math.max(0, fill - (start - (starts[index - 1] ?? start)) / 20) + 1;
    expect(fill).toBeLessThanOrEqual(3.001);
  }
  // Nor are they later than they have to be.
  expect(starts.at(-1)).toBeLessThanOrEqual(57 * 20 + 11);
});

test('who asks again is answered the same', async () => {
  for (const id of ['a', 'b', 'c']) await turn(id);
  expect(await turn('d')).toEqual([20, 0]);
  expect(await turn('d')).toEqual([20, 0]);
  expect(await turn('e')).toEqual([40, 1]);
});

test('all that ask at once are spread', async () => {
  const turns = await Promise.all(Array.from({ length: 40 }, (_, index) => turn(`id-${index}`)));
  const waits = turns.map(([seconds = 0]) => seconds).sort((a, b) => a - b);
  expect(waits).toEqual([0, 0, 0, ...Array.from({ length: 37 }, (_, index) => (index + 1) * 20)]);
});
