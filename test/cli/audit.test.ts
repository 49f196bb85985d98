import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { auditKeys, type AuditEntry } from '../../core/audit.ts';
import { netcheck as itself } from '../../core/remediation/state.ts';
import { AuditLog, sayHead } from '../../platform/audit-log.ts';
import { connectRedis } from '../../platform/redis.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { killAll, startProcess } from '../workers/support/lab.ts';

const ben = { id: 'U0BEN', name: 'ben' };
const carol = { id: 'U0CAROL', name: 'carol' };
const morning = Date.UTC(2026, 10, 22, 9, 14);
const base = {
  at: morning,
  who: ben,
  what: 'approved',
  proposal: 'abc1234-no-ready-endpoints',
  investigation: 'abc1234',
  remediation: 'service-selector',
  object: 'Service shop/cart',
} as const;
const diff = ' spec:\n   selector:\n-    app: crat\n+    app: cart\n';

let server: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let log: AuditLog;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url);
  log = new AuditLog(redis, 'prod', pino({ level: 'silent' }));
});
afterAll(async () => {
  await killAll();
  redis.disconnect();
  await server.close();
});
beforeEach(() => redis.flushall());

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function audit(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const run = startProcess(['cli/netcheck.js', 'audit', ...args], {
    REDIS_URL: server.url,
    NETCHECK_CLUSTER: 'prod',
    ...env,
  });
  const code = await run.exited;
  return { code, stdout: stripVTControlCharacters(run.stdout()), stderr: run.stderr() };
}

async function append(...changes: readonly Partial<AuditEntry>[]): Promise<void> {
  for (const [index, change] of changes.entries()) await log.append({ ...base, ...change }, String(index));
}

async function fill(): Promise<void> {
  await append(
    {},
    { at: morning + 60_000, who: itself, what: 'applied', approvals: [ben, carol], diff },
    { at: morning + 86_400_000, proposal: 'xyz1234-cpu', remediation: 'cordon', object: 'Node n\u001b[31m1' },
  );
}

describe('a record as text', () => {
  test('is told day by day, with what is needed to ask for more', async () => {
    await fill();
    expect(await audit()).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        '2026-11-22 UTC',
        "    1 09:14 ben approved: Change the Service's selector (Service shop/cart)",
        '      abc1234-no-ready-endpoints',
        "    2 09:15 netcheck applied: Change the Service's selector (Service shop/cart); approved by ben and",
        '      carol abc1234-no-ready-endpoints',
        '',
        '2026-11-23 UTC',
        '    3 09:14 ben approved: Let no more pods onto the node (Node n1) xyz1234-cpu',
        '',
      ].join('\n'),
    });
  });

  test('of one proposal has its diffs', async () => {
    await fill();
    expect((await audit(['--proposal', base.proposal])).stdout).toBe(
      [
        '2026-11-22 UTC',
        "    1 09:14 ben approved: Change the Service's selector (Service shop/cart)",
        "    2 09:15 netcheck applied: Change the Service's selector (Service shop/cart); approved by ben and",
        '      carol',
        '         spec:',
        '           selector:',
        '        -    app: crat',
        '        +    app: cart',
        '',
      ].join('\n'),
    );
  });

  test('begins where it is told to', async () => {
    await append({ at: Date.now() - 7200_000, who: carol }, { at: Date.now() - 600_000 });
    const { stdout } = await audit(['--since', '1h']);
    expect(stdout).toContain(' ben approved');
    expect(stdout).not.toContain(' carol approved');
  });

  test('may be empty, and is of the cluster that is named', async () => {
    await fill();
    const { code, stdout } = await audit(['--cluster', 'staging']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Nothing of that kind is on record for cluster staging.\n',
    });
    expect((await audit(['--cluster', 'prod'], { NETCHECK_CLUSTER: 'staging' })).stdout).toContain('ben');
  });
});

test('as JSON can be checked with nothing but a hash function', async () => {
  await fill();
  const { code, stdout } = await audit(['-o', 'json']);
  expect(code).toBe(0);
  let last = '0'.repeat(64);
  const lines = stdout.trimEnd().split('\n');
  for (const [index, line] of lines.entries()) {
    const { schema, seq, prev, hash, entry } = JSON.parse(line) as Record<string, unknown>;
    expect({ schema, seq, prev }).toEqual({ schema: 'netcheck.audit/v1', seq: index + 1, prev: last });
    const text = last + JSON.stringify(entry);
    expect(hash).toBe(createHash('sha256').update(text).digest('hex'));
    last = String(hash);
  }
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain('"approvals":[{"id":"U0BEN","name":"ben"},{"id":"U0CAROL","name":"carol"}]');
});

describe('the check', () => {
  async function noted(): Promise<string> {
    const found = await log.verify();
    if (!found.ok) throw new Error(found.why);
    return sayHead(found.head);
  }

  test('of a record as it was written', async () => {
    await fill();
    const head = await noted();
    const { code, stdout } = await audit(['--verify']);
    expect(code).toBe(0);
    expect(stdout).toContain('3 entries, each as it was written and in its place.\n');
    expect(stdout).toContain(`\n${head}\n`);
    await log.append(base, 'later');
    expect(await audit(['--head', head])).toMatchObject({ code: 0 });
    expect(JSON.parse((await audit(['--verify', '-o', 'json'])).stdout)).toEqual({
      schema: 'netcheck.audit-check/v1',
      ok: true,
      entries: 4,
      head: await noted(),
    });
  });

  test('of a record that was tampered with', async () => {
    await fill();
    const head = await noted();
    await redis.del(...Object.values(auditKeys('prod')));
    expect(await audit(['--verify'])).toEqual({ code: 0, stdout: 'No entries.\n', stderr: '' });
    expect(await audit(['--verify', '--head', head])).toEqual({
      code: 1,
      stdout: 'Tampered with: entry 1: it is missing, with all after it up to 3\n',
      stderr: '',
    });
    const { code, stdout } = await audit(['--head', head, '-o', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'netcheck.audit-check/v1', ok: false, seq: 1 });
  });

  test('is pointed to where an entry cannot be read', async () => {
    await redis.xadd(auditKeys('prod').entries, '*', 'seq', '1', 'entry', '{}');
    const { code, stderr } = await audit();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Entry 1 cannot be read: .* netcheck audit --verify says whether it was changed\.\n$/,
    );
  });
});

describe('called wrongly, or with nothing to read', () => {
  test.each<[readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [['--output', 'yaml'], {}, /^Unexpected output "yaml", expected text or json\n$/],
    [['--since', 'yesterday'], {}, /^Unexpected time "yesterday", expected one such as 30m, 24h or 7d\n$/],
    [['--head', '12'], {}, /^Unexpected head "12", expected what --verify prints/],
    [
      ['--verify', '--since', '1h'],
      {},
      /^The record is checked as a whole: leave out --since and --proposal\n$/,
    ],
    [['--cluster', 'Prod EU'], {}, /^NETCHECK_CLUSTER: expected lower-case letters/],
    [['--nonsense'], {}, /unknown option/],
    [[], { REDIS_URL: 'http://127.0.0.1' }, /^REDIS_URL: expected a URL such as/],
  ])('%p %p', async (args, env, message) => {
    const { code, stdout, stderr } = await audit(args, env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('a Redis that is not there', async () => {
    const port = await freePort();
    const { code, stderr } = await audit([], { REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(code).toBe(2);
    expect(stderr).toContain(`No Redis at 127.0.0.1:${port} (REDIS_URL)`);
  });
});
