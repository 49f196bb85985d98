import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { stuckListener } from '../support/backlog.ts';
import { certificate } from '../support/certificate.ts';
import { closedPort, listen, listening } from '../support/listen.ts';
import { probe, taskOf } from '../support/prober.ts';

const task = { attempts: 2, timeout: 1 };
const serve = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  listening(createServer(answer));

describe('an answer', () => {
  it('is timed by its phases, with its status', async () => {
    const asked: string[] = [];
    await using server = await serve(({ method, url, headers, rawHeaders }, response) => {
      asked.push(`${method ?? ''} ${url ?? ''} ${headers.host ?? ''} ${rawHeaders.length / 2}`);
      setTimeout(() => response.end('hello'), 100);
    });
    const { port } = server.target;
    const probed = taskOf('http', [{ host: 'localhost', port }], {
      ...task,
      timeout: 5,
      options: { path: '/healthz?a=1' },
    });
    const { attempts, summary } = await probe(probed);
    for (const { ok, ms, phases, labels, address } of attempts) {
      expect(ok).toBe(true);
      expect(labels).toEqual({ backend: address, status: '200', longest: 'first-byte' });
      expect(Object.keys(phases)).toEqual(['dns', 'connect', 'firstByte', 'total']);
      expect(phases.dns).toBeGreaterThan(0);
      expect(phases.firstByte).toBeGreaterThan(80);
      expect(phases.total).toBe(ms);
      const { dns = 0, connect = 0, firstByte = 0 } = phases;
      expect(ms).toBeGreaterThanOrEqual(dns + connect + firstByte - 0.01);
    }
    // Host, User-Agent and Connection: nothing else is told.
    expect(asked).toEqual(Array.from({ length: 2 }, () => `GET /healthz?a=1 localhost:${port} 3`));
    expect(summary?.facts).toEqual({ body_bytes: 5 });
  });

  it.each([301, 404, 503])('is ok with the status %i, and is not followed', async (status) => {
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      response.writeHead(status, { Location: '/elsewhere' }).end();
    });
    const { attempts } = await probe(taskOf('http', [server.target], task));
    expect(attempts.map(({ ok, labels }) => [ok, labels?.['status']])).toEqual([
      [true, String(status)],
      [true, String(status)],
    ]);
    expect(asked).toBe(2);
  });

  it('comes over TLS, to the body that was sent', async () => {
    const own = await certificate({ name: 'payments.example' });
    const seen: string[] = [];
    await using server = await listening(
      createSecureServer(own, (request, response) => {
        let bytes = 0;
        request.on('data', (chunk: Buffer) => (bytes += chunk.length));
        request.on('end', () => {
          seen.push(`${request.method ?? ''} ${bytes}`);
          response.end('x'.repeat(seen.length));
        });
      }),
    );
    const options = { tls: true, bodyBytes: 100_000, servername: 'payments.example' };
    const { attempts, summary } = await probe(
      taskOf('http', [server.target], { ...task, timeout: 2, options }),
    );
    expect(attempts.map(({ ok }) => ok)).toEqual([true, true]);
    expect(Object.keys(attempts[0]?.phases ?? {})).toEqual(['connect', 'tls', 'firstByte', 'total']);
    expect(seen).toEqual(['POST 100000', 'POST 100000']);
    expect(summary).toMatchObject({ facts: { body_bytes: 2 }, notes: ['the answers have 1 to 2 bytes'] });
  });
});

describe('what took longest', () => {
  it.each([
    { longest: 'first-byte', headersMs: 150, bodyMs: 0 },
    { longest: 'body', headersMs: 0, bodyMs: 150 },
  ])('is the $longest', async ({ longest, headersMs, bodyMs }) => {
    await using server = await serve((_, response) => {
      setTimeout(() => {
        response.flushHeaders();
        setTimeout(() => response.end('hello'), bodyMs);
      }, headersMs);
    });
    const { attempts } = await probe(taskOf('http', [server.target], task));
    expect(attempts.map(({ labels }) => labels?.['longest'])).toEqual([longest, longest]);
  });
});

describe('no answer', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';
  it('is told by how it ends, and where', async () => {
    await using end = await listen((socket) => socket.once('data', () => socket.end()));
    await using reset = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await using cut = await listen((socket) => socket.once('data', () => socket.end(`${head}short`)));
    await using cutByReset = await listen((socket) =>
      socket.once('data', () => {
        socket.write(`${head}short`);
        setTimeout(() => socket.resetAndDestroy(), 50);
      }),
    );
    await using hang = await listen((socket) => socket.once('data', () => socket.write(`${head}short`)));
    await using babble = await listen((socket) => socket.once('data', () => socket.end('220 mail\r\n')));
    await using full = await stuckListener({ full: true });
    await using slow = await stuckListener({ full: false });
    const targets = [end, reset, cut, cutByReset, hang, babble, full, slow].map(({ target }) => target);
    targets.push(await closedPort());
    const { attempts, summary } = await probe(taskOf('http', targets, { ...task, attempts: targets.length }));
    expect(attempts.map(({ error, phases }) => [error, Object.keys(phases).join()])).toEqual([
      ['closed', 'connect,firstByte,total'],
      ['ECONNRESET', 'connect,firstByte,total'],
      ['closed', 'connect,firstByte,total'],
      ['ECONNRESET', 'connect,firstByte,total'],
      ['timeout', 'connect,firstByte,total'],
      ['HPE_INVALID_CONSTANT', 'connect,firstByte,total'],
      ['timeout', 'connect'],
      ['timeout', 'connect,firstByte,total'],
      ['ECONNREFUSED', 'connect'],
    ]);
    const hung = attempts[4];
    expect(hung?.phases.firstByte).toBeLessThan((hung?.ms ?? 0) - 100);
    expect(summary?.notes).toEqual([
      'there are timeouts inside the answer',
      'there are timeouts before the first byte of the answer',
    ]);
    expect(summary?.facts).toEqual({});
  });

  it('is that of the sidecar in place of the far end', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(503, { server: 'envoy' }).end('upstream connect error');
    });
    const { attempts, summary } = await probe(
      taskOf('http', [server.target], { ...task, options: { proxied: true } }),
    );
    expect(attempts.map(({ error, labels }) => [error, labels?.['status']])).toEqual([
      ['sidecar_503', '503'],
      ['sidecar_503', '503'],
    ]);
    expect(summary?.notes.join()).toMatch(/^in a meshed pod the sidecar answers the connect/);
  });
});

it.each([
  [
    'a path that would be another request',
    { path: '/ HTTP/1.1\r\nCookie: a=b' },
    /^Unexpected path "\/ HTTP/,
  ],
  ['too large a body', { bodyBytes: 1e9 }, /^Unexpected bodyBytes 1000000000, expected up to 10000000/],
  ['a name that is none', { servername: 'a\r\nb' }, /^Unexpected host/],
])('could not look with %s', async (_, options, detail) => {
  const { cannot, attempts } = await probe(taskOf('http', [{ host: '127.0.0.1', port: 9 }], { options }));
  expect(cannot?.detail).toMatch(detail);
  expect(attempts).toEqual([]);
});
