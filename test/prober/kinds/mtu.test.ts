import { describe, expect, it } from '@jest/globals';
import type { ProbeOptions } from '../../../core/probe-task.ts';
import { describeInSandbox } from '../../lab/net/support.ts';
import { farEnd, httpPort, httpsPort } from '../support/far-end.ts';
import { probe, taskOf } from '../support/prober.ts';

const sizes = [200, 1200, 1272, 1273, 1400, 8900];
const sweep = (options: ProbeOptions = {}, port: number | undefined = httpPort) =>
  taskOf('mtu', [{ host: '127.0.0.1', ...(port > 0 && { port }) }], {
    attempts: 1,
    concurrency: 30,
    timeout: 0.4,
    options: { sizes, path: '/bytes/{size}', ...options },
  });

describeInSandbox('the sizes that a path lets through', () => {
  const far = farEnd();

  it('all of them, up to the MTU of the interface', async () => {
    const { attempts, summary } = await far.probe(sweep());
    expect(summary?.facts).toEqual({
      icmp_works: true,
      icmp_path_mtu: 1500,
      largest_passed_up: 8900,
      largest_passed_down: expect.any(Number) as unknown,
      connect_works: true,
    });
    expect(Number(summary?.facts['largest_passed_down'])).toBeGreaterThanOrEqual(8900);
    expect(attempts.filter(({ ok }) => !ok)).toMatchObject([
      { error: 'EMSGSIZE', labels: { direction: 'icmp', size: '8900' } },
    ]);
    expect(new Set(attempts.map(({ labels }) => labels?.['direction']))).toEqual(
      new Set(['icmp', 'up', 'down']),
    );
    for (const { labels } of attempts) expect(labels).toMatchObject({ backend: '127.0.0.1' });
  });

  // A packet has 52 bytes besides what it carries, and a response has its headers.
  it.each([
    [
      'both ways',
      'meta length > 1300 drop',
      { icmp_path_mtu: 1300, smallest_lost_up: 1272, smallest_lost_down: 1200 },
    ],
    [
      'there',
      `tcp dport ${httpPort} meta length > 1300 drop`,
      { icmp_path_mtu: 1500, smallest_lost_up: 1272 },
    ],
    [
      'back',
      `tcp sport ${httpPort} meta length > 1300 drop`,
      { icmp_path_mtu: 1500, smallest_lost_down: 1200 },
    ],
  ])('a black hole %s: connects and small ones pass, large ones hang', async (_, rule, found) => {
    await far.filter(rule);
    const { attempts, summary } = await far.probe(sweep());
    const { facts = {} } = summary ?? {};
    expect(facts).toMatchObject({ connect_works: true, ...found });
    for (const direction of ['up', 'down']) {
      const lost = `smallest_lost_${direction}`;
      const hung = attempts.filter(({ ok, labels }) => !ok && labels?.['direction'] === direction);
      if (lost in found) {
        expect(facts[`largest_passed_${direction}`]).toBeLessThan(1300);
        for (const { error, phases } of hung) {
          expect(error).toBe('timeout');
          expect(phases.connect).toBeLessThan(400);
        }
      } else {
        expect(hung).toEqual([]);
        expect(facts).not.toHaveProperty(lost);
      }
    }
  });

  it.each([
    ['there', 'dport', { up: ['small', 'full'], down: ['small', 'full'] }],
    ['back', 'sport', { up: ['small', 'full'], down: ['small', 'full'] }],
  ])('what fills no packet passes a black hole %s, and what fills one does not', async (_, port, packets) => {
    await far.filter(`tcp ${port} ${httpPort} meta length > 1300 drop`);
    const task = { ...sweep({ sizes: [200, 8900] }), attempts: 30 };
    const { attempts } = await far.probe(task);
    // Every size once, then over TCP alone.
    expect(attempts).toHaveLength(6 + 6 * 4);
    expect(attempts.filter(({ labels }) => labels?.['direction'] === 'icmp')).toHaveLength(2);
    const hung = port === 'dport' ? 'up' : 'down';
    for (const direction of ['up', 'down'] as const) {
      const those = attempts.filter(({ labels }) => labels?.['direction'] === direction);
      const [small = [], full = []] = packets[direction].map((one) =>
        those.filter(({ labels }) => labels?.['packets'] === one),
      );
      expect([small.length, full.length]).toEqual([7, 7]);
      expect(small.every(({ ok }) => ok)).toBe(true);
      expect(full.every(({ ok }) => ok)).toBe(direction !== hung);
    }
  });

  it('an answer that is shorter than was asked for fills no packet', async () => {
    const { attempts } = await far.probe(sweep({ sizes: [8900], path: '/' }));
    const packets = attempts.map(({ labels }) => [labels?.['direction'], labels?.['packets']]);
    expect(packets).toContainEqual(['up', 'full']);
    expect(packets).toContainEqual(['down', 'small']);
    expect(packets).toContainEqual(['icmp', undefined]);
  });

  it('a certificate that is too large for the path', async () => {
    const https = sweep({ tls: true }, httpsPort);
    const before = await far.probe(https);
    expect(before.attempts).toContainEqual(
      expect.objectContaining({
        ok: true,
        labels: expect.objectContaining({ size: 'certificate', packets: 'full' }) as unknown,
      }),
    );
    expect(before.summary?.facts).toMatchObject({ largest_passed_up: 8900, connect_works: true });
    await far.filter(`tcp sport ${httpsPort} meta length > 1300 drop`);
    const { attempts, summary } = await far.probe(https);
    expect(summary?.facts).toMatchObject({ connect_works: true });
    const handshake = attempts.find(({ labels }) => labels?.['size'] === 'certificate');
    expect(handshake).toMatchObject({
      ok: false,
      error: 'timeout',
      labels: { direction: 'down', packets: 'full' },
    });
    expect(handshake?.phases).toHaveProperty('tls');
  });

  it('loses some of every size: no size is too large', async () => {
    await far.filter(`tcp dport ${httpPort} tcp flags & (syn|psh) == psh numgen inc mod 6 < 1 drop`);
    const { summary } = await far.probe({ ...sweep({ sizes: [200, 1200] }), attempts: 36, concurrency: 1 });
    expect(summary?.facts).not.toHaveProperty('smallest_lost_up');
    expect(summary?.facts).toMatchObject({ largest_passed_up: 1200 });
  });

  it('ping alone, without a port', async () => {
    await far.filter('meta length > 1300 drop');
    const { attempts, summary } = await far.probe(sweep({}, 0));
    expect(summary?.facts).toEqual({ icmp_works: true, icmp_path_mtu: 1300, icmp_smallest_lost: 1273 });
    expect(attempts).toHaveLength(sizes.length);
  });

  it('says that ping is not answered, rather than that the MTU is small', async () => {
    await far.filter('meta l4proto icmp drop');
    const { summary } = await far.probe(sweep());
    expect(summary?.facts).toMatchObject({ icmp_works: false, connect_works: true, largest_passed_up: 8900 });
    expect(summary?.facts).not.toHaveProperty('icmp_path_mtu');
  });

  it('goes without ping where it is not permitted', async () => {
    const unprivileged = ['/usr/bin/setpriv', '--bounding-set', '-net_raw'];
    const { summary, attempts } = await probe(sweep(), [...far.enter(), ...unprivileged]);
    expect(summary?.notes.join()).toMatch(/no ICMP sweep: ping may not be/);
    expect(attempts.some(({ labels }) => labels?.['direction'] === 'icmp')).toBe(false);
    expect(summary?.facts).toMatchObject({ connect_works: true });
  });
});

describe('cannot look', () => {
  const withoutTools = ['env', 'PATH=/nowhere'];

  it('without ping and without a port', async () => {
    const { cannot } = await probe(sweep({}, 0), withoutTools);
    expect(cannot).toMatchObject({
      reason: 'not-enabled',
      detail: 'without a port there is only ping, and ping is not in this image',
    });
  });

  it('with a path that is none', async () => {
    const { cannot } = await probe(sweep({ path: '/\r\nHost: other' }));
    expect(cannot).toMatchObject({
      reason: 'rejected',
      detail: expect.stringMatching(/Unexpected path/) as unknown,
    });
  });
});
