import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { detourOverlay } from '../../../lab/net/faults/detour-overlay.ts';
import { lengthenCable } from '../../../lab/net/faults/lengthen-cable.ts';
import { startProgram, type Program } from '../../../lab/net/start-program.ts';
import { fabric } from '../../../lab/net/topology.ts';
import { answered, clusterOfTests, connection, connections, describeInSandbox } from '../net/support.ts';

const n2 = { name: 'n2', ip: '10.0.0.12' };
const p11 = { name: 'p11', ip: '10.244.1.11' };
const p21 = { name: 'p21', ip: '10.244.2.11' };
const bytes = 12_500;

const relay = new URL('../../../lab/apps/programs/overlay-relay.ts', import.meta.url).pathname;
const address = '10.0.0.1';
const vxlan = { address: n2.ip, port: 8472 };
const plain = { delayMs: 0, jitterMs: 0, loss: 0, kbit: 1_000_000, queueBytes: 1_000_000 };
const lines = [
  { ...plain, delayMs: 200, routes: [{ port: 9001, to: vxlan }] },
  { ...plain, loss: 0.3, routes: [{ port: 9002, to: vxlan }] },
  { ...plain, kbit: 100, routes: [{ port: 9003, to: vxlan }] },
];

describeInSandbox('an overlay that passes a relay', () => {
  const { sandbox, undoLater } = clusterOfTests([p11.name, p21.name, n2.name]);
  let program: Program | undefined;
  beforeAll(async () => {
    program = await startProgram(sandbox(), fabric, [process.execPath, relay], {
      env: { RELAY: JSON.stringify({ address, seed: 1, lines }) },
    });
  });
  afterAll(() => program?.stop());
  const detour = (port: number) =>
    undoLater(detourOverlay(sandbox(), 'n1', { to: n2.ip, by: { address, port } }));
  const connectedIn = async (netns: string, to: string): Promise<number> =>
    (await connection(sandbox(), netns, { to })).connectedIn ?? Number.NaN;

  test('takes as long as the relay says, from both ends, and the nodes themselves do not', async () => {
    const undo = await detour(9001);
    for (const [netns, to] of [
      [p11.name, p21.ip],
      [p21.name, p11.ip],
    ] as const) {
      const ms = await connectedIn(netns, to);
      expect(ms).toBeGreaterThanOrEqual(199);
      expect(ms).toBeLessThan(300);
    }
    expect(await connectedIn('n1', n2.ip)).toBeLessThan(100);
    await undo();
    expect(await connectedIn(p11.name, p21.ip)).toBeLessThan(100);
  });

  test('loses as much as the relay does', async () => {
    await detour(9002);
    // As many at once as a socket has room for.
    let came = 0;
    for (let turn = 0; turn < 8; turn++)
      came += await answered(sandbox(), p11.name, { to: p21.ip, count: 50 });
    // 280, give or take five standard deviations.
    expect(came).toBeGreaterThan(234);
    expect(came).toBeLessThan(326);
    expect(await answered(sandbox(), 'n1', { to: n2.ip, count: 50 })).toBe(50);
  });

  test('passes as much in a second as the relay does', async () => {
    await detour(9003);
    const started = performance.now();
    const outcomes = await connections(sandbox(), p11.name, [{ to: p21.ip, bytes }]);
    const seconds = (performance.now() - started) / 1000;
    expect(outcomes[0]?.error).toBeUndefined();
    // 12.5 kB and their headers at 100 kbit/s.
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(4);
    expect(await connectedIn('n1', n2.ip)).toBeLessThan(100);
  });
});

describeInSandbox('a node whose cable passes a relay', () => {
  const { sandbox, undoLater } = clusterOfTests([p11.name, p21.name, n2.name, 'ext']);

  test('takes as long as the relay says, whatever it sends, and the others do not', async () => {
    const { detour, undo } = await lengthenCable(sandbox(), n2.name);
    await undoLater(Promise.resolve(undo));
    const route = (port: number) => ({ ...plain, delayMs: 100, routes: [{ port, to: detour.back }] });
    const program = await startProgram(sandbox(), detour.netns, [process.execPath, relay], {
      env: {
        RELAY: JSON.stringify({
          address: detour.address,
          seed: 1,
          lines: [route(detour.up), route(detour.down)],
        }),
      },
    });
    const wanted = { bytes: 5000 };
    for (const [netns, to] of [
      [p11.name, p21.ip],
      ['n1', n2.ip],
      [p21.name, '203.0.113.10'],
    ] as const) {
      const { connectedIn, error } = await connection(sandbox(), netns, { ...wanted, to });
      expect(error).toBeUndefined();
      expect(connectedIn).toBeGreaterThanOrEqual(199);
      expect(connectedIn).toBeLessThan(1000);
    }
    expect(await answered(sandbox(), p11.name, { to: p21.ip, count: 50 })).toBe(50);
    const { connectedIn } = await connection(sandbox(), p11.name, { ...wanted, to: '203.0.113.10' });
    expect(connectedIn).toBeLessThan(100);

    await undo();
    await program.stop();
    const mended = await connection(sandbox(), p11.name, { ...wanted, to: p21.ip });
    expect(mended.error).toBeUndefined();
    expect(mended.connectedIn).toBeLessThan(100);
  });
});
