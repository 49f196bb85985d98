import { expect, test } from '@jest/globals';
import { dropAll, dropBySourcePort, dropLarger, dropUdp, synLoss } from '../../../lab/net/faults/drops.ts';
import { idleTimeout } from '../../../lab/net/faults/idle-timeout.ts';
import { limitRate } from '../../../lab/net/faults/limit-rate.ts';
import { redirectArriving } from '../../../lab/net/faults/redirect-arriving.ts';
import { redirectToProxy } from '../../../lab/net/faults/redirect-to-proxy.ts';
import { refuse } from '../../../lab/net/faults/refuse.ts';
import { snatPorts } from '../../../lab/net/faults/snat-ports.ts';
import type { Sandbox } from '../../../lab/net/sandbox.ts';
import { fabric } from '../../../lab/net/topology.ts';
import type { Undo } from '../../../lab/net/undo.ts';
import {
  answered,
  clusterOfTests,
  connection,
  connections,
  describeInSandbox,
  impatience,
  program,
  startServer,
  type Connection,
} from './support.ts';

const ext = '203.0.113.10';
const p21 = '10.244.2.11';

interface Case {
  readonly name: string;
  readonly fault: (sandbox: Sandbox) => Promise<Undo>;
  /** From p11: what the fault hits, and what goes on as before. */
  readonly hits: Connection;
  readonly spares: Connection;
  readonly as: string;
}

/** Everything that is lost is lost for ever, so that a short wait tells it from what is slow. */
const cases: readonly Case[] = [
  {
    name: 'SYN loss at the node',
    fault: (sandbox) => synLoss(sandbox, 'n1', { share: 1, to: '203.0.113.0/24', port: 7000 }),
    hits: { to: ext },
    spares: { to: ext, port: 7001 },
    as: 'timeout',
  },
  {
    name: 'SYN loss in the pod itself',
    fault: (sandbox) => synLoss(sandbox, 'p11', { share: 1, to: ext }),
    hits: { to: ext },
    spares: { to: p21 },
    as: 'timeout',
  },
  {
    name: 'a firewall that admits high source ports only',
    fault: (sandbox) => dropBySourcePort(sandbox, fabric, { from: ext, port: 7000, lowest: 32_768 }),
    hits: { to: ext, localPort: 32_767 },
    spares: { to: ext, localPort: 32_768 },
    as: 'timeout',
  },
  {
    name: 'a path that loses what is large',
    fault: (sandbox) => dropLarger(sandbox, fabric, { bytes: 1300 }),
    hits: { to: ext, bytes: 1400 },
    spares: { to: ext, bytes: 1000 },
    as: 'timeout',
  },
  {
    name: 'a path that loses what is large, one way',
    fault: (sandbox) => dropLarger(sandbox, fabric, { bytes: 1300, from: ext }),
    hits: { to: ext, bytes: 1400 },
    spares: { to: '10.0.0.100', bytes: 1400 },
    as: 'timeout',
  },
  {
    name: 'an overlay that loses what is large',
    fault: (sandbox) => dropLarger(sandbox, 'n2', { bytes: 1300, to: p21 }),
    hits: { to: p21, bytes: 1400 },
    spares: { to: p21, bytes: 1000 },
    as: 'timeout',
  },
  {
    name: 'a silent firewall before the server',
    fault: (sandbox) => dropAll(sandbox, fabric, { port: 7000, to: ext }),
    hits: { to: ext },
    spares: { to: p21 },
    as: 'timeout',
  },
  {
    name: 'a silent firewall on the server',
    fault: (sandbox) => dropAll(sandbox, 'ext', { port: 7000 }),
    hits: { to: ext },
    spares: { to: ext, port: 7001 },
    as: 'timeout',
  },
  {
    name: 'a server that refuses',
    fault: (sandbox) => refuse(sandbox, 'ext', { port: 7000 }),
    hits: { to: ext },
    spares: { to: ext, port: 7001 },
    as: 'ECONNREFUSED',
  },
  {
    name: 'a firewall that refuses by ICMP',
    fault: (sandbox) => refuse(sandbox, fabric, { port: 7000, to: ext, by: 'icmp' }),
    hits: { to: ext },
    spares: { to: p21 },
    as: 'ECONNREFUSED',
  },
];

describeInSandbox('a fault', () => {
  const { sandbox, undoLater } = clusterOfTests(['p21', 'ext', 'lb']);

  test.each(cases)('$name', async ({ fault, hits, spares, as }) => {
    const undo = await undoLater(fault(sandbox()));
    const lost = as === 'timeout' ? { ...hits, timeoutMs: impatience } : hits;
    const [hit, spared] = await connections(sandbox(), 'p11', [lost, spares]);
    expect(hit).toMatchObject({ error: as });
    expect(spared).not.toHaveProperty('error');
    await undo();
    expect(await connection(sandbox(), 'p11', hits)).not.toHaveProperty('error');
  });

  test('SYN loss hits its share of connections, and the kernel mends each a second later', async () => {
    await undoLater(synLoss(sandbox(), 'n1', { share: 0.3, to: ext }));
    const wanted = Array.from({ length: 200 }, () => ({ to: ext, timeoutMs: 1800 }));
    const outcomes = await connections(sandbox(), 'p11', wanted);
    const late = outcomes.filter(({ connectedIn = Infinity }) => connectedIn >= 950);
    // Five standard deviations around 60 of 200.
    expect(late.length).toBeGreaterThan(27);
    expect(late.length).toBeLessThan(93);
    expect(late.filter(({ error }) => error === undefined).length).toBeGreaterThan(late.length / 3);
  });

  test('UDP loss hits its share of what goes to a port', async () => {
    const undo = await undoLater(dropUdp(sandbox(), 'n1', { port: 7000, share: 0.3 }));
    const count = 300;
    const came = await answered(sandbox(), 'p11', { to: ext, count });
    expect(came).toBeGreaterThan(170);
    expect(came).toBeLessThan(250);
    expect(await answered(sandbox(), 'p11', { to: ext, port: 7001, count })).toBe(count);
    await undo();
    expect(await answered(sandbox(), 'p11', { to: ext, count })).toBe(count);
  });

  test('a share must be one', async () => {
    await expect(dropUdp(sandbox(), 'n1', { port: 7000, share: 30 })).rejects.toThrow('Unexpected share 30');
  });

  const proxyUid = process.getuid?.() === 0 || process.env['CI'] !== undefined ? 2102 : undefined;
  (proxyUid === undefined ? test.skip : test)(
    'a proxy of the pod gets what goes to its ports, except its own',
    async () => {
      const exceptUid = Number(proxyUid);
      await startServer(sandbox(), 'p11', { tcp: [4140], greeting: 'the proxy' }, exceptUid);
      const undo = await undoLater(
        redirectToProxy(sandbox(), 'p11', { ports: [7000, 9], proxyPort: 4140, exceptUid }),
      );
      const peers = async (wanted: readonly Connection[], uid = 0): Promise<readonly unknown[]> =>
        (await connections(sandbox(), 'p11', wanted, uid)).map(({ peer, error }) => peer ?? error);
      const wanted = [
        { to: ext },
        { to: '198.51.100.1', port: 9 },
        { to: ext, port: 7001 },
        { to: '127.0.0.1' },
      ];
      expect(await peers(wanted)).toEqual(['the proxy', 'the proxy', '10.0.0.11', 'ECONNREFUSED']);
      expect(await peers([{ to: ext }], exceptUid)).toEqual(['10.0.0.11']);
      await undo();
      expect(await peers([{ to: ext }])).toEqual(['10.0.0.11']);
    },
  );

  test('another server answers at a port, whoever connects', async () => {
    await startServer(sandbox(), 'ext', { tcp: [17_000], greeting: 'the other' });
    const undo = await undoLater(redirectArriving(sandbox(), 'ext', { port: 7000, to: 17_000 }));
    const peersFrom = async (netns: string): Promise<readonly unknown[]> =>
      (await connections(sandbox(), netns, [{ to: ext }, { to: ext, port: 7001 }])).map(({ peer }) => peer);
    expect(await peersFrom('p11')).toEqual(['the other', '10.0.0.11']);
    expect(await peersFrom('lb')).toEqual(['the other', '10.0.0.100']);
    await undo();
    expect(await peersFrom('p11')).toEqual(['10.0.0.11', '10.0.0.11']);
  });

  test('a firewall forgets connections that are silent', async () => {
    const undo = await undoLater(idleTimeout(sandbox(), fabric, { seconds: 1 }));
    const talk = async (pauseMs: number, timeoutMs: number): Promise<string> => {
      const argv = program(pausing, { to: ext, pauseMs, timeoutMs });
      return (await sandbox().run(argv, { netns: 'p11' })).trim();
    };
    expect(await Promise.all([talk(0, 10_000), talk(1200, impatience)])).toEqual(['answered', 'timeout']);
    await undo();
    expect(await talk(1200, 10_000)).toBe('answered');
  });

  test('a rate holds back what is more', async () => {
    const seconds = async (): Promise<number> => {
      const started = performance.now();
      await connection(sandbox(), 'p11', { to: p21, bytes: 100_000 });
      return (performance.now() - started) / 1000;
    };
    const undo = await undoLater(
      limitRate(sandbox(), 'n1', { kbit: 800, queueBytes: 200_000, device: 'flannel.1' }),
    );
    // 100 kB at 100 kB/s, less what a bucket holds.
    expect(await seconds()).toBeGreaterThan(0.9);
    await undo();
    expect(await seconds()).toBeLessThan(0.9);
  });

  test('a node runs out of ports to masquerade with, on live connections', async () => {
    const wanted = Array.from({ length: 4 }, () => ({ to: ext, timeoutMs: impatience }));
    const fits = async (): Promise<number> =>
      (await connections(sandbox(), 'p11', wanted)).filter(({ error }) => error === undefined).length;
    const undo = await undoLater(snatPorts(sandbox(), 'n1', { ports: [50_000, 50_001], to: ext }));
    expect(await fits()).toBe(2);
    await undo();
    await undoLater(snatPorts(sandbox(), 'n1', { ports: 'fully-random', to: ext }));
    expect(await connection(sandbox(), 'p11', { to: ext })).toMatchObject({ peer: '10.0.0.11' });
  });
});

/** Says something, is silent, and says something again on the same connection. */
const pausing = `
const { to, pauseMs, timeoutMs } = JSON.parse(process.argv[1]);
const socket = require('node:net').connect(7000, to);
const end = (what) => { console.log(what); process.exit(); };
socket.once('data', () => {
  setTimeout(() => {
    socket.once('data', () => end('answered'));
    socket.write('again');
    setTimeout(end, timeoutMs, 'timeout');
  }, pauseMs);
});
`;
