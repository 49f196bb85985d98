import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { certificate } from '../support/certificate.ts';
import { closedPort, listen, listening } from '../support/listen.ts';
import { probe, taskOf, type Probed } from '../support/prober.ts';
import { tlsServer } from '../support/tls-servers.ts';

const task = (options: object = {}) => ({
  attempts: 1,
  timeout: 0.5,
  options: { waits: [0.2, 1], ...options },
});
const inOrder = ({ attempts }: Probed) =>
  attempts
    .map(({ labels, error }): [string, string | undefined] => [labels?.['idle'] ?? '', error])
    .sort(([a], [b]) => Number(a) - Number(b));

/** Runs what follows in a network in which nothing but it is. */
const ownNetwork = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
/** Starts what follows it, says nothing to anybody, and takes down the link while the second connection is unused. */
const serverThatCutsTheLink = `
  const { execFileSync, spawn } = require('node:child_process');
  let connections = 0;
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined).resume();
    if (++connections === 2) setTimeout(() => execFileSync('ip', ['link', 'set', 'lo', 'down']), 200);
  });
  server.listen(7999, '127.0.0.1', () => {
    const [program, ...args] = process.argv.slice(1);
    spawn(program, args, { stdio: 'inherit' }).once('close', (code) => process.exit(code));
  });
`;

describe('a connection that was left unused', () => {
  it('is answered as one that is used at once; all wait side by side', async () => {
    await using server = await listening(createServer((_, response) => response.end()));
    const probed = await probe(taskOf('idle', [server.target], task({ waits: [1, 0.9, 0.8] })));
    expect(inOrder(probed)).toEqual([
      ['0', undefined],
      ['0.8', undefined],
      ['0.9', undefined],
      ['1', undefined],
    ]);
    const starts = probed.attempts.map(({ at }) => at);
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(700);
    for (const { phases } of probed.attempts) expect(Object.keys(phases)).toEqual(['connect', 'firstByte']);
  });

  it('is answered by TLS', async () => {
    await using server = await tlsServer(await certificate({ name: 'payments.example' }));
    const probed = await probe(taskOf('idle', [server.target], task({ tls: true })));
    expect(inOrder(probed).map(([, error]) => error)).toEqual([undefined, undefined, undefined]);
  });

  it('is reset at its first use by what has forgotten it', async () => {
    await using server = await listen((socket) => {
      const since = performance.now();
      socket.once('data', () => {
        if (performance.now() - since > 600) socket.resetAndDestroy();
        else socket.end('HTTP/1.1 200 OK\r\n\r\n');
      });
    });
    expect(inOrder(await probe(taskOf('idle', [server.target], task())))).toEqual([
      ['0', undefined],
      ['0.2', undefined],
      ['1', 'ECONNRESET'],
    ]);
  });

  it('is no longer answered', async () => {
    await using server = await listen((socket) => {
      const since = performance.now();
      socket.on('data', () => {
        if (performance.now() - since < 600) socket.end('HTTP/1.1 200 OK\r\n\r\n');
      });
    });
    expect(inOrder(await probe(taskOf('idle', [server.target], task())))).toEqual([
      ['0', undefined],
      ['0.2', undefined],
      ['1', 'unanswered'],
    ]);
  });

  it('is ended by the far end meanwhile, which a client can see; a reset is no such end', async () => {
    await using server = await listen((socket) => {
      const timer = setTimeout(() => socket.end(), 500);
      socket.once('data', () => {
        clearTimeout(timer);
        socket.end('HTTP/1.1 200 OK\r\n\r\n');
      });
    });
    await using reset = await listen((socket) => {
      setTimeout(() => socket.resetAndDestroy(), 500);
      socket.once('data', () => socket.end());
    });
    const targets = [server.target, reset.target];
    const { attempts, summary } = await probe(taskOf('idle', targets, task({ waits: [1] })));
    const late = attempts.filter(({ labels }) => labels?.['idle'] === '1');
    expect(late.map(({ to, error }) => [to === `127.0.0.1:${reset.target.port}`, error]).sort()).toEqual([
      [false, undefined],
      [true, 'ECONNRESET'],
    ]);
    expect(summary?.facts['ended_after']).toBeGreaterThan(0.3);
    expect(summary?.facts['ended_after']).toBeLessThan(1);
  });

  it('is fine if a server that says nothing to anybody has it acknowledged', async () => {
    await using server = await listen((socket) => void socket.resume());
    const probed = await probe(taskOf('idle', [server.target], task()));
    expect(inOrder(probed).map(([, error]) => error)).toEqual([undefined, undefined, undefined]);
    expect(probed.summary?.notes).toEqual([
      'the far end answers nothing: ok is that its kernel acknowledges what is sent',
    ]);
  });

  it('is not fine if nobody acknowledges it', async () => {
    const target = { host: '127.0.0.1', port: 7999 };
    const probed = await probe(taskOf('idle', [target], task({ waits: [1] })), [
      ...ownNetwork,
      process.execPath,
      '-e',
      serverThatCutsTheLink,
    ]);
    expect(inOrder(probed)).toEqual([
      ['0', undefined],
      ['1', 'unanswered'],
    ]);
  });

  it('never was one where nobody listens', async () => {
    const probed = await probe(taskOf('idle', [await closedPort()], task()));
    expect(inOrder(probed).map(([, error]) => error)).toEqual(Array(3).fill('ECONNREFUSED'));
  });
});

describe('could not look', () => {
  it('where the deadline comes first', async () => {
    const { cannot } = await probe(taskOf('idle', [{ host: '127.0.0.1', port: 9 }]));
    expect(cannot?.detail).toBe('Unexpected deadline 20, expected more than 624 s');
  });

  it('where only a sidecar acknowledges what nobody answers', async () => {
    await using server = await listen((socket) => void socket.resume());
    const { cannot, attempts } = await probe(taskOf('idle', [server.target], task({ proxied: true })));
    expect(cannot?.detail).toMatch(/answers nothing at once either: nothing can tell whether a connection/);
    expect(attempts).toEqual([]);
  });
});
