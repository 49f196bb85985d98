/**
 * An OpenTelemetry Collector that makes metrics of spans.
 * PORT          OTLP over HTTP, JSON, at `/v1/traces` (4318)
 * METRICS_PORT  `/metrics` (8889)
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { spanMetrics } from '../../monitor/span-metrics.ts';
import { bodyOf } from '../support/exchange.ts';
import { listen } from '../support/listen.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const metrics = spanMetrics();

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isJson = request.headers['content-type']?.startsWith('application/json') === true;
  if (!isJson || request.url !== '/v1/traces') {
    response.writeHead(isJson ? 404 : 415).end();
    return;
  }
  const body = await bodyOf(request);
  try {
    metrics.receive(body.toString('utf8'));
    response.setHeader('content-type', 'application/json').end('{}');
  } catch {
    response.writeHead(400).end();
  }
}

const receiver = createServer((request, response) => {
  receive(request, response).catch(() => response.destroy());
});
const exporter = createServer((_request, response) => {
  void metrics.exposition().then((text) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(text);
  });
});
await listen(receiver, { port: settings.number('PORT', 4318) });
await listen(exporter, { port: settings.number('METRICS_PORT', 8889) });
ready();
