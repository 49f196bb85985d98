import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { proberKinds } from '../../core/probe-task.ts';
import { closedPort, listen, type Listening } from '../prober/support/listen.ts';
import { dnsServer, exists } from '../prober/support/dns-server.ts';
import { eventually, killAll, startProcess } from '../workers/support/lab.ts';

/** `netcheck probe` from this machine, against real sockets of loopback. */

let server: Listening;
let there: string;
let closed: string;
beforeAll(async () => {
  server = await listen((socket) => socket.end());
  there = `127.0.0.1:${server.target.port}`;
  closed = `127.0.0.1:${(await closedPort()).port}`;
});
afterAll(async () => {
  await killAll();
  await server[Symbol.asyncDispose]();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function probe(...args: readonly string[]): Promise<Ended> {
  const run = startProcess(['cli/netcheck.js', 'probe', ...args], {});
  const code = await run.exited;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

const loopback = ['--allow', '127.0.0.0/8'];

describe('what it prints', () => {
  test('a far end that is there', async () => {
    const { code, stdout, stderr } = await probe('tcp', there, '-c', '40', '--pace', '0', ...loopback);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      `tcp to ${there} from this machine\n0 of 40 failed: 0 % (95 % interval 0 % to 8.8 %)\n`,
    );
    expect(stdout).toMatch(/^ +p50 +p90 +p99 +max\n {2}time +\d.*s\n/m);
    expect(stdout).toMatch(/^Times of those that were ok\n( +< [\d.]+ (µs|ms) +\d+ +[█▏▎▍▌▋▊▉]*\n)+/m);
    expect(stdout).not.toContain('\u001b');
  });

  test('a far end that refuses is a finding, not a failure of the program', async () => {
    const { code, stdout } = await probe('tcp', closed, '-c', '5', ...loopback);
    expect(code).toBe(0);
    expect(stdout).toContain('5 of 5 failed: 100 % (95 % interval 47.8 % to 100 %)');
    expect(stdout).toMatch(/^Errors\n {2}ECONNREFUSED {2}5 {2}after /m);
  });

  test('the rung and the peers that fail', async () => {
    const rungs = await probe('ladder', '--rung', `pod=${there}`, '--rung', `svc=${closed}`, ...loopback);
    expect(rungs.stdout).toContain('- The first rung that fails: svc\n');
    expect(rungs.stdout).toMatch(/^By rung\n.*\n {2}pod +50 +0 .*\n {2}svc +50 +50 +– +–\n/m);
    const peers = await probe('mesh', there, closed, '-c', '20', ...loopback);
    expect(peers.stdout).toContain(`- Peers that fail, the worst first: ${closed}\n`);
    // That is the same for the peer, its address and the target: it is told once.
    expect(peers.stdout.match(/^By /gm)).toEqual(['By ']);
  });

  test('a name, at the DNS server that was named', async () => {
    const dns = await dnsServer((asked, answer) => answer(exists(asked)));
    try {
      const at = `127.0.0.1:${dns.port}`;
      const { code, stdout } = await probe(
        'dns',
        'cart.shop.',
        '--server',
        at,
        '--record',
        'a',
        '-c',
        '4',
        ...loopback,
      );
      expect(code).toBe(0);
      expect(stdout).toContain(`dns cart.shop. at ${at} from this machine\n0 of 4 failed`);
      expect(stdout).toContain('- A look-up takes 1 queries');
      expect(new Set(dns.asked.map(({ name, over }) => `${name} ${over}`))).toEqual(
        new Set(['cart.shop udp']),
      );
    } finally {
      await dns.close();
    }
  });

  test('counters of the network namespace, with nothing sent', async () => {
    const { code, stdout } = await probe('counters', '--seconds', '0.2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^counters from this machine\nRose within 0\.\d+ s; /);
    expect(stdout).toContain('TcpExt_ListenOverflows');
  });

  test('--output json: one document with the task and every attempt', async () => {
    const { code, stdout } = await probe('tcp', there, closed, '-c', '6', '-o', 'json', ...loopback);
    expect(code).toBe(0);
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'netcheck.probe/v1',
      kind: 'tcp',
      arms: [
        {
          from: 'local',
          task: { version: 1, kind: 'tcp', attempts: 6, allow: ['127.0.0.0/8'], timeout: 8 },
          attempts: [
            { n: 0, to: there, ok: true },
            { n: 1, to: closed, ok: false, error: 'ECONNREFUSED' },
            {},
            {},
            {},
            {},
          ],
          summary: { attempts: 6, failed: 3, ended: 'complete' },
        },
      ],
    });
  });
});

describe('its end', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s: prints what it has', async (signal) => {
    let accepted = 0;
    const far = await listen(() => (accepted += 1));
    try {
      const run = startProcess(
        [
          'cli/netcheck.js',
          'probe',
          'tcp',
          `127.0.0.1:${far.target.port}`,
          '-c',
          '2000',
          '--pace',
          '0.05',
          ...loopback,
        ],
        {},
      );
      await eventually('some attempts', () => (accepted > 5 ? true : undefined), 20_000);
      run.child.kill(signal);
      expect(await run.exited).toBe(0);
      expect(run.stdout()).toMatch(/^0 of \d{1,3} failed: /m);
      expect(run.stdout()).toContain('\nStopped before its end.\n');
    } finally {
      await far[Symbol.asyncDispose]();
    }
  });

  test('the deadline ends it, and that is said', async () => {
    const { code, stdout } = await probe(
      'server-first',
      there,
      '--silence',
      '1',
      '-c',
      '50',
      '--pace',
      '0.5',
      '--timeout',
      '1',
      '--deadline',
      '3',
      ...loopback,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /only \d+ of 50 attempts could be begun before\s+the deadline|Ended at its deadline/,
    );
  });

  test('a name that stands for loopback is not probed: it could not look', async () => {
    const { code, stdout } = await probe('tcp', `localhost:${server.target.port}`);
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /Could not look: "localhost" stands for \S+ which is a loopback address: netcheck does not probe it \(--allow /,
    );
  });
});

describe('help', () => {
  test('lists every kind in one line of its own', async () => {
    const { code, stdout } = await probe('--help');
    expect(code).toBe(0);
    const [, commands = ''] = stdout.split('Commands:\n');
    const named = [...commands.matchAll(/^ {2}([a-z-]+) {2,}\S.*$/gm)].map(([, name]) => name);
    expect(named).toEqual([...proberKinds, 'help']);
  });

  test('of a kind says what it measures and what it takes', async () => {
    const { code, stdout } = await probe('source-ports', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Finds out whether connects fail by their source port');
    expect(stdout).toContain('--ports <range>');
    expect(stdout).not.toContain('--sni');
  });
});
