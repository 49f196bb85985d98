import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { ProbeTask } from '../../../core/probe-task.ts';
import { describeInSandbox } from '../../lab/net/support.ts';
import { farEnd, httpPort } from '../support/far-end.ts';
import { probe, taskOf } from '../support/prober.ts';

type Options = ProbeTask['options'];
const sweep = (options: Options = {}, overrides: Parameters<typeof taskOf>[2] = {}, port = httpPort) =>
  taskOf('source-ports', [{ host: '127.0.0.1', port }], {
    attempts: 60,
    concurrency: 60,
    timeout: 0.25,
    options,
    ...overrides,
  });

describeInSandbox('a filter on the source port', () => {
  const far = farEnd();

  it('sweeps both halves evenly, each port once, the same ones in every run', async () => {
    const [first, second] = [await far.probe(sweep()), await far.probe(sweep())];
    const ports = first.attempts.map(({ sourcePort }) => sourcePort ?? 0);
    expect(new Set(ports).size).toBe(60);
    expect(ports.filter((port) => port < 32_768)).toHaveLength(30);
    expect(Math.min(...ports)).toBeLessThan(4000);
    expect(Math.max(...ports)).toBeGreaterThan(63_000);
    expect(second.attempts.map(({ sourcePort }) => sourcePort).sort()).toEqual([...ports].sort());
    for (const { sourcePort = 0, labels } of first.attempts)
      expect(labels).toMatchObject({
        backend: '127.0.0.1',
        source_port: String(sourcePort),
        range: sourcePort < 32_768 ? 'below-32768' : '32768-and-up',
      });
    expect(first.summary).toMatchObject({ attempts: 60, failed: 0, facts: {} });
  });

  it.each([
    ['tcp sport < 32768 drop', { dead_side: 'below', boundary_low: 32_767, boundary_high: 32_768 }],
    [
      'tcp sport > 60999 reject with tcp reset',
      { dead_side: 'above', boundary_low: 60_999, boundary_high: 61_000 },
    ],
    [
      'tcp sport < 5007 reject with tcp reset',
      { dead_side: 'below', boundary_low: 5006, boundary_high: 5007 },
    ],
    [
      'tcp sport != 32768-60999 reject with tcp reset',
      {
        dead_side: 'both',
        boundary_low: 32_767,
        boundary_high: 32_768,
        upper_boundary_low: 60_999,
        upper_boundary_high: 61_000,
      },
    ],
  ])('%s: its boundary is found exactly', async (rule, facts) => {
    await far.filter(`tcp dport ${httpPort} ${rule}`);
    const { attempts, summary } = await far.probe(sweep());
    expect(summary?.facts).toMatchObject({ boundary: 'found', ...facts });
    const steps = attempts.filter(({ labels }) => labels?.['step'] === 'bisect');
    expect(summary?.facts['boundary_connects']).toBe(steps.length);
    expect(steps.length).toBeLessThanOrEqual(60);
    expect(new Set(attempts.map(({ n }) => n)).size).toBe(attempts.length);
    for (const { labels } of steps) expect(labels).not.toHaveProperty('range');
    expect(attempts.filter(({ labels }) => labels?.['range'] !== undefined)).toHaveLength(60);
  });

  it('connects are lost whatever the port: no boundary', async () => {
    await far.filter(`tcp dport ${httpPort} tcp flags syn numgen inc mod 2 < 1 drop`);
    const { summary, attempts } = await far.probe(sweep({}, { concurrency: 1, attempts: 12 }));
    expect(summary?.facts).toEqual({ boundary: 'none' });
    expect(summary?.notes.join()).toMatch(/chance, or a NAT/);
    expect(attempts).toHaveLength(12);
  });

  it('every port is dead: nothing to tell a boundary by', async () => {
    await far.filter(`tcp dport ${httpPort} drop`);
    const { summary } = await far.probe(sweep());
    expect(summary).toMatchObject({ attempts: 60, failed: 60, facts: {} });
    expect(summary?.notes.join()).toMatch(/every source port failed/);
  });

  it('is not sought when nobody wants it, nor when there is no time', async () => {
    await far.filter(`tcp dport ${httpPort} tcp sport < 32768 drop`);
    expect((await far.probe(sweep({ boundary: false }))).summary).toMatchObject({ attempts: 60, facts: {} });
    const { summary } = await far.probe(sweep({}, { timeout: 0.5, deadline: 1.6 }));
    expect(summary?.facts).toMatchObject({ boundary: 'found', dead_side: 'below' });
    expect(Number(summary?.facts['boundary_high'])).toBeGreaterThan(
      Number(summary?.facts['boundary_low']) + 1,
    );
    expect(summary?.notes.join()).toMatch(/somewhere between/);
  });
});

it('keeps to the ports asked for, and passes over those in use', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '0.0.0.0', resolve));
  const taken = (holder.address() as { port: number }).port;
  const ports: [number, number] = [taken - 8, taken + 8];
  const { attempts } = await probe(sweep({ ports }, { attempts: 17, concurrency: 1 }, port));
  await Promise.all([server, holder].map((one) => new Promise((resolve) => one.close(resolve))));
  expect(attempts).toHaveLength(17);
  for (const { ok, sourcePort = 0 } of attempts) {
    expect(ok).toBe(true);
    expect(sourcePort).not.toBe(taken);
    expect(Math.abs(sourcePort - taken)).toBeLessThanOrEqual(8);
  }
});

describe('cannot look', () => {
  it.each<[string, Options, string, RegExp]>([
    ['behind a sidecar', { proxied: true }, 'not-enabled', /the sidecar, not ours/],
    ['a range that is none', { ports: [9, 8] }, 'rejected', /Unexpected ports 9-8/],
  ])('%s', async (_, options, reason, detail) => {
    const { cannot } = await probe(sweep(options));
    expect(cannot).toMatchObject({ reason, detail: expect.stringMatching(detail) as unknown });
  });
});
