import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError, type WebClient } from '@slack/web-api';
import type { FaultRequest } from '../../../sim/slack/state/faults.ts';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import { webClient } from './bolt-app.ts';

let slack: SlackSim;
let client: WebClient;
beforeEach(async () => {
  slack = await startSlack({ rateScale: Infinity });
  client = webClient(slack, { timeout: 300 });
});
afterEach(async () => slack.close());

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${slack.url}/control/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return response.json();
}

async function get(path: string): Promise<unknown> {
  return (await fetch(`${slack.url}/control/${path}`)).json();
}

test('the state is what one person sees', async () => {
  slack.control.channel({ user: 'U0ALICE', name: 'secret', is_private: true });
  await client.chat.postEphemeral({ channel: 'C0OPS', user: 'U0ALICE', text: 'psst' });
  expect(await get('state')).toMatchObject({
    me: { name: 'alice' },
    channels: [{ name: 'general' }, { name: 'ops' }, { name: 'secret' }],
    commands: [{ command: '/netcheck' }],
    messages: { C0OPS: [{ text: 'psst' }] },
  });
  expect(await get('state?user=U0BOB')).toMatchObject({
    me: { name: 'bob' },
    channels: [{ name: 'general' }, { name: 'ops' }],
    messages: { C0OPS: [] },
  });
});

test('the stream tells what happens, to whom it may concern', async () => {
  const response = await fetch(`${slack.url}/control/stream?user=U0BOB`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await client.chat.postEphemeral({ channel: 'C0OPS', user: 'U0ALICE', text: 'not for bob' });
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'one' });
  await client.chat.update({ channel: 'C0OPS', ts, text: 'two' });
  await client.chat.delete({ channel: 'C0OPS', ts });
  let text = '';
  while (text.split('\n\n').length < 4) text += (await reader?.read())?.value ?? '';
  const events = text
    .trim()
    .split('\n\n')
    .map((line) => JSON.parse(line.replace(/^data: /, '')) as object);
  expect(events).toMatchObject([
    { type: 'message', message: { text: 'one', ts } },
    { type: 'message_changed', message: { text: 'two' } },
    { type: 'message_deleted', channel: 'C0OPS', ts },
  ]);
  await reader?.cancel();
});

test('people act over HTTP, and a bad request is told so', async () => {
  const spoken = await post('message', { user: 'U0BOB', channel: 'ops', text: '@alice <look> & see #ops' });
  expect(spoken).toMatchObject({ ok: true });
  expect(slack.control.messages('ops')[0]).toMatchObject({
    user: 'U0BOB',
    text: '<@U0ALICE> &lt;look&gt; &amp; see <#C0OPS|ops>',
    notifies: ['U0ALICE'],
  });
  expect(await post('message', { user: 'U404', channel: 'ops', text: 'x' })).toMatchObject({
    ok: false,
    error: 'user_not_found',
  });
  expect(await post('message', { user: 'U0BOB' })).toMatchObject({ ok: false });
  expect(await post('channel', { user: 'U0BOB', name: 'Not OK' })).toMatchObject({
    error: 'invalid_name_specials',
  });
  expect(await post('channel', { user: 'U0BOB', name: 'ops' })).toMatchObject({ error: 'name_taken' });
  expect(await post('channel', { user: 'U0BOB', name: 'inc-1', topic: 't' })).toMatchObject({
    ok: true,
    channel: { name: 'inc-1', topic: 't', members: ['U0BOB'] },
  });
  expect(await post('command', { user: 'U0BOB', channel: 'ops', command: '/netcheck' })).toMatchObject({
    ok: false,
    error: 'dispatch_failed',
  });
});

const failures: readonly [name: string, fault: FaultRequest, expected: object | (new () => Error)][] = [
  ['429', { kind: 'rate_limit', method: 'chat.postMessage', retry_after: 7 }, { retryAfter: 7 }],
  ['500', { kind: 'http_error', method: 'chat.postMessage' }, { statusCode: 500 }],
  [
    'an error',
    { kind: 'error', method: 'chat.postMessage', error: 'fatal_error' },
    { data: { error: 'fatal_error' } },
  ],
];
test.each(failures)('%s on demand, once', async (_name, fault, expected) => {
  expect(await post('fault', fault)).toEqual({ ok: true });
  const message = { channel: 'C0OPS', text: 'x' };
  await expect(client.chat.postMessage(message)).rejects.toMatchObject(expected);
  expect(await client.chat.postMessage(message)).toMatchObject({ ok: true });
});

test('the kinds of failure are the client’s own', async () => {
  const attempt = async () =>
    client.chat.postMessage({ channel: 'C0OPS', text: 'x' }).catch((error: unknown) => error);
  const method = 'chat.postMessage';
  slack.control.fault({ kind: 'rate_limit', method });
  slack.control.fault({ kind: 'http_error', method, status: 503 });
  slack.control.fault({ kind: 'drop', method });
  slack.control.fault({ kind: 'hang', method });
  expect(await attempt()).toBeInstanceOf(WebAPIRateLimitedError);
  expect(await attempt()).toBeInstanceOf(WebAPIHTTPError);
  expect(await attempt()).toBeInstanceOf(WebAPIRequestError);
  expect(await attempt()).toBeInstanceOf(WebAPIRequestError);
  expect(slack.control.messages('ops')).toEqual([]);
  expect(slack.control.journal().map(({ status }) => status)).toEqual([429, 503, 0, 0]);
});

test('an answer lost after the deed makes a careless client post twice', async () => {
  slack.control.fault({ kind: 'drop_after', method: 'chat.postMessage' });
  const careless = webClient(slack, { retryConfig: { retries: 1, minTimeout: 1, maxTimeout: 1 } });
  await careless.chat.postMessage({ channel: 'C0OPS', text: 'twice' });
  expect(slack.control.messages('ops')).toMatchObject([{ text: 'twice' }, { text: 'twice' }]);
});

test('the page is one document', async () => {
  const response = await fetch(slack.url);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(await response.text()).toMatch(/^<!doctype html>/);
});
