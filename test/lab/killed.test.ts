import { afterEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../support/repository.ts';
import { describeInSandbox, until } from './net/support.ts';

const tableSize = '/proc/sys/net/netfilter/nf_conntrack_max';

/** What of the machine's processes a look at /proc shows. */
interface Seen {
  readonly pid: number;
  readonly environment: string;
  readonly namespaces: readonly string[];
}

function processes(): readonly Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(join('/proc', name, 'environ'), 'utf8');
        const namespaces = ['net', 'pid', 'mnt'].map((one) => readlinkSync(join('/proc', name, 'ns', one)));
        return [{ pid: Number(name), environment, namespaces }];
      } catch {
        // It ended meanwhile, or is a thread of the kernel.
        return [];
      }
    });
}

const own = processes().find(({ pid }) => pid === process.pid)?.namespaces ?? [];

/** The processes of a lab: by its mark, and whoever shares a namespace with one of those and not with us. */
function ofLab(mark: string, known: ReadonlySet<string>): readonly Seen[] {
  return processes().filter(
    ({ environment, namespaces }) =>
      environment.includes(`NETCHECK_LAB_MARK=${mark}\0`) || namespaces.some((one) => known.has(one)),
  );
}

function namespacesOf(seen: readonly Seen[]): ReadonlySet<string> {
  return new Set(seen.flatMap(({ namespaces }) => namespaces).filter((one) => !own.includes(one)));
}

let lab: ChildProcess | undefined;
afterEach(() => void lab?.kill('SIGKILL'));

const look = (mark: string): readonly Seen[] => ofLab(mark, namespacesOf(ofLab(mark, new Set())));

function start(mark: string, ...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['cli/netcheck.js', 'lab', ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', NETCHECK_LAB_MARK: mark },
  });
  lab = child;
  return child;
}

describeInSandbox('a lab that is killed', () => {
  test.each([
    ['when its first processes are there', 3],
    ['while it is built', 20],
    ['when it is up', undefined],
  ])(
    '%s leaves no process, no namespace and no setting behind',
    async (_when, enough) => {
      const before = readFileSync(tableSize, 'utf8');
      const mark = `${process.pid}-${String(enough)}`;
      const child = start(mark, 'up', '--port', '0');
      const isUp = once(createInterface(child.stdout), 'line');
      await (enough === undefined
        ? isUp
        : until('some processes', () => look(mark).length >= enough, 60_000));
      const known = namespacesOf(look(mark));
      expect(known.size).toBeGreaterThan(0);

      child.kill('SIGKILL');
      await once(child, 'close').catch(() => undefined);

      await until('all of it is gone', () => ofLab(mark, known).length === 0);
      expect(readFileSync(tableSize, 'utf8')).toBe(before);
    },
    90_000,
  );
});

describeInSandbox('a run that is interrupted', () => {
  test.each([
    ['while its lab is built', 'Building'],
    ['while netcheck is asked', 'Breaking'],
  ])(
    '%s ends, and leaves nothing behind',
    async (_when, word) => {
      const mark = `${process.pid}-${word}`;
      const child = start(mark, 'run', 'healthy');
      let said = '';
      child.stderr.on('data', (more: Buffer) => (said += more.toString()));
      await until(`${word} is said`, () => said.includes(word), 60_000);
      const known = namespacesOf(look(mark));

      child.kill('SIGINT');
      const soon = { signal: AbortSignal.timeout(10_000) };
      const [code] = (await once(child, 'close', soon)) as [number | null];

      expect(said).toContain('Interrupted.');
      expect(code).toBe(1);
      await until('all of it is gone', () => ofLab(mark, known).length === 0);
    },
    90_000,
  );
});
