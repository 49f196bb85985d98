import { expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { closedPort, listen, listening } from '../../prober/support/listen.ts';
import { complaints } from '../monitor/support.ts';
import { freePort, get, programsOfTests, sumOf, until } from './support.ts';

const start = programsOfTests();

async function startWeb(settings: Readonly<Record<string, string | number>> = {}): Promise<string> {
  const port = await freePort();
  await start('web', { NAME: 'web', PORT: port, ...settings });
  return `http://127.0.0.1:${port}/`;
}

test('calls its upstream by a connection of its own for every request', async () => {
  let connections = 0;
  const server = createServer((_request, response) => response.end('paid'));
  server.on('connection', () => connections++);
  await using upstream = await listening(server);
  const url = await startWeb({ UPSTREAM: `http://127.0.0.1:${upstream.target.port}` });
  for (let n = 0; n < 3; n++) expect((await get(url)).status).toBe(200);
  expect(connections).toBe(3);
  expect((await get(`${url}healthz`)).status).toBe(200);
  expect(connections).toBe(3);
});

test('says by its status what went wrong upstream', async () => {
  const { port: closed } = await closedPort();
  await using silent = await listen(() => undefined);
  await using failing = await listening(createServer((_request, response) => response.writeHead(500).end()));
  const answers = await Promise.all(
    [closed, silent.target.port, failing.target.port].map(async (port) =>
      get(await startWeb({ UPSTREAM: `http://127.0.0.1:${port}`, TIMEOUT_MS: 400 })),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([502, 504, 502]);
  const [refused, late] = answers;
  expect(refused?.ms).toBeLessThan(400);
  expect(late?.ms).toBeGreaterThanOrEqual(395);
});

test('calls far ends in turn, for their share of the requests', async () => {
  const called: string[] = [];
  await using echo = await listen((socket) => {
    called.push('echo');
    socket.pipe(socket);
  });
  const server = createServer((_request, response) => {
    called.push('http');
    response.end();
  });
  await using web = await listening(server);
  const far = [echo, web].map(({ target }) => `127.0.0.1:${target.port}`);
  const url = await startWeb({ FAR: `${far[0] ?? ''},http://${far[1] ?? ''}/`, FAR_SHARE: 0.5 });
  for (let n = 0; n < 8; n++) expect((await get(url)).status).toBe(200);
  expect(called).toEqual(['echo', 'http', 'echo', 'http']);
});

test('believes a far end whom it is told to believe, and anybody if it is told nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'netcheck-web-'));
  const files = { CERT_FILE: join(dir, 'cert.pem'), KEY_FILE: join(dir, 'key.pem') };
  const altNames = [{ type: 7, ip: '127.0.0.1' } as const];
  const made = await generate(undefined, { extensions: [{ name: 'subjectAltName', altNames }] });
  await writeFile(files.CERT_FILE, made.cert);
  await writeFile(files.KEY_FILE, made.private);
  const [known, unknown] = [await freePort(), await freePort()];
  await start('far-end', { PORTS: `tls:${known}`, ...files });
  await start('far-end', { PORTS: `tls:${unknown}`, CERT_NAMES: '127.0.0.1' });
  const statusOf = async (port: number, settings = {}): Promise<number> =>
    (await get(await startWeb({ FAR: `https://127.0.0.1:${port}/`, FAR_SHARE: 1, ...settings }))).status;
  expect(await statusOf(unknown)).toBe(200);
  expect(await statusOf(known, { FAR_CA: files.CERT_FILE })).toBe(200);
  expect(await statusOf(unknown, { FAR_CA: files.CERT_FILE })).toBe(502);
  await rm(dir, { recursive: true });
});

test('takes CPU for a request, as much as it is told', async () => {
  const url = await startWeb({ WORK_MS: 200 });
  expect((await get(url)).ms).toBeGreaterThanOrEqual(200);
});

test('accepts nothing while it is blocked: what does not fit into its backlog has to come again', async () => {
  const url = await startWeb({ BACKLOG: 3, BLOCK_MS: 1200, BLOCK_EVERY_MS: 1 });
  const { port } = new URL(url);
  const began = performance.now();
  const sockets = Array.from({ length: 12 }, () => connect(Number(port), '127.0.0.1'));
  const connectedAfter: number[] = [];
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      socket.once('connect', () => {
        connectedAfter.push(performance.now() - began);
        if (connectedAfter.length === 9) resolve();
      });
    }
  });
  for (const socket of sockets) socket.destroy();
  // The kernel sends a SYN again after a second.
  expect(connectedAfter[0]).toBeLessThan(900);
  expect(connectedAfter[8]).toBeGreaterThan(900);
});

test('a machine that is busy makes none of many connections wait for the others', async () => {
  const { port } = new URL(await startWeb({ BLOCK_MS: 50, BLOCK_EVERY_MS: 1 }));
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => get(`http://127.0.0.1:${port}/healthz`)),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  // Taken one by one, the last would have waited for 5 s.
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(2500);
});

test('its spans become metrics, of both sides and of connections', async () => {
  const [otlp, metrics] = [await freePort(), await freePort()];
  await start('collector', { PORT: otlp, METRICS_PORT: metrics });
  const OTLP = `http://127.0.0.1:${otlp}`;
  const payments = await startWeb({ NAME: 'payments', OTLP });
  const { port: closed } = await closedPort();
  const urls = [
    await startWeb({ NAME: 'checkout', UPSTREAM: payments, OTLP, WORK_MS: 20 }),
    await startWeb({ NAME: 'broken', UPSTREAM: `http://127.0.0.1:${closed}`, OTLP }),
  ];
  for (const url of [...urls, ...urls]) await get(url);

  const calls = 'traces_span_metrics_calls_total';
  const text = await until(
    'spans of all',
    async () => (await get(`http://127.0.0.1:${metrics}/metrics`)).body,
    (so) => ['payments', 'checkout', 'broken'].every((name) => sumOf(so, calls, { service_name: name }) > 0),
  );
  // As the connector has it: its milliseconds are not Prometheus's way.
  expect(await complaints(text)).toEqual([expect.stringContaining('use base unit "seconds"')]);
  const counted = (service_name: string, span_name: string, kind: string, code: string): number =>
    sumOf(text, calls, {
      service_name,
      span_name,
      span_kind: `SPAN_KIND_${kind}`,
      status_code: `STATUS_CODE_${code}`,
    });
  expect(counted('payments', 'GET /', 'SERVER', 'UNSET')).toBe(2);
  expect(counted('checkout', 'GET /', 'SERVER', 'UNSET')).toBe(2);
  expect(counted('checkout', 'GET', 'CLIENT', 'UNSET')).toBe(2);
  expect(counted('checkout', 'tcp.connect', 'INTERNAL', 'UNSET')).toBe(2);
  expect(counted('broken', 'GET /', 'SERVER', 'ERROR')).toBe(2);
  expect(counted('broken', 'GET', 'CLIENT', 'ERROR')).toBe(2);
  expect(counted('broken', 'tcp.connect', 'INTERNAL', 'ERROR')).toBe(2);

  const took = (suffix: string, span_kind: string, more = {}): number =>
    sumOf(text, `traces_span_metrics_duration_milliseconds_${suffix}`, {
      service_name: 'checkout',
      span_kind,
      ...more,
    });
  const [server, client] = ['SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT'];
  expect(took('sum', server)).toBeGreaterThan(40);
  expect(took('sum', server)).toBeGreaterThan(took('sum', client));
  expect(took('bucket', server, { le: '10' })).toBe(0);
  expect(took('bucket', server, { le: '+Inf' })).toBe(2);
});
