import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestListener } from 'node:http';
import type { UnavailableReason } from '../../../core/evidence.ts';
import { freePort } from '../../../sim/world/processes.ts';
import { startPrometheus } from '../../../sim/world/prometheus.ts';
import { createMetricsReader, type PrometheusOptions } from '../../../workers/adapters/prometheus.ts';
import { CannotLook, type MetricsReader } from '../../../workers/ports.ts';
import { bodyOf, serve, type TestServer } from '../../support/servers.ts';

const soon = (): AbortSignal => AbortSignal.timeout(5000);
const window = { from: 1_800_000_000, to: 1_800_001_800 };

async function whyOf(looking: Promise<unknown>): Promise<{ reason: string; detail: string }> {
  const error: unknown = await looking.then(
    () => new Error('it could look'),
    (reason: unknown) => reason,
  );
  if (error instanceof CannotLook) return error.why;
  throw error;
}

describe('a real Prometheus', () => {
  const at = Math.floor(Date.now() / 60_000) * 60 - 600;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  let metrics: MetricsReader;
  beforeAll(async () => {
    const points = [0, 1, 2, 3, 4].flatMap((i) => [
      `requests{pod="a",code="200"} ${i} ${at + 15 * i}\n`,
      `requests{pod="b",code="500"} ${10 * i} ${at + 15 * i}\n`,
    ]);
    prometheus = await startPrometheus({
      targets: [],
      history: ['# TYPE requests gauge\n', ...points.sort(), '# EOF\n'],
    });
    metrics = createMetricsReader({ url: prometheus.url });
  });
  afterAll(() => prometheus.close());

  test('answers an instant query with one point a series, at that moment', async () => {
    const series = await metrics.instant('requests', at + 30, soon());
    expect(series).toEqual([
      { labels: { __name__: 'requests', pod: 'a', code: '200' }, points: [[at + 30, 2]] },
      { labels: { __name__: 'requests', pod: 'b', code: '500' }, points: [[at + 30, 20]] },
    ]);
  });

  test('answers a range query with a point a step', async () => {
    const series = await metrics.range('sum(requests)', { from: at, to: at + 60 }, 15, soon());
    expect(series).toEqual([{ labels: {}, points: [0, 1, 2, 3, 4].map((i) => [at + 15 * i, 11 * i]) }]);
  });

  test('answers a scalar as one series without labels', async () => {
    expect(await metrics.instant('scalar(sum(requests))', at, soon())).toEqual([
      { labels: {}, points: [[at, 0]] },
    ]);
  });

  test('answers nothing where there is nothing, and no number where there is none', async () => {
    expect(await metrics.instant('no_such_metric', at, soon())).toEqual([]);
    const [nan] = await metrics.instant('0 / sum(requests)', at, soon());
    expect(nan?.points[0]?.[1]).toBeNaN();
    const [infinite] = await metrics.instant('1 / sum(requests)', at, soon());
    expect(infinite?.points[0]?.[1]).toBe(Infinity);
  });

  test('takes a query longer than a URL may be', async () => {
    const pods = Array.from({ length: 5000 }, (_, i) => `checkout-${i}`).join('|');
    expect(await metrics.instant(`count(requests{pod!~"${pods}"})`, at, soon())).toEqual([
      { labels: {}, points: [[at, 2]] },
    ]);
  });

  test.each([
    ['a parse error', 'sum(', 'rejected', 'parse error'],
    ['an impossible join', 'requests + on() requests', 'rejected', 'many-to-many'],
  ])('refuses %s with its own words', async (_name, query, reason, words) => {
    const why = await whyOf(metrics.instant(query, at, soon()));
    expect(why.reason).toBe(reason);
    expect(why.detail).toContain(words);
  });
});

describe('what answers in its place', () => {
  let server: TestServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function metricsAt(
    listener: RequestListener,
    options: Partial<PrometheusOptions> = {},
  ): Promise<MetricsReader> {
    server = await serve(listener);
    return createMetricsReader({ url: server.url, ...options });
  }
  const answering =
    (status: number, body: string, type = 'application/json'): RequestListener =>
    (_request, response) =>
      void response.writeHead(status, { 'content-type': type }).end(body);
  const refusal = (errorType: string, error: string): string =>
    JSON.stringify({ status: 'error', errorType, error });
  const html = '<html><body>It works!</body></html>';

  test.each<[string, RequestListener, UnavailableReason, string]>([
    [
      '422: its execution failed',
      answering(422, refusal('execution', 'query processing would load too many samples into memory')),
      'rejected',
      'Prometheus answered 422: query processing would load too many samples into memory',
    ],
    ['400', answering(400, refusal('bad_data', 'invalid parameter')), 'rejected', '400: invalid parameter'],
    [
      '503: the query took too long',
      answering(503, refusal('timeout', 'query timed out in expression evaluation')),
      'timed-out',
      'Prometheus answered 503: query timed out in expression evaluation',
    ],
    [
      '503 while it starts',
      answering(503, 'Service Unavailable', 'text/plain'),
      'unreachable',
      'answered 503',
    ],
    ['502 of a proxy', answering(502, html, 'text/html'), 'unreachable', 'Prometheus answered 502'],
    ['504 of a proxy', answering(504, html, 'text/html'), 'timed-out', 'Prometheus answered 504'],
    ['500', answering(500, refusal('internal', 'no such block')), 'unreachable', '500: no such block'],
    ['429', answering(429, 'slow down', 'text/plain'), 'unreachable', 'Prometheus answered 429'],
    ['401', answering(401, 'Unauthorized', 'text/plain'), 'forbidden', 'Prometheus answered 401'],
    ['403', answering(403, html, 'text/html'), 'forbidden', 'Prometheus answered 403'],
    [
      'a page with 200',
      answering(200, html, 'text/html'),
      'rejected',
      'what answers at PROMETHEUS_URL is not the Prometheus API',
    ],
    ['other JSON with 200', answering(200, '{"data":[]}'), 'rejected', 'not the Prometheus API'],
    ['404', answering(404, 'page not found', 'text/plain'), 'rejected', 'Prometheus answered 404'],
    [
      'a connection reset',
      (request) => void request.socket.resetAndDestroy(),
      'unreachable',
      'Prometheus could not be reached (ECONNRESET)',
    ],
    [
      'half an answer',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
        response.write('{"data":', () => response.destroy());
      },
      'unreachable',
      'Prometheus broke off its answer',
    ],
    [
      'an answer over the cap',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`{"data":"${'x'.repeat(2000)}"}`);
      },
      'rejected',
      'Prometheus answered more than 1 kB',
    ],
  ])('%s', async (_name, listener, reason, words) => {
    const metrics = await metricsAt(listener, { maxAnswerBytes: 1000 });
    const why = await whyOf(metrics.instant('up', 0, soon()));
    expect(why.reason).toBe(reason);
    expect(why.detail).toContain(words);
    expect(why.detail).not.toMatch(/\n|<|ERR_|undefined/);
  });

  test('nobody', async () => {
    const metrics = createMetricsReader({ url: `http://127.0.0.1:${await freePort()}` });
    expect(await whyOf(metrics.instant('up', 0, soon()))).toEqual({
      reason: 'unreachable',
      detail: 'Prometheus could not be reached (ECONNREFUSED)',
    });
  });

  test('silence, until the signal fires', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<undefined>();
    const metrics = await metricsAt(
      (_request, response) => void response.on('close', () => resolve(undefined)),
    );
    const started = performance.now();
    const why = await whyOf(metrics.range('up', window, 15, AbortSignal.timeout(200)));
    expect(why).toEqual({ reason: 'timed-out', detail: 'Prometheus did not answer in time' });
    expect(performance.now() - started).toBeLessThan(2000);
    await gone;
  });

  test('an answer that begins and never ends, until the signal fires', async () => {
    const metrics = await metricsAt((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":');
    });
    expect(await whyOf(metrics.instant('up', 0, AbortSignal.timeout(200)))).toMatchObject({
      reason: 'timed-out',
    });
  });
});

describe('a password in the URL', () => {
  test('is sent, and never shown', async () => {
    const seen: string[] = [];
    const server = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push(`${request.headers.authorization ?? ''} ${request.url ?? ''} ${body}`);
        response.writeHead(401).end();
      });
    });
    const url = `${server.url.replace('http://', 'http://me:s%20cret@')}/prom`;
    const metrics = createMetricsReader({ url });
    const why = await whyOf(metrics.instant('up{a="b"}', 7, soon()));
    await server.close();

    const basic = Buffer.from('me:s cret').toString('base64');
    expect(seen).toEqual([`Basic ${basic} /prom/api/v1/query query=up%7Ba%3D%22b%22%7D&time=7`]);
    expect(JSON.stringify(why)).not.toMatch(/cret/);
    expect(metrics.link('up', window)).not.toMatch(/me:|cret/);
    const other = createMetricsReader({ url, externalUrl: 'https://you:hush@prometheus.example.com' });
    expect(other.link('up', window)).not.toMatch(/cret|hush|you/);
  });
});

describe('the link', () => {
  test.each([
    [{ url: 'http://127.0.0.1:9090' }, 'http://127.0.0.1:9090/graph'],
    [{ url: 'http://127.0.0.1:9090/prom' }, 'http://127.0.0.1:9090/prom/graph'],
    [
      { url: 'http://prometheus:9090', externalUrl: 'https://prometheus.example.com/eu/' },
      'https://prometheus.example.com/eu/graph',
    ],
  ])('opens the same query and window where people look: %j', (options, page) => {
    const link = new URL(createMetricsReader(options).link('rate(up{a="&<b>"}[5m])', window));
    expect(link.origin + link.pathname).toBe(page);
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      'g0.expr': 'rate(up{a="&<b>"}[5m])',
      'g0.range_input': '30m',
      'g0.end_input': '2027-01-15 08:30:00',
    });
  });
});
