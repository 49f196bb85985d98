import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { dropAll } from '../../../lab/net/faults/drops.ts';
import { redirectToProxy } from '../../../lab/net/faults/redirect-to-proxy.ts';
import { refuse } from '../../../lab/net/faults/refuse.ts';
import { startProgram, type Program } from '../../../lab/net/start-program.ts';
import { placeIn, type Place } from '../../../scripts/bench/probes-place.ts';
import { serveTls, tlsPort } from '../../../scripts/bench/probes-proxy.ts';
import { clusterOfTests, describeInSandbox } from '../net/support.ts';

const ext = '203.0.113.10';
const pod = 'p11';
const proxy = { uid: 2102 };
const application = { uid: 65_532 };
// CI has to be root: there they fail rather than being left out.
const canBeOthers = process.getuid?.() === 0 || process.env['CI'] !== undefined;

type Settings = Readonly<Record<string, string>>;

(canBeOthers ? describeInSandbox : describe.skip)('a sidecar', () => {
  const { sandbox, undoLater } = clusterOfTests([]);
  let place: Place;
  const running: Program[] = [];

  beforeAll(async () => {
    place = await placeIn(sandbox());
    await serveTls(place);
  });
  afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));

  async function start(settings: Settings): Promise<Program> {
    const argv = ['/run/probes/node', '/run/probes/netcheck/lab/apps/programs/sidecar.ts'];
    const env = { UPSTREAMS: `${ext}:${tlsPort}`, ...settings };
    const sidecar = await startProgram(sandbox(), pod, argv, { ...proxy, env });
    running.push(sidecar);
    const redirect = { ports: [tlsPort], proxyPort: 4140, exceptUid: proxy.uid };
    await undoLater(redirectToProxy(sandbox(), pod, redirect));
    return sidecar;
  }

  /** How handshakes end: how many with which error, with '' where they are complete. */
  async function shake(attempts: number, who = application): Promise<Readonly<Record<string, number>>> {
    const targets = [{ host: ext, port: tlsPort }];
    const task = { kind: 'tls', targets, attempts, concurrency: 20, timeout: 3 } as const;
    const { attempts: made } = await place.probe(pod, task, who);
    const ends: Record<string, number> = {};
    for (const { error = '' } of made) ends[error] = (ends[error] ?? 0) + 1;
    return ends;
  }

  /** What it counts, by metric and labels, without the labels of its one far end. */
  async function counted(): Promise<Readonly<Record<string, number>>> {
    const script = `fetch('http://127.0.0.1:4191/metrics').then((a) => a.text()).then(console.log)`;
    const text = await sandbox().run(['/run/probes/node', '--eval', script], { netns: pod });
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const target = `target_addr="${ext}:${tlsPort}",target_ip="${ext}",target_port="${tlsPort}",`;
    return Object.fromEntries(
      lines.map((line) => {
        expect(line).toContain(target);
        const [, name = '', value] = /^(.*) (\S+)$/.exec(line.replace(target, '')) ?? [];
        return [name, Number(value)];
      }),
    );
  }

  /** The same once no connection is open. */
  async function whenOver(): ReturnType<typeof counted> {
    for (;;) {
      const all = await counted();
      const open = [side('tcp_open_connections', 'src'), side('tcp_open_connections', 'dst')];
      if (open.every((one) => all[one] === 0)) return all;
    }
  }

  const reset = ',errno="ECONNRESET"';
  /** A side of its connections out, as a series. */
  const side = (metric: string, peer: 'src' | 'dst', more = ''): string => {
    const why = peer === 'src' ? 'loopback' : 'not_provided_by_service_discovery';
    return `${metric}{direction="outbound",peer="${peer}",tls="no_identity",no_tls_reason="${why}"${more}}`;
  };

  test('passes handshakes on and counts both sides of each', async () => {
    await start({});
    expect(await shake(50)).toEqual({ '': 50 });
    const all = await whenOver();
    expect(all).toMatchObject({
      [side('tcp_open_total', 'src')]: 50,
      [side('tcp_open_total', 'dst')]: 50,
    });
    // The client's own end resets what it had not quite closed.
    for (const peer of ['src', 'dst'] as const) {
      const ends = [side('tcp_close_total', peer, ',errno=""'), side('tcp_close_total', peer, reset)];
      expect(ends.reduce((sum, one) => sum + (all[one] ?? 0), 0)).toBe(50);
    }
  });

  test('does not see what its own user sends', async () => {
    await start({ BREAK: 'fin' });
    expect(await shake(5, proxy)).toEqual({ '': 5 });
    expect(await counted()).toEqual({});
  });

  test.each([
    { how: 'fin', error: 'closed' },
    { how: 'rst', error: 'ECONNRESET' },
    { how: 'hang', error: 'timeout' },
  ])('breaks a share of them by $how', async ({ how, error }) => {
    await start({ BREAK: how, SHARE: '0.2', SEED: '7' });
    const { '': complete, ...broken } = await shake(100);
    // Which ones follows from the seed.
    expect(broken).toEqual({ [error]: 21 });
    expect(complete).toBe(79);
    // Its counters of what it could not connect to say nothing of it.
    expect(await counted()).toMatchObject({
      [side('tcp_open_total', 'src')]: 100,
      [side('tcp_open_total', 'dst')]: 100,
    });
    expect(Object.keys(await counted()).join()).not.toContain('errors');
  });

  test.each([
    {
      what: 'refuses',
      fault: () => refuse(sandbox(), 'ext', { port: tlsPort }),
      error: 'i/o',
    },
    {
      what: 'never answers',
      fault: () => dropAll(sandbox(), 'n1', { to: ext, port: tlsPort }),
      error: 'unexpected',
    },
  ])('closes without a word where the far end $what', async ({ fault, error }) => {
    await start({ CONNECT_TIMEOUT_MS: '300' });
    await undoLater(fault());
    expect(await shake(3)).toEqual({ closed: 3 });
    const all = await counted();
    expect(all).toMatchObject({
      [side('tcp_open_total', 'src')]: 3,
      [`outbound_tcp_errors_total{error="${error}"}`]: 3,
    });
    expect(all[side('tcp_open_total', 'dst')]).toBeUndefined();
  });

  test('ends on SIGTERM', async () => {
    const argv = ['/run/probes/node', '/run/probes/netcheck/lab/apps/programs/sidecar.ts'];
    const child = sandbox().spawn(pod, argv, { ...proxy, env: { UPSTREAMS: `${ext}:${tlsPort}` } });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
  });

  test('refuses settings that it cannot follow', async () => {
    await expect(start({ BREAK: 'half' })).rejects.toThrow('Unexpected BREAK "half"');
    await expect(start({ UPSTREAMS: ext })).rejects.toThrow(`Unexpected upstream "${ext}"`);
  });
});
