import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import type { Message } from '../../../sim/slack/model.ts';

const modes = ['socket', 'http'] as const;

describe.each(modes)('a Bolt app over %s', (mode) => {
  let slack: SlackSim;
  let app: App;

  beforeEach(async () => {
    slack = await startSlack();
    app = await boltApp(slack, mode);
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  const last = (channel = 'ops'): Message | undefined => slack.control.messages(channel).at(-1);

  test('command, message, update, button, modal, submission', async () => {
    app.command('/netcheck', async ({ ack, client, command }) => {
      await ack();
      const { ts = '' } = await client.chat.postMessage({ channel: command.channel_id, text: 'looking' });
      await client.chat.update({
        channel: command.channel_id,
        ts,
        text: `found: ${command.text}`,
        blocks: [
          {
            type: 'actions',
            block_id: 'decide',
            elements: [
              { type: 'button', action_id: 'fix', value: 'p-1', text: { type: 'plain_text', text: 'Fix' } },
            ],
          },
        ],
      });
    });
    app.action<import('@slack/bolt').BlockButtonAction>('fix', async ({ ack, body, client, action }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'reason',
          private_metadata: action.value ?? '',
          title: { type: 'plain_text', text: 'Why?' },
          submit: { type: 'plain_text', text: 'Go' },
          blocks: [
            {
              type: 'input',
              block_id: 'why',
              label: { type: 'plain_text', text: 'Reason' },
              element: { type: 'plain_text_input', action_id: 'text' },
            },
          ],
        },
      });
    });
    app.view('reason', async ({ ack, view, client, body }) => {
      await ack();
      const why = view.state.values['why']?.['text']?.value ?? '';
      await client.chat.postMessage({
        channel: 'C0OPS',
        text: `${body.user.name} fixes ${view.private_metadata}: ${why}`,
      });
    });

    const outcome = await slack.control.command({
      user: 'U0ALICE',
      channel: 'ops',
      command: '/netcheck',
      text: 'checkout',
    });
    expect(outcome).toMatchObject({ ok: true });
    const root = await slack.control.until(() => slack.control.messages('ops').find(({ blocks }) => blocks));
    expect(root).toMatchObject({ text: 'found: checkout', user: slack.botUserId });
    expect(root).not.toHaveProperty('edited');

    const press = { user: 'U0BOB', channel: 'C0OPS', message_ts: root.ts, block_id: 'decide' };
    expect(await slack.control.action({ ...press, action_id: 'fix' })).toMatchObject({ ok: true });
    const modal = await slack.control.until(() => slack.control.view('U0BOB'));
    expect(modal).toMatchObject({ title: 'Why?', callback_id: 'reason', private_metadata: 'p-1' });

    const submission = { user: 'U0BOB', view_id: modal.id };
    expect(await slack.control.viewSubmit(submission)).toMatchObject({ ok: false, error: 'missing_input' });
    const values = { why: { text: 'because' } };
    expect(await slack.control.viewSubmit({ ...submission, values })).toMatchObject({ ok: true });
    await slack.control.until(() => last()?.text === 'bob fixes p-1: because');
    expect(slack.control.view('U0BOB')).toBeNull();
  });
});

async function boltApp(slack: SlackSim, mode: 'socket' | 'http'): Promise<App> {
  const common = {
    token: slack.botToken,
    logLevel: LogLevel.ERROR,
    convoStore: false,
    clientOptions: { slackApiUrl: slack.apiUrl },
  } as const;
  if (mode === 'socket') {
    const app = new App({ ...common, socketMode: true, appToken: slack.appToken });
    await app.start();
    return app;
  }
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({ ...common, receiver });
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as import('node:http').Server;
  const { port } = server.address() as import('node:net').AddressInfo;
  await slack.deliver({ mode: 'http', requestUrl: `http://127.0.0.1:${port}/slack/events` });
  return app;
}
