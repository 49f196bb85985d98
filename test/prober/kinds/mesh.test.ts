import { expect, it } from '@jest/globals';
import { closedPort, listen } from '../support/listen.ts';
import { probe, taskOf } from '../support/prober.ts';

const peer = (name: string) => ({ labels: { peer: name } });

it('names the peers that fail, the worst first', async () => {
  let connections = 0;
  await using good = await listen(() => undefined);
  await using flaky = await listen((socket) => {
    // What is asked in the beginning: who speaks first?
    if (connections++ < 3 || connections % 2 === 0) socket.end('ready\r\n');
    else socket.end();
  });
  const targets = [
    { ...flaky.target, ...peer('node-b') },
    { ...(await closedPort()), ...peer('node-c') },
  ];
  const task = taskOf('mesh', targets, { attempts: 12, timeout: 0.5, options: { proxied: true } });
  const { attempts, summary } = await probe(task);
  expect(summary?.facts).toEqual({ failing_peers: ['node-c', 'node-b'] });
  expect(attempts.map(({ labels }) => labels?.['peer']).slice(0, 3)).toEqual(['node-b', 'node-c', 'node-b']);

  const direct = await probe(taskOf('mesh', [{ ...good.target, ...peer('node-a') }]));
  expect(direct.summary).toMatchObject({ attempts: 5, failed: 0, facts: { failing_peers: [] } });
});

it('could not look at a target that is no peer', async () => {
  const { cannot, attempts } = await probe(taskOf('mesh', [{ host: '127.0.0.1', port: 9 }]));
  expect(cannot?.detail).toBe('Unexpected end, expected the label peer at 127.0.0.1');
  expect(attempts).toEqual([]);
});
