import { expect, it } from '@jest/globals';
import { stuckListener } from '../support/backlog.ts';
import { closedPort, listen } from '../support/listen.ts';
import { probe, taskOf } from '../support/prober.ts';

const task = { attempts: 4, timeout: 0.3 };

it('is not there where a connect to nobody is refused or gets no answer', async () => {
  await using dead = await stuckListener({ full: true });
  const { attempts, summary } = await probe(
    taskOf('transparent-proxy', [await closedPort(), dead.target], task),
  );
  expect(attempts.map(({ error }) => error)).toEqual(['ECONNREFUSED', 'timeout', 'ECONNREFUSED', 'timeout']);
  expect(summary).toMatchObject({ facts: { proxied: false }, notes: [] });
});

it('is given away by a connect that succeeds', async () => {
  await using sidecar = await listen(() => undefined);
  const { attempts, summary } = await probe(
    taskOf('transparent-proxy', [await closedPort(), sidecar.target], task),
  );
  expect(attempts.map(({ ok }) => ok)).toEqual([false, true, false, true]);
  expect(attempts[1]?.phases.connect).toBe(attempts[1]?.ms);
  expect(summary?.facts).toEqual({ proxied: true });
  expect(summary?.notes).toEqual([
    `a connect to 127.0.0.1:${sidecar.target.port} succeeds, where nobody should answer: something in the path answers for all`,
  ]);
});

it('could not look where nothing leaves the machine, and goes nowhere by itself', async () => {
  // A network of its own, without a route.
  const { attempts, summary } = await probe(taskOf('transparent-proxy', [], task), ['unshare', '-rn']);
  expect(attempts.map(({ to, error }) => [to, error])).toEqual(
    Array.from({ length: 4 }, () => ['192.0.2.1:9', 'ENETUNREACH']),
  );
  expect(summary?.facts).toEqual({});
  expect(summary?.notes).toEqual(['nothing left this machine (ENETUNREACH): this tells nothing of a proxy']);
});
