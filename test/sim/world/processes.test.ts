import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findBinary, startRedis } from '../../../sim/world/processes.ts';
import { startPrometheus } from '../../../sim/world/prometheus.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`Not within ${withinMs} ms: ${condition.toString()}`);
    }
    await pause(10);
  }
}

describe('a redis-server of our own', () => {
  test('answers as soon as it is started, and its private directory goes with it', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.close());
    const client = new Redis(redis.url);
    cleanups.push(() => client.quit());
    await client.set('greeting', 'hello');
    expect(await client.get('greeting')).toBe('hello');
    expect(existsSync(redis.dir)).toBe(true);

    await client.quit();
    cleanups.pop();
    await redis.close();
    expect(isAlive(redis.pid)).toBe(false);
    expect(existsSync(redis.dir)).toBe(false);
  });

  test('keeps its data over a restart with an append-only file in a given directory and port', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'netcheck-test-'));
    cleanups.push(() => rm(dir, { recursive: true, force: true }));
    const first = await startRedis({ dir, aof: true });
    const writer = new Redis(first.url);
    await writer.set('job', '42');
    writer.disconnect();
    await first.close();

    const second = await startRedis({ dir, aof: true, port: first.port });
    cleanups.push(() => second.close());
    expect(second.port).toBe(first.port);
    const reader = new Redis(second.url);
    cleanups.push(() => reader.quit());
    expect(await reader.get('job')).toBe('42');
  });

  test('says why it could not start', async () => {
    const first = await startRedis();
    cleanups.push(() => first.close());
    await expect(
      startRedis({ port: first.port, dir: join(tmpdir(), 'no-such-folder-for-redis') }),
    ).rejects.toThrow(/ENOENT|No such file/);
  });

  test('dies with a parent that was killed without a chance to clean up', async () => {
    const module = new URL('../../../sim/world/processes.ts', import.meta.url).pathname;
    const script = `
      import { startRedis } from ${JSON.stringify(module)};
      const redis = await startRedis();
      process.stdout.write(JSON.stringify({ pid: redis.pid, dir: redis.dir }) + '\\n');
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const { pid, dir } = JSON.parse(line) as { pid: number; dir: string };
    cleanups.push(() => rm(dir, { recursive: true, force: true }));
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => !isAlive(pid));
  });
});

test('a missing binary is named together with its package', async () => {
  await expect(findBinary('prometheus-of-the-future', 'prometheus')).rejects.toThrow(
    'prometheus-of-the-future is not installed; install: apt-get install prometheus',
  );
});

test('a private Prometheus is ready when it is returned and gone when it is closed', async () => {
  const prometheus = await startPrometheus({ targets: [] });
  cleanups.push(() => prometheus.close());
  const response = await fetch(`${prometheus.url}/api/v1/query?query=1%2B1`);
  expect(await response.json()).toMatchObject({ status: 'success', data: { resultType: 'scalar' } });

  await prometheus.close();
  expect(isAlive(prometheus.pid)).toBe(false);
  expect(existsSync(prometheus.dir)).toBe(false);
});
