import { beforeAll, expect, test } from '@jest/globals';
import type { ProbeAttempt } from '../../../core/probe-task.ts';
import { proportionInterval } from '../../../core/statistics/binomial.ts';
import { dropLarger, dropUdp } from '../../../lab/net/faults/drops.ts';
import { idleTimeout } from '../../../lab/net/faults/idle-timeout.ts';
import { fabric } from '../../../lab/net/topology.ts';
import { placeIn } from '../../../scripts/bench/probes-place.ts';
import { clusterOfTests, describeInSandbox } from '../../lab/net/support.ts';
import { probe, taskOf, type Probed } from '../support/prober.ts';

const ext = '203.0.113.10';
const http = { host: ext, port: 8080 };

/** Answers `/bytes/N` with N bytes, and a question of DNS with itself: there is such a name, without an address. */
const servers = `
require('node:http').createServer((request, response) => {
  request.resume();
  response.end(Buffer.alloc(Number(request.url.split('/')[2] ?? 2), 'x'));
}).listen(8080);
const dns = require('node:dgram').createSocket('udp4');
dns.on('message', (message, { port, address }) => {
  message[2] |= 0x80;
  dns.send(message, port, address);
});
dns.bind(53, () => console.log('ready'));
`;

describeInSandbox('from a pod to a host outside', () => {
  const { sandbox, undoLater } = clusterOfTests(['ext']);
  const fromPod = (task: ReturnType<typeof taskOf>): Promise<Probed> => probe(task, sandbox().enter('p11'));
  beforeAll(async () => {
    await (await placeIn(sandbox())).serve('ext', servers, {});
  });

  test.each([
    { way: 'there', ends: { to: ext }, found: { smallest_lost_up: 4000, largest_passed_down: 4000 } },
    { way: 'back', ends: { from: ext }, found: { smallest_lost_down: 4000, largest_passed_up: 4000 } },
  ])('a black hole on the way $way is found, and on no other', async ({ ends, found }) => {
    const task = taskOf('mtu', [http], {
      attempts: 1,
      concurrency: 10,
      timeout: 1,
      options: { sizes: [500, 4000], path: '/bytes/{size}' },
    });
    const undo = await undoLater(dropLarger(sandbox(), fabric, { bytes: 1300, ...ends }));
    const { summary } = await fromPod(task);
    expect(summary?.facts).toMatchObject({ connect_works: true });
    for (const [name, size] of Object.entries(found)) {
      if (name.startsWith('smallest_lost')) expect(summary?.facts[name]).toBe(size);
      else expect(summary?.facts[name]).toBeGreaterThanOrEqual(size);
    }
    expect(
      Object.keys(summary?.facts ?? {}).filter((name) => /^smallest_lost_(up|down)$/.test(name)),
    ).toHaveLength(1);
    await undo();
    const mended = await fromPod(task);
    expect(mended.attempts.filter(({ ok, labels }) => !ok && labels?.['direction'] !== 'icmp')).toEqual([]);
  });

  test('a firewall that forgets silent connections is found by leaving them silent', async () => {
    const task = taskOf('idle', [http], {
      attempts: 12,
      concurrency: 12,
      timeout: 1,
      deadline: 20,
      options: { waits: [0.1, 4], keepAwake: true },
    });
    await undoLater(idleTimeout(sandbox(), fabric, { seconds: 2 }));
    const { attempts } = await fromPod(task);
    const outcomes = (wait: string, awake?: string): readonly string[] => [
      ...new Set(
        attempts
          .filter(({ labels }) => labels?.['idle'] === wait && labels['awake'] === awake)
          .map(({ error = 'ok' }) => error),
      ),
    ];
    expect([outcomes('0'), outcomes('0.1', 'no'), outcomes('4', 'no')]).toEqual([
      ['ok'],
      ['ok'],
      ['unanswered'],
    ]);
    expect(outcomes('4', 'yes')).toEqual(['ok']);
  });

  const lost = 0.3;
  /** Missed by chance once in 10,000 runs. */
  function expectShare(attempts: readonly ProbeAttempt[], isHit: (one: ProbeAttempt) => boolean): void {
    const { low, high } = proportionInterval(attempts.filter(isHit).length, attempts.length, 0.9999);
    expect(low).toBeLessThanOrEqual(lost);
    expect(high).toBeGreaterThanOrEqual(lost);
  }

  test('datagrams that are lost are told by those that come back', async () => {
    await undoLater(dropUdp(sandbox(), 'n1', { share: lost, port: 7000 }));
    const task = taskOf('udp', [{ host: ext, port: 7000 }], {
      attempts: 300,
      concurrency: 300,
      timeout: 0.6,
    });
    const { attempts } = await fromPod(task);
    expect(attempts).toHaveLength(300);
    expectShare(attempts, ({ ok, error }) => !ok && error === 'timeout');
    const other = await fromPod({ ...task, targets: [{ host: ext, port: 7001 }] });
    expect(other.summary).toMatchObject({ attempts: 300, failed: 0 });
  });

  test('lookups wait as long as their client does for what is lost', async () => {
    await undoLater(dropUdp(sandbox(), 'n1', { share: lost, port: 53 }));
    const { attempts } = await fromPod(
      taskOf('dns', [{ host: ext }], {
        attempts: 300,
        concurrency: 300,
        timeout: 3,
        options: { name: 'shop.example.', records: 'a', retryAfter: 0.6, tries: 5 },
      }),
    );
    expect(attempts).toHaveLength(300);
    expectShare(attempts, ({ ok, ms }) => !ok || ms >= 590);
    // Answered after 0, 0.6, 1.2, … s, never in between. A timer of Node may be early by a part of a millisecond.
    const between = attempts.filter(({ ok, ms }) => ok && (ms + 10) % 600 > 300);
    expect(between).toEqual([]);
  });
});
