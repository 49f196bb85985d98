import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { identity } from '../identity.ts';
import type { Payload } from '../payloads/envelope.ts';
import type { Ack, Retry, Transport } from './transport.ts';

const connectionLimit = 10;
const farewellMs = 500;
const acknowledgement = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

/** Socket Mode: envelopes over the app's own WebSocket connections, each payload to one of them. */
export class SocketTransport implements Transport {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  readonly #waiting = new Map<string, (body: unknown) => void>();
  #connections: WebSocket[] = [];

  get connections(): number {
    return this.#connections.length;
  }

  /** The path of a WebSocket that can be opened once. */
  ticket(): string {
    const ticket = randomBytes(12).toString('hex');
    this.#tickets.add(ticket);
    return `/link/?ticket=${ticket}&app_id=${identity.appId}`;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname !== '/link/' || !this.#tickets.delete(searchParams.get('ticket') ?? '')) {
      socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (connection) => this.#accept(connection));
  }

  async send(payload: Payload, timeoutMs: number, retry?: Retry): Promise<Ack> {
    const connection = this.#connections.shift();
    if (connection === undefined) return { ok: false, reason: 'connection_failed' };
    this.#connections.push(connection);
    const envelopeId = randomUUID();
    const acknowledged = new Promise<Ack>((resolve) => {
      const give = (ack: Ack) => {
        clearTimeout(timer);
        this.#waiting.delete(envelopeId);
        resolve(ack);
      };
      const timer = setTimeout(() => give({ ok: false, reason: 'timeout' }), timeoutMs);
      this.#waiting.set(envelopeId, (body) => give({ ok: true, body }));
    });
    const isEvent = payload.kind === 'events_api';
    connection.send(
      JSON.stringify({
        envelope_id: envelopeId,
        type: payload.kind,
        payload: payload.body,
        accepts_response_payload: !isEvent,
        ...(isEvent && { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' }),
      }),
    );
    return acknowledged;
  }

  /** Slack recycles its side: a warning, the request to reconnect, and the end of the connection. */
  refresh(warn = false): void {
    for (const connection of this.#connections) {
      if (warn) connection.send(disconnectMessage('warning'));
      connection.send(disconnectMessage('refresh_requested'));
    }
    this.#connections = [];
  }

  /** The network fails: no farewell. */
  cut(): void {
    for (const connection of this.#connections) connection.terminate();
    this.#connections = [];
  }

  close(): void {
    for (const give of this.#waiting.values()) give(null);
    this.#server.close();
  }

  /** Lets each side say goodbye, but not for long. */
  async end(): Promise<void> {
    const farewells = [...this.#server.clients].map(
      async (connection) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(() => connection.terminate(), farewellMs);
          connection.once('close', () => {
            clearTimeout(timer);
            resolve();
          });
          connection.close(1001);
        }),
    );
    await Promise.all(farewells);
  }

  #accept(connection: WebSocket): void {
    if (this.#connections.length >= connectionLimit) {
      connection.send(disconnectMessage('too_many_websockets'));
      connection.close();
      return;
    }
    this.#connections.push(connection);
    connection.once('close', () => {
      this.#connections = this.#connections.filter((each) => each !== connection);
    });
    connection.on('error', () => connection.terminate());
    connection.on('message', (data: Buffer) => this.#receive(data));
    connection.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#connections.length,
        debug_info: { host: 'applink-stand-in', build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: identity.appId },
      }),
    );
  }

  #receive(data: Buffer): void {
    const parsed = acknowledgement.safeParse(parse(data));
    if (!parsed.success) return;
    const { payload } = parsed.data;
    const empty = typeof payload === 'object' && payload !== null && Object.keys(payload).length === 0;
    this.#waiting.get(parsed.data.envelope_id)?.(empty ? null : (payload ?? null));
  }
}

function disconnectMessage(reason: 'warning' | 'refresh_requested' | 'too_many_websockets'): string {
  return JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-stand-in' } });
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return null;
  }
}
