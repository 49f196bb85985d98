/**
 * An ingress controller: it passes requests on to Services by connections of its own and measures them as ingress-nginx
 * does. Where a server does not accept or answer, it asks the next one, and answers 502 or 504 if none does; 503 where
 * there is none to ask.
 * PORT                       (8080)
 * METRICS_PORT               `/metrics` and `/healthz` (10254)
 * POD_NAME, POD_NAMESPACE    its own, as the metrics say
 * ROUTES                     `[{"path":"/","namespace":"shop","service":"checkout","ingress":"shop","to":"10.96.0.21:80"}]`;
 *                            the longest path counts. `to` may be a file `….json` of addresses, `["10.244.1.7:8080"]`,
 *                            which is read again when it has changed
 * TRIES                      how many servers it asks for a request (2)
 * CONNECT_TIMEOUT_MS         (5000)
 * TIMEOUT_MS                 of each try (60000)
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { ingressMetrics, type Request } from '../ingress/metrics.ts';
import { addressesOf, routesOf } from '../ingress/routes.ts';
import { bodyOf, exchange, type Exchange } from '../support/exchange.ts';
import { listen, listenWidely } from '../support/listen.ts';
import { now } from '../support/now.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const routes = routesOf(settings.text('ROUTES')).map((route) => ({ route, addresses: addressesOf(route) }));
const metrics = ingressMetrics({
  name: settings.text('POD_NAME', 'ingress-nginx-controller'),
  namespace: settings.text('POD_NAMESPACE', 'ingress-nginx'),
});
const tries = settings.number('TRIES', 2);
const patience = {
  connectTimeoutMs: settings.number('CONNECT_TIMEOUT_MS', 5_000),
  timeoutMs: settings.number('TIMEOUT_MS', 60_000),
};

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = now();
  const path = request.url ?? '/';
  const found = routes.find(({ route }) => path.startsWith(route.path));
  if (found === undefined) {
    response.writeHead(404).end();
    return;
  }
  // As nginx: nothing is sent on before it is all there.
  const body = await bodyOf(request);
  const tried = await tryEach(found.addresses(), request, body);
  const last = tried.at(-1);
  const status = response.destroyed ? 499 : statusOf(last);
  response.writeHead(status, last?.answer?.headers ?? {}).end(last?.answer?.body);
  metrics.observe({
    route: found.route,
    ...{ host: request.headers.host ?? '', method: request.method ?? '', status },
    seconds: (now() - startedAt) / 1000,
    ...timesOf(tried),
  });
}

async function tryEach(
  addresses: readonly string[],
  { url = '/', method = 'GET', headers }: IncomingMessage,
  body: Buffer,
): Promise<readonly Exchange[]> {
  const tried: Exchange[] = [];
  while (addresses.length > 0 && tried.length < tries && tried.at(-1)?.answer === undefined) {
    const address = addresses[tried.length % addresses.length] ?? '';
    tried.push(await exchange({ url: `http://${address}${url}`, method, headers, body, ...patience }));
  }
  return tried;
}

function statusOf(last: Exchange | undefined): number {
  if (last === undefined) return 503;
  return last.answer?.status ?? (last.error === 'timeout' ? 504 : 502);
}

function timesOf(tried: readonly Exchange[]): Pick<Request, 'connect' | 'header' | 'response'> {
  const [only] = tried.length === 1 ? tried : [];
  const secondsTo = (at: number | undefined): number | undefined =>
    only === undefined || at === undefined ? undefined : (at - only.startedAt) / 1000;
  return {
    connect: secondsTo(only?.connectedAt),
    header: secondsTo(only?.headersAt),
    response: secondsTo(only?.endedAt),
  };
}

const proxy: RequestListener = (request, response) => {
  serve(request, response).catch(() => response.destroy());
};
const metricsServer = createServer((request, response) => {
  if (request.url !== '/metrics') {
    response.end('ok\n');
    return;
  }
  void metrics.exposition().then((text) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(text);
  });
});
await listenWidely(() => createServer(proxy), settings.number('PORT', 8080));
await listen(metricsServer, { port: settings.number('METRICS_PORT', 10_254) });
ready();
