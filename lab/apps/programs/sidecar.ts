/**
 * A mesh's sidecar for connections out: it takes what is redirected to it, passes it on, and counts as linkerd-proxy
 * does. Node cannot ask the kernel where a redirected connection was to go, so each far end has a port of its own here.
 * PORT                where it listens for the first of UPSTREAMS; for the others on the ports that follow (4140)
 * UPSTREAMS           `203.0.113.10:8443,…`: where it passes on to
 * METRICS_PORT        what it counts, at `/metrics` (4191)
 * CONNECT_TIMEOUT_MS  how long it waits for a far end to accept (1000)
 * BREAK               `none`, or what it does to connections once both ends have accepted: `fin`, `rst` or `hang` (none)
 * SHARE, SEED         of all connections, how many it breaks, from 0 to 1, and which (1, 1)
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { seeded } from '../../random.ts';
import { linkerdMetrics } from '../sidecar/metrics.ts';
import { passOn, type Break, type Upstream } from '../sidecar/pass-on.ts';
import { listen, listenWidely } from '../support/listen.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const port = settings.number('PORT', 4140);
const connectTimeoutMs = settings.number('CONNECT_TIMEOUT_MS', 1000);
const how = breakOf(settings.text('BREAK', 'none'));
const share = settings.number('SHARE', 1);
const random = seeded(settings.number('SEED', 1));
const metrics = linkerdMetrics();

function breakOf(text: string): Break | undefined {
  if (text === 'none') return undefined;
  if (text === 'fin' || text === 'rst' || text === 'hang') return text;
  throw new Error(`Unexpected BREAK "${text}", expected none, fin, rst or hang`);
}

function upstreamOf(text: string): Upstream {
  const [host = '', number] = text.split(':');
  const upstream = { host, port: Number(number) };
  if (host !== '' && Number.isInteger(upstream.port)) return upstream;
  throw new Error(`Unexpected upstream "${text}", expected one as in 203.0.113.10:8443`);
}

async function serveUpstream(upstream: Upstream, index: number): Promise<void> {
  const meter = metrics.meterFor(upstream);
  const serve = (near: Socket): void => {
    const breaks = random.happens(share) ? how : undefined;
    passOn(near, { upstream, meter, connectTimeoutMs, breaks });
  };
  await listenWidely(() => createServer({ allowHalfOpen: true, noDelay: true }, serve), port + index);
}

async function serveMetrics(): Promise<void> {
  const server = createHttpServer((_request, response) => {
    void metrics.text().then((text) => response.setHeader('content-type', 'text/plain').end(text));
  });
  await listen(server, { port: settings.number('METRICS_PORT', 4191) });
}

process.once('SIGTERM', () => process.exit());
await Promise.all([...settings.list('UPSTREAMS').map(upstreamOf).map(serveUpstream), serveMetrics()]);
ready();
