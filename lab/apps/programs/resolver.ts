/**
 * A DNS server. With an upstream it is CoreDNS as clusters run it: it answers for the zone of the cluster itself and
 * forwards everything else. Without one it is a resolver of the world outside, and knows all there is.
 * PORT             of UDP and TCP (53)
 * METRICS_PORT     of /metrics and /health; without it there are none, without an upstream it has nothing to show
 * UPSTREAM         `203.0.113.53:53`
 * ZONE             with an upstream: what is not forwarded (cluster.local)
 * RECORDS          a file of JSON, names and their addresses, read again whenever it changes
 * TTL              seconds that its own records may be kept (0: not at all)
 * CACHE_SECONDS    the longest that it keeps what upstream said (30)
 * SELF_CHECK_MS    how often it asks its own health page (200; CoreDNS: 1000)
 * DELAY_MS         `1000-1800`: milliseconds before an answer, evenly between the two
 * DELAY_SHARE      of how many questions, from 0 to 1 (1)
 */
import { createServer, request, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Cache } from '../dns/cache.ts';
import { Forward } from '../dns/forward.ts';
import { answerTo, questionIn, rcodeOf, type Question } from '../dns/message.ts';
import { Metrics, type Answered } from '../dns/metrics.ts';
import { serveDns } from '../dns/serve.ts';
import { followFile, Zone } from '../dns/zone.ts';
import { listen } from '../support/listen.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const port = settings.number('PORT', 53);
const upstream = settings.optional('UPSTREAM');
const records = settings.optional('RECORDS');
const ttl = settings.number('TTL', 0);
const delayShare = settings.number('DELAY_SHARE', 1);
const [leastDelay = 0, mostDelay = leastDelay] = settings.text('DELAY_MS', '0').split('-').map(Number);

const zone = new Zone(upstream === undefined ? '' : settings.text('ZONE', 'cluster.local'));
const cache = new Cache(settings.number('CACHE_SECONDS', 30));
const metrics = new Metrics(port, () => cache.size);
const forward = upstream === undefined ? undefined : new Forward(upstream, metrics);

type Reply = Pick<Answered, 'plugin'> & { readonly bytes: Buffer };

async function resolve(question: Question): Promise<Reply> {
  const known = zone.find(question.name, question.type);
  if (known !== undefined) return { bytes: answerTo(question, { ...known, ttl }), plugin: 'kubernetes' };
  const kept = cache.find(question);
  metrics.cacheAsked(kept && 'success');
  if (kept !== undefined) return { bytes: kept, plugin: 'cache' };
  const reply = await forward?.ask(question.bytes);
  // No plugin wrote this answer, but the server, as none of them did.
  if (reply === undefined) return { bytes: answerTo(question, { rcode: 'SERVFAIL' }), plugin: '' };
  cache.keep(question, reply);
  return { bytes: reply, plugin: 'forward' };
}

async function delay(): Promise<void> {
  if (mostDelay === 0 || Math.random() >= delayShare) return;
  await pause(leastDelay + Math.random() * (mostDelay - leastDelay));
}

async function answer(message: Buffer, proto: 'udp' | 'tcp'): Promise<Buffer | undefined> {
  const started = performance.now();
  const question = questionIn(message);
  if (question === undefined) return undefined;
  await delay();
  const { bytes, plugin } = await resolve(question);
  const seconds = (performance.now() - started) / 1000;
  metrics.answered({ proto, type: question.type, rcode: rcodeOf(bytes), plugin, seconds });
  return bytes;
}

async function serveMetrics(metricsPort: number): Promise<void> {
  const server = createServer((asked, response) => {
    if (asked.url === '/health') response.end('OK');
    else void show(response);
  });
  await listen(server, { port: metricsPort });
  if (upstream !== undefined)
    setInterval(() => selfCheck(metricsPort), settings.number('SELF_CHECK_MS', 200));
}

/** What is no CoreDNS does not call itself one. */
async function show(response: ServerResponse): Promise<void> {
  const { contentType } = metrics.registry;
  const text = upstream === undefined ? '' : await metrics.registry.metrics();
  response.setHeader('content-type', contentType).end(text);
}

/** How long its own health page takes says how busy it is. */
function selfCheck(metricsPort: number): void {
  const started = performance.now();
  const end = (failed: boolean): void => metrics.selfChecked((performance.now() - started) / 1000, failed);
  request({ host: '127.0.0.1', port: metricsPort, path: '/health' }, (response) => {
    response.resume().once('end', () => end(false));
  })
    .on('error', () => end(true))
    .end();
}

if (records !== undefined) await followFile(zone, records);
const metricsPort = settings.optional('METRICS_PORT');
if (metricsPort !== undefined) await serveMetrics(Number(metricsPort));
await serveDns(port, answer);
ready();
