import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { stuckListener } from '../support/backlog.ts';
import { closedPort, listen } from '../support/listen.ts';
import { probe, taskOf } from '../support/prober.ts';

const task = { attempts: 2, timeout: 0.5, options: { silence: 1 } };

describe('the first byte of a server that speaks first', () => {
  it('is timed, with what delayed it', async () => {
    await using server = await listen((socket) => {
      setTimeout(() => socket.end('220 mail.example ready\r\n'), 400);
    });
    const { attempts } = await probe(taskOf('server-first', [server.target], task));
    for (const { ok, ms, phases } of attempts) {
      expect(ok).toBe(true);
      expect(phases.firstByte).toBeGreaterThan(350);
      expect(phases.firstByte).toBeLessThan(1000);
      expect((phases.connect ?? 0) + (phases.firstByte ?? 0)).toBeCloseTo(ms, 2);
    }
  });

  it.each([
    ['silent', () => undefined],
    ['closed', (socket: Socket) => socket.end()],
    ['ECONNRESET', (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 50)],
  ])('fails with %s', async (error, misbehave) => {
    await using server = await listen(misbehave);
    const { attempts } = await probe(taskOf('server-first', [server.target], task));
    expect(attempts.map((one) => one.error)).toEqual([error, error]);
    expect(attempts[0]?.labels).toEqual({ backend: '127.0.0.1' });
    if (error === 'silent') expect(attempts[0]?.phases.firstByte).toBeGreaterThan(900);
  });

  it('has none where nobody listens, or nobody answers', async () => {
    await using stuck = await stuckListener({ full: true });
    const { attempts } = await probe(taskOf('server-first', [await closedPort(), stuck.target], task));
    expect(attempts.map(({ error }) => error)).toEqual(['ECONNREFUSED', 'timeout']);
    for (const { phases } of attempts) expect(Object.keys(phases)).toEqual(['connect']);
  });
});

it('could not look where the deadline comes before the silence is over', async () => {
  const { cannot, attempts } = await probe(
    taskOf('server-first', [{ host: '127.0.0.1', port: 9 }], { timeout: 2, deadline: 10 }),
  );
  expect(cannot).toMatchObject({
    reason: 'rejected',
    detail: 'Unexpected deadline 10, expected more than 2 s to connect and 12 s of silence',
  });
  expect(attempts).toEqual([]);
});
