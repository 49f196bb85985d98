import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { probe, startProber, taskOf } from './support/prober.ts';

let server: Server;
let port: number;
let accepted = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    accepted += 1;
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
beforeEach(() => {
  accepted = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const here = () => [{ host: '127.0.0.1', port }];

it('reports every attempt with its time, port and address, and sums up', async () => {
  const { lines, attempts, summary, code } = await probe(taskOf('tcp', here(), { attempts: 7, first: 100 }));
  expect(lines[0]).toMatchObject({ type: 'ready' });
  expect(attempts.map(({ n }) => n)).toEqual([100, 101, 102, 103, 104, 105, 106]);
  for (const one of attempts) {
    expect(one).toMatchObject({ ok: true, address: '127.0.0.1', to: `127.0.0.1:${port}` });
    expect(one.phases.connect).toBe(one.ms);
    expect(one.sourcePort).toBeGreaterThan(1023);
  }
  expect(summary).toEqual({
    type: 'summary',
    attempts: 7,
    failed: 0,
    ended: 'complete',
    notes: [],
    facts: {},
  });
  expect(code).toBe(0);
});

it('ends at SIGTERM with what it has', async () => {
  const started = startProber(taskOf('tcp', here(), { attempts: 1000, pace: 0.02 }));
  await started.line('attempt');
  started.process.kill('SIGTERM');
  const { attempts, summary, code } = await started.ended;
  expect(summary).toMatchObject({ ended: 'stopped', attempts: attempts.length });
  expect(attempts.length).toBeGreaterThan(0);
  expect(attempts.length).toBeLessThan(1000);
  expect(code).toBe(0);
});

it('tells when it was held up itself, and nobody read the clock', async () => {
  const started = startProber(taskOf('tcp', here(), { attempts: 1000, pace: 0.02 }));
  await started.line('attempt');
  started.process.kill('SIGSTOP');
  setTimeout(() => started.process.kill('SIGCONT'), 700);
  // It is at it again.
  await started.line('progress');
  started.process.kill('SIGTERM');
  const { summary } = await started.ended;
  expect(summary?.facts['held_up_ms']).toBeGreaterThanOrEqual(600);
  expect(summary?.notes.join()).toMatch(/the prober itself had to wait for \d+ ms/);
});

it('begins nothing that could not end before its deadline', async () => {
  const started = performance.now();
  const task = taskOf('tcp', here(), { attempts: 1000, pace: 0.05, timeout: 0.5, deadline: 1.5 });
  const { attempts, summary } = await probe(task);
  expect(performance.now() - started).toBeLessThan(2500);
  expect(attempts.length).toBeLessThan(30);
  expect(summary?.notes).toEqual([
    `only ${attempts.length} of 1000 attempts could be begun before the deadline`,
  ]);
});

it('keeps to its pace and to its cap', async () => {
  const { attempts } = await probe(taskOf('tcp', here(), { attempts: 20, pace: 0.02, concurrency: 100 }));
  const starts = attempts.map(({ at }) => at).sort((a, b) => a - b);
  expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(360);
});

it('connects in bursts', async () => {
  const task = taskOf('tcp', here(), {
    attempts: 20,
    pace: 0.03,
    concurrency: 100,
    options: { burst: 10 },
  });
  const starts = (await probe(task)).attempts.map(({ at }) => at).sort((a, b) => a - b);
  expect((starts[9] ?? 0) - (starts[0] ?? 0)).toBeLessThan(150);
  expect((starts[10] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(290);
});

it('waits for the common start of all arms', async () => {
  const startAt = Date.now() + 800;
  const { attempts } = await probe(taskOf('tcp', here(), { startAt }));
  expect(Math.min(...attempts.map(({ at }) => at))).toBeGreaterThanOrEqual(startAt - 2);
});

describe('refuses, and sends nothing', () => {
  it.each([
    ['loopback', { allow: [] }, /a loopback address: netcheck does not probe it/],
    ['a network kept from probes', { allow: [], refuse: ['127.0.0.0/8'] }, /loopback/],
  ])('%s', async (_, overrides, detail) => {
    const { cannot, attempts, code } = await probe(taskOf('tcp', here(), overrides));
    expect(cannot).toMatchObject({ reason: 'rejected', detail: expect.stringMatching(detail) as unknown });
    expect(attempts).toEqual([]);
    expect(accepted).toBe(0);
    expect(code).toBe(1);
  });

  it('a name that stands for a loopback address', async () => {
    const task = taskOf('tcp', [{ host: 'localhost', port }], { allow: [] });
    expect((await probe(task)).cannot?.detail).toMatch(/^"localhost" stands for .*, which is a loopback/);
    expect(accepted).toBe(0);
  });

  const valid = taskOf('tcp', [{ host: '127.0.0.1', port: 1 }]);
  it.each([
    ['no JSON', 'tcp', /one JSON object/],
    ['another version', { ...valid, version: 2 }, /version 1/],
    ['port 0', { ...valid, targets: [{ host: '127.0.0.1', port: 0 }] }, /Unexpected port 0/],
    ['port 70000', { ...valid, targets: [{ host: '127.0.0.1', port: 70_000 }] }, /Unexpected port 70000/],
    ['too many attempts', { ...valid, attempts: 1e9 }, /Unexpected attempts 1000000000, expected 1 to 20000/],
    ['no deadline', { ...valid, deadline: undefined }, /Unexpected deadline/],
    ['a probe it does not know', { ...valid, kind: 'constructor' }, /Unexpected probe "constructor"/],
    ['what comes too late', { ...valid, notAfter: Date.now() - 1000 }, /too late to begin/],
    ['decimal', { ...valid, targets: [{ host: '2130706433', port: 1 }] }, /usual form/],
    ['no port', { ...valid, targets: [{ host: '127.0.0.1' }] }, /expected 127.0.0.1:<port>/],
  ])('%s', async (_, task, detail) => {
    const { cannot, lines } = await probe(typeof task === 'string' ? task : JSON.stringify(task));
    expect(cannot?.detail).toMatch(detail);
    expect(lines.filter(({ type }) => type !== 'ready')).toHaveLength(1);
  });
});
