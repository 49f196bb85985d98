import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { cannotLimitCpu, openCgroups, type Cgroups } from '../../lab/cgroups.ts';
import { canSandbox } from '../../lab/net/can-sandbox.ts';
import { openSandbox, type Sandbox } from '../../lab/net/sandbox.ts';

describe('cannotLimitCpu', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-cgroups-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('says so where there is no CPU controller', () => {
    expect(cannotLimitCpu(folder)).toBe(`there is no CPU controller of cgroups below ${folder}`);
  });
});

const why = cannotLimitCpu() ?? canSandbox();
// A container's cgroups are often read-only, in CI too; where they are not, the CPU counts.
const where = why === undefined ? describe : describe.skip;

where('a group of processes', () => {
  let sandbox: Sandbox;
  let groups: Cgroups | undefined;
  beforeEach(async () => {
    sandbox = await openSandbox();
  });
  afterEach(async () => {
    groups?.close();
    await sandbox.close();
  });

  test('waits for its quota, and is gone with its owner', async () => {
    groups = openCgroups();
    const group = groups.group('payments-1');
    group.limit(0.02);
    sandbox.spawn(undefined, [...group.enter, process.execPath, '--eval', 'for (;;);']);
    let stat = group.stat();
    while (stat.throttledPeriods < 3) {
      await pause(20);
      stat = group.stat();
    }
    expect(stat.periods).toBeGreaterThanOrEqual(stat.throttledPeriods);
    expect(stat.throttledSeconds).toBeGreaterThan(0.05);
    expect(stat.throttledSeconds).toBeLessThan(10);
    group.limit(undefined);
    const mine = (): readonly string[] => ours().filter((name) => name.includes(`-${process.pid}-`));
    expect(mine()).toHaveLength(1);
    groups.close();
    await sandbox.close();
    await untilGone(() => mine().length === 0);
  });

  test('is taken away where its owner is killed', async () => {
    const script = `
      const { openSandbox } = await import(${JSON.stringify(join(import.meta.dirname, '../../lab/net/sandbox.ts'))});
      const { openCgroups } = await import(${JSON.stringify(join(import.meta.dirname, '../../lab/cgroups.ts'))});
      const sandbox = await openSandbox();
      const group = openCgroups().group('payments-1');
      sandbox.spawn(undefined, [...group.enter, 'sh', '-c', 'echo ready; sleep 60'], {
        stdio: ['pipe', 'inherit', 'inherit'],
      });`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(owner.stdout), 'line');
    const left = (): readonly string[] => ours().filter((name) => name.includes(`-${String(owner.pid)}-`));
    expect(left()).toHaveLength(1);
    owner.kill('SIGKILL');
    await untilGone(() => left().length === 0);
  });
});

/** Folders of labs, wherever this machine keeps them. */
function ours(): readonly string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.startsWith('netcheck-lab-'));
}

async function untilGone(isGone: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isGone()) {
    if (Date.now() > deadline) throw new Error('still there');
    await pause(20);
  }
}
