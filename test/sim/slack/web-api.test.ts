import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import { webClient } from './bolt-app.ts';

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const modal = {
  type: 'modal' as const,
  title: { type: 'plain_text' as const, text: 't' },
  blocks: [section('x')],
};
const home = { type: 'home' as const, blocks: [section('x')] };

/** Slack's answer, whether it refuses or not. */
async function call(client: WebClient, method: string, args: Record<string, unknown> = {}) {
  try {
    return await client.apiCall(method, args);
  } catch (error) {
    return (error as { data?: { error?: string } }).data ?? { error: String(error) };
  }
}

describe('refusals', () => {
  let slack: SlackSim;
  let client: WebClient;
  const ts: Record<'bot' | 'person' | 'ephemeral' | 'reply', string> = {
    bot: '',
    person: '',
    ephemeral: '',
    reply: '',
  };

  beforeAll(async () => {
    slack = await startSlack({ rateScale: Infinity });
    client = webClient(slack);
    const { control } = slack;
    ts.person = control.message({ user: 'U0ALICE', channel: 'ops', text: 'hello' }).ts;
    ts.bot = (await client.chat.postMessage({ channel: 'C0OPS', text: 'hi' })).ts ?? '';
    ts.reply = (await client.chat.postMessage({ channel: 'C0OPS', text: 're', thread_ts: ts.bot })).ts ?? '';
    const whisper = { channel: 'C0OPS', user: 'U0ALICE', text: 'psst' };
    ts.ephemeral = (await client.chat.postEphemeral(whisper)).message_ts ?? '';
    control.channel({ user: 'U0ALICE', name: 'secret', is_private: true });
    control.channel({ user: 'U0ALICE', name: 'old' });
    control.invite({ user: 'U0ALICE', channel: 'old', users: [slack.botUserId] });
    control.archive({ user: 'U0ALICE', channel: 'old' });
    // Only alice is a member of a channel that the app has joined.
    control.channel({ user: 'U0ALICE', name: 'quiet' });
    control.invite({ user: 'U0ALICE', channel: 'quiet', users: [slack.botUserId] });
  });
  afterAll(async () => slack.close());

  const ops = { channel: 'C0OPS' };
  const table: readonly [error: string, method: string, args: () => Record<string, unknown>][] = [
    ['unknown_method', 'chat.shout', () => ({})],
    ['invalid_arguments', 'chat.postMessage', () => ({ text: 'x' })],
    ['channel_not_found', 'chat.postMessage', () => ({ channel: 'C404', text: 'x' })],
    ['channel_not_found', 'chat.postMessage', () => ({ channel: 'secret', text: 'x' })],
    ['not_in_channel', 'chat.postMessage', () => ({ channel: 'C0GENERAL', text: 'x' })],
    ['is_archived', 'chat.postMessage', () => ({ channel: 'old', text: 'x' })],
    ['no_text', 'chat.postMessage', () => ops],
    ['no_text', 'chat.postMessage', () => ({ ...ops, text: '  ', blocks: [] })],
    ['invalid_blocks', 'chat.postMessage', () => ({ ...ops, blocks: [{ type: 'nope' }] })],
    ['invalid_blocks_format', 'chat.postMessage', () => ({ ...ops, blocks: 'not json' })],
    [
      'msg_blocks_too_long',
      'chat.postMessage',
      () => ({ ...ops, blocks: Array.from({ length: 5 }, () => section('x'.repeat(2900))) }),
    ],
    [
      'invalid_blocks',
      'chat.postMessage',
      () => ({ ...ops, blocks: [{ type: 'image', alt_text: 'a', slack_file: { id: 'F404' } }] }),
    ],
    ['msg_too_long', 'chat.postMessage', () => ({ ...ops, markdown_text: 'x'.repeat(12_001) })],
    ['markdown_text_conflict', 'chat.postMessage', () => ({ ...ops, markdown_text: 'x', text: 'x' })],
    ['invalid_metadata_format', 'chat.postMessage', () => ({ ...ops, text: 'x', metadata: { a: 1 } })],
    ['thread_not_found', 'chat.postMessage', () => ({ ...ops, text: 'x', thread_ts: '1.000000' })],
    ['cannot_reply_to_message', 'chat.postMessage', () => ({ ...ops, text: 'x', thread_ts: ts.reply })],
    ['missing_scope', 'chat.postMessage', () => ({ ...ops, text: 'x', username: 'root' })],
    ['user_not_in_channel', 'chat.postEphemeral', () => ({ channel: 'quiet', user: 'U0BOB', text: 'x' })],
    ['message_not_found', 'chat.update', () => ({ ...ops, ts: '1.000000', text: 'x' })],
    ['cant_update_message', 'chat.update', () => ({ ...ops, ts: ts.person, text: 'x' })],
    ['cant_update_message', 'chat.update', () => ({ ...ops, ts: ts.ephemeral, text: 'x' })],
    ['msg_too_long', 'chat.update', () => ({ ...ops, ts: ts.bot, text: 'é'.repeat(2001) })],
    ['no_text', 'chat.update', () => ({ ...ops, ts: ts.bot })],
    ['invalid_blocks', 'chat.update', () => ({ ...ops, ts: ts.bot, blocks: [{ type: 'nope' }] })],
    ['cant_delete_message', 'chat.delete', () => ({ ...ops, ts: ts.person })],
    ['message_not_found', 'chat.delete', () => ({ ...ops, ts: '1.000000' })],
    ['message_not_found', 'chat.getPermalink', () => ({ ...ops, message_ts: '1.000000' })],
    ['channel_not_found', 'conversations.info', () => ({ channel: 'secret' })],
    ['not_in_channel', 'conversations.history', () => ({ channel: 'C0GENERAL' })],
    ['thread_not_found', 'conversations.replies', () => ({ ...ops, ts: '1.000000' })],
    ['is_archived', 'conversations.join', () => ({ channel: 'old' })],
    ['user_not_found', 'conversations.open', () => ({ users: 'U404' })],
    ['already_in_channel', 'conversations.invite', () => ({ ...ops, users: 'U0BOB' })],
    ['user_not_found', 'users.info', () => ({ user: 'U404' })],
    ['no_such_subteam', 'usergroups.users.list', () => ({ usergroup: 'S404' })],
    ['invalid_trigger_id', 'views.open', () => ({ trigger_id: 'made-up', view: modal })],
    ['invalid_arguments', 'views.open', () => ({ trigger_id: 'made-up', view: home })],
    ['invalid_arguments', 'views.open', () => ({ trigger_id: 'made-up', view: { ...modal, blocks: 'x' } })],
    ['view_too_large', 'views.publish', () => ({ user_id: 'U0BOB', view: hugeHome() })],
    ['not_found', 'views.update', () => ({ view_id: 'V404', view: modal })],
    ['invalid_arguments', 'views.update', () => ({ view: modal })],
    ['hash_conflict', 'views.publish', () => ({ user_id: 'U0BOB', view: home, hash: 'stale' })],
    ['message_not_found', 'reactions.add', () => ({ ...ops, name: 'eyes', timestamp: '1.000000' })],
    ['invalid_name', 'reactions.add', () => ({ ...ops, name: 'no such', timestamp: ts.bot })],
    ['file_not_found', 'files.info', () => ({ file: 'F404' })],
    ['file_not_found', 'files.completeUploadExternal', () => ({ files: [{ id: 'F404' }] })],
    ['invalid_link', 'bookmarks.add', () => ({ channel_id: 'C0OPS', title: 't', type: 'link', link: 'x' })],
    ['invalid_blocks', 'blocks.validate', () => ({ blocks: [{ type: 'nope' }] })],
    ['not_allowed_token_type', 'apps.connections.open', () => ({})],
    ['invalid_auth', 'auth.test', () => ({ token: 'xoxb-stolen' })],
  ];

  test.each(table)('%s from %s', async (error, method, args) => {
    expect(await call(client, method, args())).toMatchObject({ ok: false, error });
  });

  test('no token at all, and the wrong kind', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST' });
    expect(await response.json()).toEqual({ ok: false, error: 'not_authed' });
    const asApp = webClient(slack, {}, slack.appToken);
    expect(await call(asApp, 'chat.postMessage', { ...ops, text: 'x' })).toMatchObject({
      error: 'not_allowed_token_type',
    });
  });

  test('a refusal points at the fault', async () => {
    const refusal = await call(client, 'chat.postMessage', { ...ops, blocks: [section('x'.repeat(3001))] });
    expect(refusal).toMatchObject({
      response_metadata: {
        messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
  });

  test('a JSON body is as good as a form', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...ops, blocks: [section('json')], text: 'json' }),
    });
    expect(await response.json()).toMatchObject({ ok: true, message: { blocks: [{ type: 'section' }] } });
  });
});

const hugeHome = () => ({
  ...home,
  blocks: Array.from({ length: 100 }, () => ({
    type: 'section',
    fields: Array.from({ length: 2 }, () => ({ type: 'mrkdwn', text: 'x'.repeat(1990) })),
  })),
});

describe('what a message becomes', () => {
  let slack: SlackSim;
  let client: WebClient;
  beforeAll(async () => {
    slack = await startSlack({ rateScale: Infinity });
    client = webClient(slack);
  });
  afterAll(async () => slack.close());

  test('an update replaces text and blocks, and its text alone removes the blocks', async () => {
    const first = { channel: 'C0OPS', text: 'one', blocks: [section('one')] };
    const { ts = '' } = await client.chat.postMessage(first);
    await client.chat.update({ channel: 'C0OPS', ts, text: 'two', blocks: [section('two')] });
    const updated = slack.control.messages('ops').find((message) => message.ts === ts);
    expect(updated).toMatchObject({ text: 'two', blocks: [{ text: { text: 'two' } }] });
    expect(updated).not.toHaveProperty('edited');
    await client.chat.update({ channel: 'C0OPS', ts, text: 'three' });
    const bare = slack.control.messages('ops').find((message) => message.ts === ts);
    expect(bare).toMatchObject({ text: 'three', edited: {} });
    expect(bare).not.toHaveProperty('blocks');
  });

  test('the journal and the message say whom they ping', async () => {
    const args = { channel: 'C0OPS', text: 'fallback', blocks: [section('wake up <!channel> <@U0BOB>')] };
    await client.chat.postMessage(args);
    expect(slack.control.messages('ops').at(-1)?.notifies).toEqual(['!channel', 'U0BOB']);
    expect(slack.control.journal().at(-1)).toMatchObject({
      method: 'chat.postMessage',
      args,
      response: { ok: true },
      notifies: ['!channel', 'U0BOB'],
    });
  });

  test('a name is only a name, unless an update forgets to say parse: none', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'by @bob' });
    const message = () => slack.control.messages('ops').find((each) => each.ts === ts);
    expect(message()).toMatchObject({ text: 'by @bob', notifies: [] });
    await client.chat.update({ channel: 'C0OPS', ts, text: 'by @bob again', parse: 'none' });
    expect(message()).toMatchObject({ notifies: [] });
    await client.chat.update({ channel: 'C0OPS', ts, text: 'by @bob again' });
    expect(message()).toMatchObject({ text: 'by <@U0BOB> again', notifies: ['U0BOB'] });
  });

  test('history shows roots, replies show the thread, metadata only on request', async () => {
    const metadata = { event_type: 'netcheck_run', event_payload: { run_id: 'r1' } };
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root', metadata });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'reply', thread_ts: ts });
    const history = await client.conversations.history({ channel: 'C0OPS', limit: 1 });
    expect(history.messages).toMatchObject([{ text: 'root', reply_count: 1, thread_ts: ts }]);
    expect(history.messages?.[0]).not.toHaveProperty('metadata');
    expect(history.response_metadata?.next_cursor).not.toBe('');
    const replies = await client.conversations.replies({ channel: 'C0OPS', ts, include_all_metadata: true });
    expect(replies.messages).toMatchObject([{ text: 'root', metadata }, { text: 'reply' }]);
  });

  test('joining a public channel lets the app post there', async () => {
    await client.conversations.join({ channel: 'C0GENERAL' });
    expect(await client.chat.postMessage({ channel: '#general', text: 'hello' })).toMatchObject({ ok: true });
    const { members } = await client.conversations.members({ channel: 'C0GENERAL' });
    expect(members).toContain(slack.botUserId);
  });

  test('people, groups, direct messages, reactions, pins and links', async () => {
    expect((await client.users.info({ user: 'U0BOB' })).user).toMatchObject({ name: 'bob' });
    expect((await client.users.list({})).members).toHaveLength(4);
    expect((await client.usergroups.users.list({ usergroup: 'S0ONCALL' })).users).toContain('U0ALICE');
    const { channel } = await client.conversations.open({ users: 'U0BOB' });
    const { ts = '' } = await client.chat.postMessage({ channel: channel?.id ?? '', text: 'psst' });
    await client.reactions.add({ channel: channel?.id ?? '', timestamp: ts, name: 'eyes' });
    await client.pins.add({ channel: channel?.id ?? '', timestamp: ts });
    expect(slack.control.messages(channel?.id ?? '')).toMatchObject([
      { reactions: [{ name: 'eyes', count: 1 }], pinned: true },
    ]);
    const { permalink } = await client.chat.getPermalink({ channel: channel?.id ?? '', message_ts: ts });
    expect(permalink).toContain(`p${ts.replace('.', '')}`);
    expect(slack.control.state('U0ALICE').channels.map(({ id }) => id)).not.toContain(channel?.id);
    const { channels } = await client.conversations.list({ types: 'public_channel,im' });
    expect(channels?.map(({ id }) => id)).toContain(channel?.id);
  });
});

describe('files', () => {
  test('an upload appears in its thread a moment later; until then it cannot be shown', async () => {
    await using started = await disposable(startSlack({ timing: { fileShareMs: 40 } }));
    const { slack } = started;
    const client = webClient(slack);
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    const bytes = Buffer.from([137, 80, 78, 71]);
    const uploaded = await client.filesUploadV2({
      channel_id: 'C0OPS',
      thread_ts: ts,
      file: bytes,
      filename: 'p99.png',
      title: 'p99 of checkout',
      initial_comment: 'before and after',
    });
    const id = (uploaded.files[0] as { files: { id: string }[] }).files[0]?.id ?? '';
    const showing = { type: 'image', alt_text: 'p99', slack_file: { id } };
    expect((await client.files.info({ file: id })).file).toMatchObject({ mimetype: '' });
    const tooEarly = await call(client, 'chat.postMessage', { channel: 'C0OPS', blocks: [showing] });
    expect(tooEarly).toMatchObject({ error: 'invalid_blocks' });
    expect(slack.control.messages('ops').filter(({ files }) => files)).toEqual([]);

    const shared = await slack.control.until(() => slack.control.messages('ops').find(({ files }) => files));
    expect(shared).toMatchObject({
      text: 'before and after',
      thread_ts: ts,
      files: [{ id, name: 'p99.png', title: 'p99 of checkout', mimetype: 'image/png' }],
    });
    expect((await client.files.info({ file: id })).file).toMatchObject({ mimetype: 'image/png' });
    expect(await call(client, 'chat.postMessage', { channel: 'C0OPS', blocks: [showing] })).toMatchObject({
      ok: true,
    });
    const download = await fetch(shared.files?.[0]?.url ?? '');
    expect(Buffer.from(await download.arrayBuffer())).toEqual(bytes);
  });

  test('several become one message; completing them a second time is refused', async () => {
    await using started = await disposable(startSlack({ timing: { fileShareMs: 0 } }));
    const { slack } = started;
    const client = webClient(slack);
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    const uploaded = await client.filesUploadV2({
      channel_id: 'C0OPS',
      thread_ts: ts,
      file_uploads: ['a.md', 'b.json'].map((filename) => ({ file: Buffer.from('{}'), filename })),
    });
    const shared = await slack.control.until(() => slack.control.messages('ops').find(({ files }) => files));
    expect(shared.files?.map(({ name, mimetype }) => [name, mimetype])).toEqual([
      ['a.md', 'text/markdown'],
      ['b.json', 'application/json'],
    ]);
    const [completed] = uploaded.files as { files: { id: string }[] }[];
    const again = { files: completed?.files.map(({ id }) => ({ id })), channel_id: 'C0OPS' };
    expect(await call(client, 'files.completeUploadExternal', again)).toMatchObject({
      error: 'file_not_found',
    });
    expect(slack.control.messages('ops').filter(({ files }) => files)).toHaveLength(1);
  });

  test('bytes that are not those announced are refused', async () => {
    await using started = await disposable(startSlack());
    const { slack } = started;
    const { upload_url = '' } = await webClient(slack).files.getUploadURLExternal({
      filename: 'a.txt',
      length: 3,
    });
    expect((await fetch(upload_url, { method: 'POST', body: 'four' })).status).toBe(400);
    expect((await fetch(upload_url, { method: 'POST', body: 'abc' })).status).toBe(200);
  });
});

describe('rate limits', () => {
  test('one message a second into a channel, after a small burst', async () => {
    await using started = await disposable(startSlack());
    const client = webClient(started.slack);
    const post = async () => client.chat.postMessage({ channel: 'C0OPS', text: 'x' });
    for (let index = 0; index < 4; index++) await post();
    const refused = await post().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WebAPIRateLimitedError);
    expect(refused).toMatchObject({ retryAfter: 1 });
    const elsewhere = await client.conversations.open({ users: 'U0BOB' });
    expect(await client.chat.postMessage({ channel: elsewhere.channel?.id ?? '', text: 'x' })).toMatchObject({
      ok: true,
    });
  });

  test('fifty updates a minute in the whole workspace, scaled', async () => {
    await using started = await disposable(startSlack({ rateScale: 0.1 }));
    const client = webClient(started.slack);
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'x' });
    const update = async () => client.chat.update({ channel: 'C0OPS', ts, text: 'y' });
    for (let index = 0; index < 5; index++) await update();
    await expect(update()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
  });
});

describe('scopes', () => {
  test('a method outside the manifest names the scope it needs', async () => {
    const manifest = {
      display_information: { name: 'netcheck' },
      oauth_config: { scopes: { bot: ['chat:write'] } },
    };
    await using started = await disposable(startSlack({ manifest }));
    const client = webClient(started.slack);
    expect(await call(client, 'pins.add', { channel: 'C0OPS', timestamp: '1' })).toMatchObject({
      error: 'missing_scope',
      needed: 'pins:write',
      provided: 'chat:write',
    });
    expect(await call(client, 'chat.postMessage', { channel: 'C0OPS', text: 'x' })).toMatchObject({
      ok: true,
    });
  });
});

async function disposable(starting: Promise<SlackSim>) {
  const slack = await starting;
  return { slack, [Symbol.asyncDispose]: async () => slack.close() };
}
