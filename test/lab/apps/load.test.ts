import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { listen, listening } from '../../prober/support/listen.ts';
import { freePort, get, programsOfTests, until } from './support.ts';

const start = programsOfTests();

interface Totals {
  readonly sent: number;
  readonly skipped: number;
  readonly waiting: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

const totalsAt = (port: number) => async (): Promise<Totals> =>
  JSON.parse((await get(`http://127.0.0.1:${port}/`)).body) as Totals;

test('asks as often as it is told, by a connection of its own each time', async () => {
  const connections = new Set<Socket>();
  let requests = 0;
  const server = createServer(({ socket }, response) => {
    connections.add(socket);
    requests++;
    response.writeHead(requests % 2 === 0 ? 200 : 503).end();
  });
  await using target = await listening(server);
  const stats = await freePort();
  const began = performance.now();
  const load = await start('load', {
    URL: `http://127.0.0.1:${target.target.port}/`,
    RATE: 100,
    STATS_PORT: stats,
  });
  await until('a hundred requests', totalsAt(stats), ({ sent }) => sent >= 100);
  const seconds = (performance.now() - began) / 1000;
  if (load.stdout === null) throw new Error('Its output is not heard');
  const said = once(createInterface(load.stdout), 'line');
  load.kill('SIGUSR2');
  const [line] = (await said) as [string];
  const { sent, skipped, waiting, outcomes } = JSON.parse(line) as Totals;
  expect(sent / seconds).toBeLessThan(120);
  expect(skipped).toBe(0);
  expect(connections.size).toBe(requests);
  expect((outcomes['200'] ?? 0) + (outcomes['503'] ?? 0) + waiting).toBe(sent);
  expect(outcomes['503']).toBeGreaterThan(40);
});

test('holds no more requests than it is told, however slow the answers', async () => {
  await using target = await listen(() => undefined);
  const stats = await freePort();
  await start('load', {
    URL: `http://127.0.0.1:${target.target.port}/`,
    RATE: 200,
    AT_ONCE: 5,
    TIMEOUT_MS: 300,
    STATS_PORT: stats,
  });
  const { skipped, waiting, outcomes } = await until(
    'time-outs',
    totalsAt(stats),
    ({ outcomes: so }) => (so['timeout'] ?? 0) >= 10,
  );
  expect(waiting).toBeLessThanOrEqual(5);
  expect(skipped).toBeGreaterThan(outcomes['timeout'] ?? 0);
});
