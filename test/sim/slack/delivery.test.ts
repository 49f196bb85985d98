import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import WebSocket from 'ws';
import { signatureHeaders } from '../../../sim/slack/delivery/signature.ts';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import { noted, webClient } from './bolt-app.ts';

test('signs as in Slack’s documentation', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  expect(signatureHeaders('8f742231b10e8888abcd99yyyzzz85a5', body, 1531420618)).toEqual({
    'X-Slack-Request-Timestamp': '1531420618',
    'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  });
});

interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An app that only notes what it is sent, and answers as told. */
async function bareApp(answer: (nth: number) => { status: number; headers?: Record<string, string> }) {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (body.includes('url_verification')) {
        response.end(body);
        return;
      }
      seen.push({ headers: request.headers, body });
      const { status, headers } = answer(seen.length);
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  return { seen, requestUrl, close: () => server.close() };
}

const timing = { retryDelaysMs: [1, 2, 3], ackTimeoutMs: 400 };

describe('over signed HTTP', () => {
  let slack: SlackSim;
  beforeEach(async () => {
    slack = await startSlack({ timing, rateScale: Infinity });
  });
  afterEach(async () => slack.close());
  const speak = () => slack.control.message({ user: 'U0BOB', channel: 'ops', text: 'hello' });

  test('an event is repeated three times, with the reason', async () => {
    const app = await bareApp(() => ({ status: 500 }));
    await slack.deliver({ mode: 'http', requestUrl: app.requestUrl });
    speak();
    await slack.control.until(() => slack.control.deliveries().length === 4);
    expect(app.seen.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(app.seen[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(app.seen[1]?.headers['content-type']).toBe('application/json');
    const ids = app.seen.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id);
    expect(new Set(ids).size).toBe(1);
    app.close();
  });

  test('an app that asks for it is not asked again', async () => {
    const app = await bareApp((nth) =>
      nth === 1 ? { status: 500, headers: { 'X-Slack-No-Retry': '1' } } : { status: 200 },
    );
    await slack.deliver({ mode: 'http', requestUrl: app.requestUrl });
    speak();
    await slack.control.until(() => slack.control.deliveries().length === 1);
    speak();
    await slack.control.until(() => slack.control.deliveries().length === 2);
    expect(slack.control.deliveries().map(({ attempt }) => attempt)).toEqual([0, 0]);
    app.close();
  });

  test('commands and interactions are forms, of exactly that content type', async () => {
    const app = await bareApp(() => ({ status: 200 }));
    await slack.deliver({ mode: 'http', requestUrl: app.requestUrl });
    const client = webClient(slack);
    const { ts = '' } = await client.chat.postMessage({
      channel: 'C0OPS',
      text: 'x',
      blocks: [
        {
          type: 'actions',
          block_id: 'b',
          elements: [
            {
              type: 'static_select',
              action_id: 'a',
              options: [{ text: { type: 'plain_text', text: 'One' }, value: '1' }],
            },
          ],
        },
      ],
    });
    await slack.control.until(() => app.seen.length === 1);
    const press = { user: 'U0BOB', channel: 'C0OPS', message_ts: ts, block_id: 'b', action_id: 'a' };
    expect(await slack.control.action({ ...press, selected_option: '2' })).toMatchObject({
      error: 'invalid_option',
    });
    await slack.control.action({ ...press, selected_option: '1' });
    const last = app.seen.at(-1);
    expect(last?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const payload = JSON.parse(new URLSearchParams(last?.body).get('payload') ?? '') as object;
    const selected = { selected_option: { value: '1' } };
    expect(payload).toMatchObject({
      type: 'block_actions',
      container: { type: 'message', message_ts: ts, channel_id: 'C0OPS', is_ephemeral: false },
      message: { ts, text: 'x' },
      channel: { id: 'C0OPS', name: 'ops' },
      user: { id: 'U0BOB' },
      team: { id: slack.teamId },
      state: { values: { b: { a: selected } } },
      actions: [{ type: 'static_select', block_id: 'b', action_id: 'a', ...selected }],
    });
    await slack.control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck', text: 'a b' });
    const form = new URLSearchParams(app.seen.at(-1)?.body);
    expect(Object.fromEntries(form)).toMatchObject({ command: '/netcheck', text: 'a b', user_id: 'U0BOB' });
    app.close();
  });

  test('a request URL that does not know the signing secret is refused', async () => {
    const stranger = createServer((_request, response) => response.writeHead(401).end());
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const requestUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`;
    await expect(slack.deliver({ mode: 'http', requestUrl })).rejects.toThrow('challenge');
    stranger.close();
  });

  test.each([
    ['http_service_error', 500],
    ['http_client_error', 404],
  ])('the person sees %s', async (error, status) => {
    const app = await bareApp(() => ({ status }));
    await slack.deliver({ mode: 'http', requestUrl: app.requestUrl });
    const outcome = await slack.control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck' });
    expect(outcome).toMatchObject({ ok: false, error });
    app.close();
  });
});

describe('over Socket Mode', () => {
  let slack: SlackSim;
  const open: WebSocket[] = [];
  beforeEach(async () => {
    slack = await startSlack({ timing, rateScale: Infinity });
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.terminate();
    await slack.close();
  });

  interface Envelope {
    readonly type: string;
    readonly envelope_id: string;
    readonly reason?: string;
    readonly retry_attempt?: number;
    readonly retry_reason?: string;
    readonly accepts_response_payload?: boolean;
    readonly payload: { readonly event_id?: string };
  }

  /** A bare connection that notes what it receives. */
  async function connect(acknowledge = true): Promise<{ socket: WebSocket; received: Envelope[] }> {
    const { url = '' } = await webClient(slack, {}, slack.appToken).apps.connections.open({});
    const socket = new WebSocket(url);
    open.push(socket);
    const received: Envelope[] = [];
    socket.on('message', (data: Buffer) => {
      const envelope = JSON.parse(data.toString()) as Envelope;
      received.push(envelope);
      if (acknowledge && 'payload' in envelope) {
        socket.send(JSON.stringify({ envelope_id: envelope.envelope_id }));
      }
    });
    await slack.control.until(() => received.length > 0);
    return { socket, received };
  }
  const payloads = (received: readonly Envelope[]) => received.filter((envelope) => 'payload' in envelope);
  const speak = () => slack.control.message({ user: 'U0BOB', channel: 'ops', text: 'hello' });

  test('says hello, and sends each payload to one connection', async () => {
    const [first, second] = [await connect(), await connect()];
    expect(first.received[0]).toMatchObject({ type: 'hello', num_connections: 1 });
    for (let index = 0; index < 4; index++) speak();
    await slack.control.until(() => slack.control.deliveries().length === 4);
    expect([payloads(first.received).length, payloads(second.received).length]).toEqual([2, 2]);
  });

  test('repeats an event nobody acknowledges, then gives up', async () => {
    const { received } = await connect(false);
    speak();
    await slack.control.until(() => slack.control.deliveries().length === 4);
    expect(payloads(received)).toMatchObject([
      { type: 'events_api', retry_attempt: 0, retry_reason: '', accepts_response_payload: false },
      { retry_attempt: 1, retry_reason: 'timeout' },
      { retry_attempt: 2 },
      { retry_attempt: 3 },
    ]);
    expect(new Set(payloads(received).map(({ payload }) => payload.event_id)).size).toBe(1);
  });

  test('a lost acknowledgement and a duplicate reach the app as redeliveries', async () => {
    const { received } = await connect();
    slack.control.fault({ kind: 'drop_ack' });
    speak();
    await slack.control.until(() => payloads(received).length === 2);
    expect(payloads(received)[1]).toMatchObject({ retry_attempt: 1 });
    slack.control.fault({ kind: 'duplicate_delivery' });
    speak();
    await slack.control.until(() => payloads(received).length === 4);
    const ids = payloads(received).map(({ payload }) => payload.event_id);
    expect(ids[2]).toBe(ids[3]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  test('an event that finds no connection waits for one', async () => {
    await slack.close();
    slack = await startSlack({ timing: { retryDelaysMs: [500, 500, 500] } });
    speak();
    const { received } = await connect();
    await slack.control.until(() => payloads(received).length === 1);
    expect(payloads(received)[0]).toMatchObject({ retry_reason: 'connection_failed' });
  });

  test('refreshes with a warning, and sends no more on the old connection', async () => {
    const { received } = await connect();
    slack.control.fault({ kind: 'disconnect', how: 'warning' });
    await slack.control.until(() => received.length === 3);
    expect(received.slice(1)).toMatchObject([
      { type: 'disconnect', reason: 'warning' },
      { type: 'disconnect', reason: 'refresh_requested' },
    ]);
    expect(slack.control.connections()).toBe(0);
  });

  test('ten connections, and not one more; each ticket once', async () => {
    for (let index = 0; index < 10; index++) await connect();
    const eleventh = await connect();
    expect(eleventh.received[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(slack.control.connections()).toBe(10);
    const reused = new WebSocket(open[0]?.url ?? '');
    const [error] = (await once(reused, 'error')) as [Error];
    expect(error.message).toContain('408');
  });

  test('a Bolt app comes back after a refresh', async () => {
    const clientOptions = { slackApiUrl: slack.apiUrl };
    const receiver = new SocketModeReceiver({
      appToken: slack.appToken,
      logLevel: LogLevel.ERROR,
      // The SDK waits this long, once for each failure, before it reconnects.
      clientPingTimeout: 300,
      installerOptions: { clientOptions },
    });
    const app = new App({ token: slack.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
    const heard: string[] = [];
    app.message(({ message }) => noted(heard, message.ts));
    await app.start();
    slack.control.fault({ kind: 'disconnect' });
    expect(slack.control.connections()).toBe(0);
    await slack.control.until(() => slack.control.connections() === 1);
    const { ts } = speak();
    await slack.control.until(() => heard.includes(ts));
    await app.stop();
  });
});
