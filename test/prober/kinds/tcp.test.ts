import { beforeAll, describe, expect, it } from '@jest/globals';
import { stuckListener } from '../support/backlog.ts';
import { certificate, type Certificate } from '../support/certificate.ts';
import { closedPort, listen } from '../support/listen.ts';
import { probe, startProber, taskOf } from '../support/prober.ts';
import { alert, tlsServer } from '../support/tls-servers.ts';

const short = { attempts: 3, timeout: 0.3 };

describe('connects', () => {
  it('is refused at once where nobody listens', async () => {
    const { attempts, summary } = await probe(taskOf('tcp', [await closedPort()], short));
    expect(attempts.map(({ error }) => error)).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']);
    for (const one of attempts) {
      expect(one).toMatchObject({ address: '127.0.0.1', labels: { backend: '127.0.0.1', timed: 'connect' } });
      expect(one.ms).toBeLessThan(200);
    }
    expect(summary).toMatchObject({ attempts: 3, failed: 3 });
  });

  it('runs out of time where the SYN gets no answer', async () => {
    await using server = await stuckListener({ full: true });
    const { attempts } = await probe(taskOf('tcp', [server.target], short));
    expect(attempts.map(({ error }) => error)).toEqual(['timeout', 'timeout', 'timeout']);
    for (const { ms, phases } of attempts) {
      expect(ms).toBeGreaterThan(250);
      expect(phases).toEqual({ connect: ms });
    }
  });

  it('is late by the second that a lost SYN costs', async () => {
    await using server = await stuckListener({ full: true });
    const started = startProber(taskOf('tcp', [server.target], { attempts: 1, timeout: 10 }));
    await server.knocked();
    server.release();
    const [only] = (await started.ended).attempts;
    expect(only?.ok).toBe(true);
    // Sent again after 1 s; a busy machine may have lost the next one too (2 or 3 s), but nothing comes sooner.
    expect(only?.ms).toBeGreaterThan(950);
    expect(only?.phases.connect).toBe(only?.ms);
  });

  it('does not wait for a server that is slow to accept', async () => {
    await using server = await stuckListener({ full: false });
    const { attempts } = await probe(taskOf('tcp', [server.target], { attempts: 1 }));
    expect(attempts[0]?.ok).toBe(true);
  });

  it('reports a name that nobody knows, with the time that took', async () => {
    const task = taskOf('tcp', [{ host: 'nobody.invalid', port: 9 }], { attempts: 2 });
    const { attempts } = await probe(task);
    expect(attempts).toHaveLength(2);
    for (const { ok, error, phases, address } of attempts) {
      expect({ ok, address }).toEqual({ ok: false, address: undefined });
      expect(error).toMatch(/^(ENOTFOUND|EAI_AGAIN|timeout)$/);
      expect(Object.keys(phases)).toEqual(['dns']);
    }
  });
});

describe('connects from chosen ports', () => {
  it('in their order, again and again', async () => {
    await using server = await listen(() => undefined);
    const [one, two] = [(await closedPort()).port, (await closedPort()).port];
    const { attempts } = await probe(
      taskOf('tcp', [server.target], { options: { sourcePorts: [one, two] } }),
    );
    expect(attempts.map(({ sourcePort }) => sourcePort)).toEqual([one, two, one, two, one]);
    expect(attempts.every(({ ok }) => ok)).toBe(true);
  });

  it('says EADDRINUSE of a port at which somebody listens', async () => {
    await using server = await listen(() => undefined);
    const { port } = server.target;
    const { attempts } = await probe(
      taskOf('tcp', [server.target], { attempts: 1, options: { sourcePorts: [port] } }),
    );
    expect(attempts).toMatchObject([{ ok: false, error: 'EADDRINUSE', sourcePort: port }]);
  });

  it('says EADDRNOTAVAIL of a port from which this far end is being connected to already', async () => {
    await using server = await stuckListener({ full: true });
    const { port } = await closedPort();
    const { attempts } = await probe(
      taskOf('tcp', [server.target], {
        attempts: 2,
        concurrency: 2,
        timeout: 1,
        options: { sourcePorts: [port] },
      }),
    );
    expect(attempts.map(({ error }) => error)).toEqual(['EADDRNOTAVAIL', 'timeout']);
  });
});

describe('through a sidecar, that answers every connect', () => {
  const proxied = { attempts: 4, timeout: 0.5, options: { proxied: true } };
  let own: Certificate;
  beforeAll(async () => {
    own = await certificate({ name: 'payments.example' });
  });

  it('times the first byte of a far end that speaks first', async () => {
    await using server = await listen((socket) => socket.end('220 mail.example ready\r\n'));
    const { attempts, summary } = await probe(taskOf('tcp', [server.target], proxied));
    expect(attempts.every(({ ok }) => ok)).toBe(true);
    for (const { ms, phases, labels } of attempts) {
      expect(labels).toMatchObject({ timed: 'first-byte' });
      expect((phases.connect ?? 0) + (phases.firstByte ?? 0)).toBeCloseTo(ms, 2);
    }
    expect(summary?.notes.join()).toMatch(
      /^timed the first byte of a far end that speaks first: in a meshed/,
    );
  });

  it('times the handshake, and counts who goes away in it', async () => {
    await using server = await tlsServer(own);
    const good = await probe(taskOf('tcp', [server.target], proxied));
    expect(good.attempts.every(({ ok, labels }) => ok && labels?.['timed'] === 'handshake')).toBe(true);
    expect(good.summary?.notes.join()).toMatch(/^timed the TLS handshake: in a meshed pod/);
  });

  it('takes an alert as an answer, and a FIN in the handshake as none', async () => {
    let hellos = 0;
    await using server = await listen((socket) =>
      socket.once('data', (data) => {
        if (data[0] === 0x16 && hellos++ % 2 === 0) socket.write(alert(116));
        socket.end();
      }),
    );
    const { attempts } = await probe(taskOf('tcp', [server.target], proxied));
    expect(attempts.map(({ error }) => error)).toEqual(['closed', undefined, 'closed', undefined]);
  });

  it('times the answer to a request, unless the sidecar gives it', async () => {
    let requests = 0;
    await using server = await listen((socket) =>
      socket.once('data', (data) => {
        if (!data.toString().startsWith('HEAD / HTTP/1.1\r\nHost: 127.0.0.1:')) socket.end();
        else
          socket.end(
            requests++ % 2 === 0
              ? 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'
              : 'HTTP/1.1 502 Bad Gateway\r\nL5d-Proxy-Error: connect timed out\r\n\r\n',
          );
      }),
    );
    const { attempts, summary } = await probe(taskOf('tcp', [server.target], proxied));
    expect(attempts.map(({ error }) => error)).toEqual(['sidecar_502', undefined, 'sidecar_502', undefined]);
    expect(attempts[0]?.labels).toMatchObject({ timed: 'first-byte' });
    expect(summary?.notes.join()).toMatch(/^timed the first byte of the answer to a HEAD request/);
  });

  it('finds out in spite of a path that loses much', async () => {
    let n = 0;
    await using server = await listen((socket) => {
      if (n++ < 7) socket.end();
      else socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    });
    const { attempts } = await probe(taskOf('tcp', [server.target], proxied));
    expect(attempts.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  it('could not look at a far end that says nothing', async () => {
    await using server = await listen((socket) => void socket.resume());
    const { cannot, attempts } = await probe(taskOf('tcp', [server.target], { ...proxied, timeout: 0.1 }));
    expect(cannot).toMatchObject({
      reason: 'rejected',
      detail: `the sidecar answers the connect, and 127.0.0.1:${server.target.port} says nothing that could tell of the far end`,
    });
    expect(attempts).toEqual([]);
  });
});
