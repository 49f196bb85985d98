import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { auditKeys, canonical, type AuditEntry } from '../../core/audit.ts';
import { netcheck } from '../../core/remediation/state.ts';
import { AuditLog, parseHead, sayHead, UnreadableEntry, type Recorded } from '../../platform/audit-log.ts';
import { countAudit } from '../../platform/count-audit.ts';
import { Metrics } from '../../platform/metrics.ts';
import { connectRedis } from '../../platform/redis.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { readExposition } from '../support/scrape.ts';

const keys = auditKeys('prod');
const zeros = '0'.repeat(64);

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let lines: Record<string, unknown>[];
let log: AuditLog;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(async () => {
  await redis.flushall();
  lines = [];
  log = logOn(redis);
});

function logOn(connection: Redis): AuditLog {
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  return new AuditLog(connection, 'prod', pino({}, { write }));
}

function happened(changes: Partial<AuditEntry> = {}): Omit<AuditEntry, 'cluster'> {
  return {
    at: 1000,
    who: netcheck,
    what: 'applied',
    proposal: 'p1',
    investigation: 'i1',
    remediation: 'cordon',
    object: 'Node n1',
    ...changes,
  };
}

async function fill(count: number): Promise<void> {
  for (let i = 1; i <= count; i++) await log.append(happened({ at: i }), `p${i}`);
}

async function all(wanted: Parameters<AuditLog['read']>[0] = {}): Promise<Recorded[]> {
  const kept: Recorded[] = [];
  for await (const one of log.read(wanted)) kept.push(one);
  return kept;
}

describe('a record', () => {
  test('is a chain: each hash is made of the one before and of the text', async () => {
    const first = await log.append(happened({ why: 'ä"\n' }), 'p1:1:applied');
    const second = await log.append(happened({ what: 'verified', outcome: 'fixed' }), 'p1:2:verified');
    const kept = await all();
    expect(kept.map(({ seq, prev }) => [seq, prev])).toEqual([
      [1, zeros],
      [2, first.hash],
    ]);
    for (const { prev, hash, entry } of kept)
      expect(hash).toBe(
        createHash('sha256')
          .update(prev + canonical(entry))
          .digest('hex'),
      );
    expect(kept[0]?.entry).toEqual({ ...happened({ why: 'ä"\n' }), cluster: 'prod' });
    expect(await log.verify()).toEqual({ ok: true, entries: 2, head: second });
  });

  test('is kept for good', async () => {
    await fill(1);
    for (const key of Object.values(keys)) expect(await redis.ttl(key)).toBe(-1);
  });

  test('holds one entry for each key: again changes nothing', async () => {
    const first = await log.append(happened(), 'p1:3:applied');
    const again = await logOn(redis).append(happened({ at: 2000 }), 'p1:3:applied');
    expect(again).toEqual(first);
    expect((await all()).map(({ entry }) => entry.at)).toEqual([1000]);
    await log.append(happened(), 'p1:4:applied');
    expect(await log.verify()).toMatchObject({ ok: true, entries: 2 });
  });

  test('has a line in the log for each append, also where the entry was there', async () => {
    const { hash } = await log.append(happened(), 'p1:3:applied');
    await log.append(happened(), 'p1:3:applied');
    const line = { msg: 'audit', audit: { ...happened(), cluster: 'prod' }, seq: 1, hash };
    expect(lines).toMatchObject([
      { ...line, repeated: false },
      { ...line, repeated: true },
    ]);
  });

  test('is counted by whoever made the entry, once', async () => {
    const metrics = new Metrics('remediator');
    const counted = new AuditLog(redis, 'prod', pino({ level: 'silent' }), countAudit(metrics));
    await log.append(happened(), 'p0:applied');
    for (const key of ['p0:applied', 'p1:applied', 'p1:applied']) await counted.append(happened(), key);
    await counted.append(happened({ remediation: 'of-later-days' }), 'p2:applied');
    const { sum } = readExposition(await metrics.exposition());
    const events = 'netcheck_remediation_events_total';
    expect(sum(events, { happening: 'applied', kind: 'cordon' })).toBe(1);
    expect(sum(events, { happening: 'applied', kind: 'other' })).toBe(1);
    expect(sum(events)).toBe(2);
  });

  test('takes no entry that could not be read again', async () => {
    await expect(log.append({ ...happened(), at: Number.NaN }, 'p1')).rejects.toThrow();
    expect(await all()).toEqual([]);
  });

  test('of several processes that append at once is one chain, with each key once', async () => {
    const connections = Array.from({ length: 4 }, () => connectRedis(server.url));
    const logs = connections.map(logOn);
    const appended = await Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        (logs[i % 4] ?? log).append(happened({ at: i }), `p${Math.floor(i / 2)}`),
      ),
    );
    expect(new Set(appended.map(({ seq }) => seq)).size).toBe(60);
    for (let i = 0; i < 120; i += 2) expect(appended[i]).toEqual(appended[i + 1]);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 60 });
    for (const connection of connections) connection.disconnect();
  });

  test('is read and checked page by page, while it grows', async () => {
    await fill(1200);
    const [checked] = await Promise.all([log.verify(), log.append(happened(), 'one more')]);
    expect(checked.ok).toBe(true);
    expect((await all()).map(({ seq }) => seq)).toEqual(Array.from({ length: 1201 }, (_, i) => i + 1));
  });

  test('without an entry is as it should be', async () => {
    expect(await log.verify()).toEqual({ ok: true, entries: 0, head: { seq: 0, hash: zeros } });
  });

  test('of another cluster is another one', async () => {
    await fill(2);
    const other = new AuditLog(redis, 'staging', pino({ level: 'silent' }));
    expect(await other.append(happened(), 'p1')).toMatchObject({ seq: 1 });
  });
});

test.each([
  [{}, [1, 2, 3, 4]],
  [{ from: 2 }, [2, 3, 4]],
  [{ to: 3 }, [1, 2, 3]],
  [{ from: 2, to: 3 }, [2, 3]],
  [{ proposal: 'p2' }, [2, 4]],
  [{ proposal: 'p2', from: 3 }, [4]],
  [{ proposal: 'p3' }, []],
])('of %p the entries %p are read', async (wanted, expected) => {
  for (let at = 1; at <= 4; at++)
    await log.append(happened({ at, proposal: at % 2 === 0 ? 'p2' : 'p1' }), String(at));
  expect((await all(wanted)).map(({ entry }) => entry.at)).toEqual(expected);
});

describe('tampering', () => {
  type Row = Record<'seq' | 'prev' | 'hash' | 'entry', string>;

  async function rows(): Promise<Row[]> {
    const stored = await redis.xrange(keys.entries, '-', '+');
    return stored.map(([, fields]) => {
      const pairs = Array.from({ length: fields.length / 2 }, (_, i) => fields.slice(2 * i, 2 * i + 2));
      return Object.fromEntries(pairs) as Row;
    });
  }

  /** Writes the stream anew, as somebody would who can write to Redis. */
  async function rewrite(change: (stored: Row[]) => readonly Row[]): Promise<void> {
    const changed = change(await rows());
    await redis.del(keys.entries);
    for (const row of changed) await redis.xadd(keys.entries, '*', ...Object.entries(row).flat());
  }

  const edited = (row: Row): Row => ({ ...row, entry: row.entry.replace('Node n1', 'Node n2') });
  /** A chain in which every hash is right. */
  function rechained(stored: readonly Row[]): Row[] {
    let prev = zeros;
    return stored.map((row, index) => {
      const hash = createHash('sha256')
        .update(prev + row.entry)
        .digest('hex');
      const link = { ...row, seq: String(index + 1), prev, hash };
      prev = hash;
      return link;
    });
  }
  const at = (index: number, change: (row: Row) => Row) => (stored: Row[]) =>
    stored.map((row, i) => (i === index ? change(row) : row));
  const without = (index: number) => (stored: Row[]) => stored.toSpliced(index, 1);
  const changedText = 'it was changed after it was written';
  const doesNotFollow = 'it does not follow from the entry before it: one of the two was changed';

  test.each<[string, (stored: Row[]) => readonly Row[], number, string]>([
    ['an edited text', at(2, edited), 3, changedText],
    ['an edited first', at(0, edited), 1, changedText],
    [
      'another order of keys',
      at(1, (row) => ({ ...row, entry: row.entry.replace('{', '{ ') })),
      2,
      changedText,
    ],
    ['an edited hash', at(1, (row) => ({ ...row, hash: zeros })), 2, changedText],
    [
      'a text with its hash',
      (stored) => rechained(at(1, edited)(stored).slice(0, 2)).concat(stored.slice(2)),
      3,
      doesNotFollow,
    ],
    ['an edited link', at(3, (row) => ({ ...row, prev: zeros })), 4, doesNotFollow],
    ['no first', without(0), 1, 'number 2 stands in its place'],
    ['no middle', without(2), 3, 'number 4 stands in its place'],
    ['no last', without(4), 5, 'it is missing, with all after it up to 5'],
    ['nothing at all', () => [], 1, 'it is missing, with all after it up to 5'],
    [
      'another order',
      (stored) => [2, 0, 1, 3, 4].flatMap((i) => stored[i] ?? []),
      1,
      'number 3 stands in its place',
    ],
    [
      'one twice',
      (stored) => stored.toSpliced(2, 0, ...stored.slice(1, 2)),
      3,
      'number 2 stands in its place',
    ],
    [
      'numbers made anew',
      (stored) => without(2)(stored).map((row, i) => ({ ...row, seq: String(i + 1) })),
      3,
      doesNotFollow,
    ],
    [
      'all made anew',
      (stored) => rechained(at(1, edited)(stored)),
      5,
      'its hash is not the one that was noted down',
    ],
    [
      'one more',
      (stored) => rechained([...stored, ...stored.slice(0, 1)]),
      6,
      'it is not noted as the newest, as every entry is when it is made',
    ],
    [
      'something else',
      (stored) => stored.with(1, { note: 'mine' } as unknown as Row),
      2,
      'number 0 stands in its place',
    ],
  ])('%s', async (_, change, seq, why) => {
    await fill(5);
    await rewrite(change);
    expect(await log.verify()).toEqual({ ok: false, seq, why });
  });

  test('an entry that is put back changed comes last', async () => {
    await fill(3);
    const [, second] = await redis.xrange(keys.entries, '-', '+');
    const [, row] = await rows();
    if (second === undefined || row === undefined) throw new Error('no second entry');
    await redis.xdel(keys.entries, second[0]);
    await redis.xadd(keys.entries, '*', ...Object.entries(edited(row)).flat());
    expect(await log.verify()).toEqual({ ok: false, seq: 2, why: 'number 3 stands in its place' });
  });

  test('of the newest with its note shows against what was kept elsewhere, and only so', async () => {
    await fill(5);
    const checked = await log.verify();
    if (!checked.ok) throw new Error(checked.why);
    await rewrite(without(4));
    const [newest] = (await rows()).slice(-1);
    await redis.hset(keys.head, { seq: '4', hash: newest?.hash ?? '' });
    expect(await log.verify()).toMatchObject({ ok: true, entries: 4 });
    const why = 'it is missing, with all after it up to 5';
    expect(await log.verify(checked.head)).toEqual({ ok: false, seq: 5, why });
  });

  test('of everything shows against what was kept elsewhere, and only so', async () => {
    await fill(5);
    const [, , third] = await all();
    if (third === undefined) throw new Error('no third entry');
    await rewrite((stored) => rechained(at(0, edited)(stored)));
    const [newest] = (await rows()).slice(-1);
    await redis.hset(keys.head, { hash: newest?.hash ?? '' });
    expect(await log.verify()).toMatchObject({ ok: true, entries: 5 });
    const why = 'its hash is not the one that was noted down';
    expect(await log.verify(third)).toEqual({ ok: false, seq: 3, why });
  });

  test('is not covered up by what is appended later', async () => {
    await fill(5);
    await rewrite(without(4));
    await log.append(happened(), 'later');
    expect(await log.verify()).toEqual({ ok: false, seq: 5, why: 'number 6 stands in its place' });
  });

  test('with the note of the newest keeps nothing from being recorded', async () => {
    await fill(2);
    await redis.hset(keys.head, { hash: 'nothing: at all' });
    expect(await log.append(happened(), 'later')).toMatchObject({ seq: 3 });
    expect(await log.verify()).toEqual({ ok: false, seq: 3, why: doesNotFollow });
  });

  test.each([{ seq: '1' }, { seq: 'none' }])('with the note of the newest as %p is seen', async (note) => {
    await fill(2);
    const [first] = await all();
    await redis.hset(keys.head, { hash: first?.hash ?? '', ...note });
    const why = 'it is not noted as the newest, as every entry is when it is made';
    expect(await log.verify()).toEqual({ ok: false, seq: 2, why });
  });

  test('that leaves no entry to read is said', async () => {
    await fill(2);
    await rewrite(at(1, (row) => ({ ...row, entry: '{}' })));
    await expect(all()).rejects.toThrow(UnreadableEntry);
    await expect(all()).rejects.toThrow('Entry 2 cannot be read');
  });
});

test.each([
  [`12:${'ab'.repeat(32)}`, { seq: 12, hash: 'ab'.repeat(32) }],
  [`12:${'AB'.repeat(32)}`, undefined],
  ['12', undefined],
  [`:${zeros}`, undefined],
  [`1:${zeros}0`, undefined],
])('%s as a head', (text, head) => {
  expect(parseHead(text)).toEqual(head);
  if (head !== undefined) expect(sayHead(head)).toBe(text);
});
