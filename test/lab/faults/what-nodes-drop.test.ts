import { expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { conntrackFull } from '../../../lab/faults/conntrack-full.ts';
import { deadBackend } from '../../../lab/faults/dead-backend.ts';
import { snatExhaustion } from '../../../lab/faults/snat-exhaustion.ts';
import { snatRace } from '../../../lab/faults/snat-race.ts';
import { sourcePortFilter } from '../../../lab/faults/source-port-filter.ts';
import { synLossOut } from '../../../lab/faults/syn-loss.ts';
import { connection, connections, describeInSandbox, impatience } from '../net/support.ts';
import { far, smallLab } from './support.ts';

/** A SYN that is lost is sent again after a second. */
const lateMs = 900;

describeInSandbox('what drops SYNs on the nodes of checkout', () => {
  const { lab, netns, inject, conntrack } = smallLab();

  const late = async (pod: string, count = 200): Promise<number> => {
    const wanted = Array.from({ length: count }, () => far);
    const outcomes = await connections(lab().sandbox, netns(pod), wanted);
    return outcomes.filter(({ connectedIn = Infinity }) => connectedIn >= lateMs).length;
  };

  test('a loss hits the nodes that it names, and no others', async () => {
    const { said, names, undo } = await inject(synLossOut, 3);
    expect(said).toMatch(/^\d+\.\d % of the SYNs of .* are lost; clients are of Linux/);
    for (const [node, pod] of [
      ['node-a', 'checkout-1'],
      ['node-b', 'checkout-2'],
      ['node-c', 'elsewhere'],
    ] as const)
      expect([node, (await late(pod)) > 0]).toEqual([node, names?.includes(node)]);
    await undo();
    expect(await late('checkout-1')).toBe(0);
  });

  test('seeds draw sizes and victims, the same ones each time', async () => {
    const said = async (seed: number): Promise<string> => {
      const { said: what, undo } = await inject(synLossOut, seed);
      await undo();
      return what;
    };
    const first = [await said(1), await said(2), await said(3)];
    expect(new Set(first).size).toBe(3);
    expect(await said(2)).toBe(first[1]);
  });

  test('ports are wanting, and what finds none is an insertion that failed', async () => {
    const { names = [], undo } = await inject(snatExhaustion, 1);
    const [node = ''] = names;
    const pod = node === 'node-a' ? 'checkout-1' : 'checkout-2';
    const before = await conntrack(node, 'insert_failed');
    const found = await conntrack(node, 'found');
    expect(await late(pod, 60)).toBeGreaterThan(0);
    const lost = (await conntrack(node, 'insert_failed')) - before;
    expect(lost).toBeGreaterThan(0);
    // Each looks at dozens of ports that are taken.
    expect((await conntrack(node, 'found')) - found).toBeGreaterThan(10 * lost);
    expect(await late('elsewhere', 60)).toBe(0);
    await undo();
    expect(await late(pod, 60)).toBe(0);
  });

  test('pods race, and who connects by itself does not', async () => {
    const { undo } = await inject(snatRace, 1);
    expect(await conntrack('node-a', 'insert_failed')).toBeGreaterThan(0);
    expect(await conntrack('node-b', 'insert_failed')).toBeGreaterThan(0);
    expect(await late('payments-1', 60)).toBe(0);
    await undo();
    const after = await conntrack('node-a', 'insert_failed');
    expect(await late('checkout-1', 60)).toBe(0);
    expect(await conntrack('node-a', 'insert_failed')).toBe(after);
  });

  test('a full table lets nothing new in, and is empty again', async () => {
    expect(await conntrackFull.unfit?.(lab())).toBeUndefined();
    // It waits for packets to be dropped.
    const isOver = Promise.withResolvers<'over'>();
    const asking = (async () => {
      const pods = [netns('checkout-1'), netns('checkout-2')];
      const all = Array.from({ length: 10 }, () => ({ ...far, timeoutMs: impatience }));
      while ((await Promise.race([isOver.promise, pause(100, 'not yet')])) !== 'over')
        await Promise.all(pods.map((pod) => connections(lab().sandbox, pod, all)));
    })();
    const { names, undo } = await inject(conntrackFull, 1);
    isOver.resolve('over');
    await asking;
    for (const [node, pod] of [
      ['node-a', 'checkout-1'],
      ['node-b', 'checkout-2'],
      ['node-c', 'elsewhere'],
    ] as const) {
      const { error } = await connection(lab().sandbox, netns(pod), { ...far, timeoutMs: impatience });
      expect([node, error]).toEqual([node, names?.includes(node) === true ? 'timeout' : undefined]);
    }
    await undo();
    expect(await late('checkout-1', 10)).toBe(0);
    expect(await late('checkout-2', 10)).toBe(0);
  }, 180_000);

  test('ports below a boundary hear nothing, whoever asks', async () => {
    const { names = [], undo } = await inject(sourcePortFilter, 1);
    const lowest = Number(names.at(-1));
    const wanted = [lowest - 1, lowest].map((localPort) => ({ ...far, localPort, timeoutMs: impatience }));
    // From the host network of a node, which keeps the port.
    const [below, from] = await connections(lab().sandbox, 'node-c', wanted);
    expect([below?.error, from?.error]).toEqual(['timeout', undefined]);
    const many = Array.from({ length: 60 }, () => ({ ...far, timeoutMs: impatience }));
    const outcomes = await connections(lab().sandbox, netns('checkout-1'), many);
    const dead = outcomes.filter(({ error }) => error === 'timeout').length;
    expect(dead).toBeGreaterThan(0);
    expect(dead).toBeLessThan(60);
    await undo();
    expect(await late('checkout-1')).toBe(0);
  });

  test('one endpoint hears nothing, the other does', async () => {
    const { names = [], undo } = await inject(deadBackend, 1);
    const payments = lab().podsOf('payments.shop');
    const errors = await Promise.all(
      payments.map(({ ip }) =>
        connection(lab().sandbox, netns('elsewhere'), { to: ip, port: 8080, timeoutMs: impatience }),
      ),
    );
    // Nobody listens there: who is reached refuses.
    expect(errors.map(({ error }) => error)).toEqual(
      payments.map(({ ip }) => (names.includes(ip) ? 'timeout' : 'ECONNREFUSED')),
    );
    await undo();
  });
});
