import {
  request as requestHttp,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { now } from './now.ts';

export interface Call {
  readonly url: string;
  readonly method?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: Buffer;
  /** Until the connection stands. */
  readonly connectTimeoutMs?: number;
  /** For all of it. */
  readonly timeoutMs: number;
  /** PEM of who may vouch for a server; without it, nobody needs to. */
  readonly ca?: string;
}

export interface Exchange {
  /** Milliseconds since 1970, as are the others; undefined where it did not come to it. */
  readonly startedAt: number;
  readonly connectedAt: number | undefined;
  readonly headersAt: number | undefined;
  readonly endedAt: number;
  readonly answer: Answer | undefined;
  /** `timeout`, or the code of the error, as in `ECONNREFUSED`; undefined where there is an answer. */
  readonly error: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks by a connection of its own, which is closed afterwards. What goes wrong is in the exchange. */
export async function exchange(call: Call): Promise<Exchange> {
  const startedAt = now();
  let connectedAt: number | undefined;
  let headersAt: number | undefined;
  const outcome = await new Promise<Answer | string>((resolve) => {
    const request = open(call);
    const giveUp = (): void => {
      resolve('timeout');
      request.destroy();
    };
    const patience = setTimeout(giveUp, call.timeoutMs);
    const impatience = setTimeout(giveUp, call.connectTimeoutMs ?? call.timeoutMs);
    const failed = (error: Error): void => resolve(codeOf(error));
    request.once('socket', (socket) => {
      socket.once('connect', () => {
        connectedAt = now();
        clearTimeout(impatience);
      });
    });
    request.on('error', failed);
    request.once('response', (response) => {
      headersAt = now();
      const { statusCode = 0, headers } = response;
      bodyOf(response).then((body) => resolve({ status: statusCode, headers, body }), failed);
    });
    request.once('close', () => {
      clearTimeout(patience);
      clearTimeout(impatience);
    });
    request.end(call.body);
  });
  const times = { startedAt, connectedAt, headersAt, endedAt: now() };
  return typeof outcome === 'string'
    ? { ...times, answer: undefined, error: outcome }
    : { ...times, answer: outcome, error: undefined };
}

function open({ url, method = 'GET', headers = {}, ca }: Call): ClientRequest {
  const options = { method, headers: { ...headers, connection: 'close' }, agent: false as const, family: 4 };
  if (!url.startsWith('https:')) return requestHttp(url, options);
  return requestHttps(url, { ...options, ...(ca === undefined ? { rejectUnauthorized: false } : { ca }) });
}

/** All that comes. That of `node:stream/consumers` loads half of the web platform first. */
export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function codeOf(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.message;
}
