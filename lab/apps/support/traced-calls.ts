import { SpanKind, type Span } from '@opentelemetry/api';
import { echo } from './echo.ts';
import { exchange, type Exchange } from './exchange.ts';
import { endSpan, type StartSpan } from './tracing.ts';

/** What a call came to: undefined, or what went wrong, `timeout` or a word of its own. */
export type TracedCall = (parent: Span) => Promise<string | undefined>;

interface Options {
  readonly timeoutMs: number;
  /** PEM of who may vouch for a server; without it, nobody needs to. */
  readonly ca: string | undefined;
}

/**
 * A call with the spans that OpenTelemetry's instrumentations would make of it: CLIENT for HTTP, and `tcp.connect` for
 * the connection. `http://…`, `https://…`, or `tcp://host:port` (or `host:port`) for a server that says everything again.
 */
export function tracedCall(startSpan: StartSpan, address: string, options: Options): TracedCall {
  const url = new URL(address.includes('://') ? address : `tcp://${address}`);
  const of = { 'server.address': url.hostname, 'server.port': Number(url.port) };
  const connected = (parent: Span, { startedAt, connectedAt, endedAt, error }: Times): void => {
    const span = startSpan('tcp.connect', { parent, startedAt, attributes: of });
    endSpan(span, connectedAt === undefined ? error : undefined, connectedAt ?? endedAt);
  };
  if (url.protocol === 'tcp:') {
    return async (parent) => {
      const times = await echo({ host: url.hostname, port: Number(url.port), timeoutMs: options.timeoutMs });
      connected(parent, times);
      return times.error;
    };
  }
  return async (parent) => {
    const { timeoutMs, ca } = options;
    const span = startSpan('GET', {
      kind: SpanKind.CLIENT,
      parent,
      attributes: { ...of, 'http.request.method': 'GET' },
    });
    const done = await exchange({ url: url.href, timeoutMs, ...(ca !== undefined && { ca }) });
    connected(span, done);
    const status = done.answer?.status;
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    const error = status !== undefined && status >= 400 ? String(status) : done.error;
    endSpan(span, error, done.endedAt);
    return error;
  };
}

type Times = Pick<Exchange, 'startedAt' | 'connectedAt' | 'endedAt' | 'error'>;
