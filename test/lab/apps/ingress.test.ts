import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, listen, listening, type Listening } from '../../prober/support/listen.ts';
import { complaints } from '../monitor/support.ts';
import { freePort, get, programsOfTests, sumOf } from './support.ts';

const start = programsOfTests();

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'netcheck-ingress-'));
});
afterEach(() => rm(dir, { recursive: true }));

const addressOf = ({ target: { host, port } }: Listening): string => `${host}:${port}`;

/** Answers with its name and what it was asked. */
function server(name: string, status = 200): Promise<Listening> {
  return listening(
    createServer((request, response) => {
      response.writeHead(status).end(`${name} ${request.method ?? ''} ${request.url ?? ''}`);
    }),
  );
}

async function writeAddresses(file: string, addresses: readonly string[]): Promise<void> {
  await writeFile(`${file}.draft`, JSON.stringify(addresses));
  await rename(`${file}.draft`, file);
}

interface Ingress {
  readonly url: string;
  readonly metrics: () => Promise<string>;
  /** Of a metric without its prefix, for one status, all or some of its labels. */
  readonly count: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>;
}

async function startIngress(
  routes: readonly { readonly path: string; readonly service: string; readonly to: string }[],
  settings: Readonly<Record<string, string | number>> = {},
): Promise<Ingress> {
  const [port, metrics] = [await freePort(), await freePort()];
  const ROUTES = JSON.stringify(routes.map((route) => ({ ...route, namespace: 'shop', ingress: 'front' })));
  await start('ingress', {
    ...{ PORT: port, METRICS_PORT: metrics, ROUTES, POD_NAME: 'ingress-1', POD_NAMESPACE: 'edge' },
    ...settings,
  });
  const exposition = async (): Promise<string> => (await get(`http://127.0.0.1:${metrics}/metrics`)).body;
  return {
    url: `http://127.0.0.1:${port}`,
    metrics: exposition,
    async count(name, labels) {
      return sumOf(await exposition(), `nginx_ingress_controller_${name}`, labels);
    },
  };
}

test('passes on by path and measures under the names and labels of ingress-nginx', async () => {
  await using checkout = await server('checkout');
  await using payments = await server('payments', 404);
  const { url, count, metrics } = await startIngress([
    { path: '/', service: 'checkout', to: addressOf(checkout) },
    { path: '/pay', service: 'payments', to: addressOf(payments) },
  ]);
  expect(await get(`${url}/a?b=c`)).toMatchObject({ status: 200, body: 'checkout GET /a?b=c' });
  expect(await get(`${url}/pay/1`)).toMatchObject({ status: 404, body: 'payments GET /pay/1' });
  const pod = {
    controller_namespace: 'edge',
    controller_pod: 'ingress-1',
    namespace: 'shop',
    ingress: 'front',
  };
  const one = { ...pod, service: 'checkout', path: '/', method: 'GET', status: '200' };
  expect(await count('requests', one)).toBe(1);
  expect(await count('requests', { ...pod, service: 'payments', status: '404' })).toBe(1);
  for (const which of ['connect', 'header', 'response', 'request'])
    expect(await count(`${which}_duration_seconds_bucket`, { ...one, le: '10' })).toBe(1);
  // That is what it is called.
  expect(await complaints(await metrics())).toEqual([
    'nginx_ingress_controller_requests counter metrics should have "_total" suffix',
  ]);
});

test('a body goes along', async () => {
  await using echo = await listening(createServer((request, response) => request.pipe(response)));
  const { url } = await startIngress([{ path: '/', service: 'checkout', to: addressOf(echo) }]);
  const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) });
  expect(await answer.text()).toHaveLength(100_000);
});

test('asks endpoints in turn, as a file has them at the time', async () => {
  await using a = await server('a');
  await using b = await server('b');
  await using c = await server('c');
  const to = join(dir, 'endpoints.json');
  await writeAddresses(to, [addressOf(a), addressOf(b)]);
  const { url, count } = await startIngress([{ path: '/', service: 'checkout', to }]);
  const askedOf = async (): Promise<string> => (await get(url)).body.slice(0, 1);
  const asked = [await askedOf(), await askedOf(), await askedOf(), await askedOf()];
  expect(asked.toSorted()).toEqual(['a', 'a', 'b', 'b']);
  await writeAddresses(to, [addressOf(c)]);
  expect([await askedOf(), await askedOf()]).toEqual(['c', 'c']);
  await writeAddresses(to, []);
  expect((await get(url)).status).toBe(503);
  expect(await count('requests', { status: '503' })).toBe(1);
  expect(await count('connect_duration_seconds_count', { status: '503' })).toBe(0);
});

test('goes on to the next endpoint, which costs the time of connecting its number', async () => {
  await using good = await server('good');
  const bad = await closedPort();
  const to = join(dir, 'endpoints.json');
  await writeAddresses(to, [addressOf(good), `127.0.0.1:${bad.port}`]);
  const { url, count } = await startIngress([{ path: '/', service: 'checkout', to }]);
  for (let n = 0; n < 4; n++) expect((await get(url)).status).toBe(200);
  expect(await count('request_duration_seconds_count', { status: '200' })).toBe(4);
  expect(await count('connect_duration_seconds_count', { status: '200' })).toBe(2);
});

test('says by its status why there is no answer', async () => {
  const refused = await closedPort();
  // Accepts by its kernel alone, as far as its backlog goes: connecting works, and nothing comes back.
  await using silent = await listen(() => undefined);
  const { url, count } = await startIngress(
    [
      { path: '/refused', service: 'refused', to: `127.0.0.1:${refused.port}` },
      { path: '/silent', service: 'silent', to: addressOf(silent) },
    ],
    { TIMEOUT_MS: 300 },
  );
  expect((await get(`${url}/refused`)).status).toBe(502);
  const { status, ms } = await get(`${url}/silent`);
  expect(status).toBe(504);
  expect(ms).toBeGreaterThanOrEqual(590);
  expect(await count('requests', { service: 'refused', status: '502' })).toBe(1);
  expect(await count('request_duration_seconds_bucket', { status: '504', le: '0.5' })).toBe(0);
  expect(await count('request_duration_seconds_count', { status: '504' })).toBe(1);
});
