/**
 * A service: it calls others by connections of their own and answers 200; 504 if one did not answer in time, 502 if it
 * was refused, ended or answered with an error. `/healthz` answers without any of that.
 * NAME               as the spans call it
 * PORT               (8080)
 * UPSTREAM           called for every request, as in `http://payments.shop.svc.cluster.local` (nobody)
 * FAR                called in turn, as in `203.0.113.10:7000,http://203.0.113.10:8080/` (nobody); `host:port` is an echo
 * FAR_SHARE          of the requests, for how many FAR is called, from 0 to 1 (0.2)
 * FAR_CA             PEM file of who vouches for an https:// FAR (anybody)
 * TIMEOUT_MS         of each call (10000)
 * OTLP               where spans go every second, as in `http://10.0.0.14:4318` (nowhere)
 * WORK_MS            of CPU that a request takes (0)
 * BACKLOG            connections that may wait to be accepted (as many as come)
 * UV_THREADPOOL_SIZE lookups of names that may be under way at once (128)
 * BLOCK_MS           how long it accepts and does nothing, every BLOCK_EVERY_MS (0, 1000)
 */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { SpanKind } from '@opentelemetry/api';
import { listen, listenWidely } from '../support/listen.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';
import { tracedCall, type TracedCall } from '../support/traced-calls.ts';
import { endSpan, tracing } from '../support/tracing.ts';

// Node's own is 4: a few lookups whose datagrams were lost would hold up all others.
process.env['UV_THREADPOOL_SIZE'] ??= '128';

const startSpan = tracing(settings.text('NAME'), settings.optional('OTLP'));
const caFile = settings.optional('FAR_CA');
const options = {
  timeoutMs: settings.number('TIMEOUT_MS', 10_000),
  ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
};
const upstream = settings.list('UPSTREAM').map((address) => tracedCall(startSpan, address, options));
const far = settings.list('FAR').map((address) => tracedCall(startSpan, address, options));
const farShare = settings.number('FAR_SHARE', 0.2);
const workMs = settings.number('WORK_MS', 0);

let requests = 0;

/** Whom this request has to call: the far ends in turn, as often as they are due. */
function dueCalls(): readonly TracedCall[] {
  const before = Math.floor(requests * farShare);
  requests++;
  const isDue = Math.floor(requests * farShare) > before;
  return isDue ? [...upstream, ...far.slice(before % far.length).slice(0, 1)] : upstream;
}

/** CPU time, not time: who gets too little of it takes longer. */
function work(): void {
  const start = process.threadCpuUsage();
  let used = 0;
  while (used < workMs) {
    const { user, system } = process.threadCpuUsage(start);
    used = (user + system) / 1000;
  }
}

const onRequest: RequestListener = (request, response) => {
  const answer = (status: number): void => {
    response.statusCode = status;
    response.setHeader('content-type', 'text/plain').end(`${status}\n`);
  };
  if (request.url === '/healthz') {
    answer(200);
    return;
  }
  const span = startSpan('GET /', { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET' } });
  const serve = async (): Promise<void> => {
    if (workMs > 0) work();
    for (const call of dueCalls()) {
      const error = await call(span);
      if (error === undefined) continue;
      answer(error === 'timeout' ? 504 : 502);
      endSpan(span, error);
      return;
    }
    answer(200);
    endSpan(span, undefined);
  };
  void serve();
};

const blockMs = settings.number('BLOCK_MS', 0);
if (blockMs > 0) {
  const never = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.wait(never, 0, 0, blockMs), settings.number('BLOCK_EVERY_MS', 1000));
}
const port = settings.number('PORT', 8080);
const backlog = settings.optional('BACKLOG');
// Of several sockets each would let so many wait.
if (backlog !== undefined) await listen(createServer(onRequest), { port, backlog: Number(backlog) });
else await listenWidely(() => createServer(onRequest), port);
ready();
