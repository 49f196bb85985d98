import { afterEach, describe, expect, it } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { probe, taskOf } from '../support/prober.ts';
import { udpServer, type UdpServer } from '../support/udp-server.ts';

let server: UdpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const ask = (port: number, overrides: Parameters<typeof taskOf>[2] = {}, host = '127.0.0.1') =>
  probe(taskOf('udp', [{ host, port }], { timeout: 0.3, ...overrides }));

it('is answered with exactly what it sent, each time something else', async () => {
  server = await udpServer((request, reply) => reply(request));
  const { attempts, summary } = await ask(server.port, { options: { payload: 'echo', bytes: 100 } });
  expect(summary).toMatchObject({ attempts: 5, failed: 0, ended: 'complete' });
  for (const one of attempts) {
    expect(one).toMatchObject({ ok: true, address: '127.0.0.1', labels: { backend: '127.0.0.1' } });
    expect(one.sourcePort).toBeGreaterThan(1023);
    expect(one.phases.firstByte).toBe(one.ms);
  }
  expect(new Set(server.received.map((request) => request.toString('hex'))).size).toBe(5);
  for (const request of server.received) {
    expect(request).toHaveLength(100);
    expect(request.toString('latin1')).toMatch(/^netcheck:/);
  }
});

it('asks over IPv6', async () => {
  server = await udpServer((request, reply) => reply(request), '::1');
  const { attempts } = await ask(server.port, { attempts: 1 }, '::1');
  expect(attempts).toMatchObject([{ ok: true, address: '::1' }]);
});

describe('no error is no delivery', () => {
  it('silence is a timeout', async () => {
    server = await udpServer(() => undefined);
    const { attempts } = await ask(server.port, { attempts: 2, concurrency: 2 });
    expect(server.received).toHaveLength(2);
    expect(attempts.map(({ ok, error }) => [ok, error])).toEqual([
      [false, 'timeout'],
      [false, 'timeout'],
    ]);
    for (const { ms } of attempts) expect(ms).toBeGreaterThan(200);
  });

  it('a server that loses each third request fails each third attempt', async () => {
    server = await udpServer((request, reply, nth) => {
      if (nth % 3 !== 2) reply(request);
    });
    const { attempts } = await ask(server.port, { attempts: 9 });
    expect(attempts.map(({ ok }) => ok)).toEqual([true, true, false, true, true, false, true, true, false]);
  });

  it('a port where nobody listens is refused, by ICMP', async () => {
    const free = createSocket('udp4');
    await new Promise<void>((resolve) => free.bind(0, '127.0.0.1', resolve));
    const { port } = free.address();
    await new Promise<void>((resolve) => free.close(() => resolve()));
    const { attempts } = await ask(port);
    expect(attempts.map(({ error }) => error)).toEqual(Array(5).fill('ECONNREFUSED'));
    for (const { ms } of attempts) expect(ms).toBeLessThan(250);
  });

  it('another answer is none', async () => {
    server = await udpServer((request, reply) => reply(request.subarray(1)));
    expect((await ask(server.port, { attempts: 1 })).attempts).toMatchObject([
      { ok: false, error: 'mismatch' },
    ]);
  });

  it('what somebody else sends is none', async () => {
    const other = createSocket('udp4');
    server = await udpServer((request, _, __, from) => other.send(request, from.port, from.address));
    const { attempts } = await ask(server.port, { attempts: 1 });
    other.close();
    expect(attempts).toMatchObject([{ ok: false, error: 'timeout' }]);
  });
});

describe('a DNS question', () => {
  const options = { payload: 'dns', name: 'payments.shop.svc.cluster.local' } as const;

  it('is answered by a message with its id', async () => {
    server = await udpServer((request, reply) => {
      const answer = Buffer.from(request);
      answer.writeUInt16BE(0x8182, 2);
      reply(answer);
    });
    expect((await ask(server.port, { options })).summary).toMatchObject({ attempts: 5, failed: 0 });
    expect(server.received[0]?.toString('latin1')).toContain(
      'payments\u0004shop\u0003svc\u0007cluster\u0005local',
    );
  });

  it.each([
    ['another id', (request: Buffer) => request.writeUInt16BE(request.readUInt16BE(0) ^ 1, 0)],
    ['the question itself', (request: Buffer) => request.writeUInt16BE(0x0100, 2)],
  ])('is not answered by %s', async (_, spoil) => {
    server = await udpServer((request, reply) => {
      const answer = Buffer.from(request);
      answer.writeUInt16BE(0x8180, 2);
      spoil(answer);
      reply(answer);
    });
    expect((await ask(server.port, { attempts: 1, options })).attempts).toMatchObject([
      { ok: false, error: 'mismatch' },
    ]);
  });
});

it('takes 1,000 attempts without leaking sockets', async () => {
  server = await udpServer((request, reply) => reply(request));
  const { summary, stderr } = await ask(server.port, { attempts: 1000, concurrency: 50 });
  expect(summary).toMatchObject({ attempts: 1000, failed: 0 });
  expect(stderr).toBe('');
});

it.each([
  ['no name to ask for', { payload: 'dns' } as const, /expected the name/],
  ['an address as the name', { payload: 'dns', name: '10.0.0.1' } as const, /expected a DNS name/],
])('cannot look: %s', async (_, options, detail) => {
  const { cannot, attempts } = await ask(9, { options });
  expect(cannot).toMatchObject({ reason: 'rejected', detail: expect.stringMatching(detail) as unknown });
  expect(attempts).toEqual([]);
});

it('refuses what must not be probed', async () => {
  server = await udpServer((request, reply) => reply(request));
  const { cannot } = await ask(server.port, { allow: [] });
  expect(cannot?.detail).toMatch(/loopback/);
  expect(server.received).toEqual([]);
});
