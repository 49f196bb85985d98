import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import { readSlackAlert } from '../../../core/alerts/slack-message.ts';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import { boltApp } from './bolt-app.ts';

const alertmanager = { id: 'B0AM', app_id: 'A0AM', name: 'Alertmanager' };
const firing = {
  color: 'danger',
  fallback: '[FIRING:1] ProbeFailed (shop checkout)',
  title: '[FIRING:1] ProbeFailed (shop checkout)',
  title_link: 'https://alertmanager.invalid/#/alerts',
  text: 'connects to checkout time out',
  fields: [{ title: 'Severity', value: 'critical', short: true }],
  footer: 'prometheus',
  ts: 1_763_730_000,
  actions: [{ type: 'button', text: 'Runbook', url: 'https://runbooks.invalid/probe' }],
  unknown_to_slack: true,
};

describe.each(['socket', 'http'] as const)('messages of other bots over %s', (mode) => {
  let slack: SlackSim;
  let app: App;
  let heard: Record<string, unknown>[];
  beforeEach(async () => {
    slack = await startSlack({ rateScale: Infinity });
    app = await boltApp(slack, mode);
    heard = [];
    app.message(({ message }) => {
      heard.push(message as unknown as Record<string, unknown>);
      return Promise.resolve();
    });
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  test('an app says who it is; its attachments arrive as Slack keeps them', async () => {
    const { ts } = slack.control.botMessage({ bot: alertmanager, channel: 'ops', attachments: [firing] });
    const [event] = await slack.control.until(() => heard.length > 0 && heard);
    expect(event).toMatchObject({
      type: 'message',
      channel: 'C0OPS',
      channel_type: 'channel',
      ts,
      text: '',
      user: 'U0AM',
      bot_id: 'B0AM',
      app_id: 'A0AM',
      bot_profile: { id: 'B0AM', app_id: 'A0AM', name: 'Alertmanager' },
      attachments: [
        { id: 1, color: 'a30200', title: firing.title, fields: firing.fields, footer: 'prometheus' },
      ],
    });
    expect(event).not.toHaveProperty('subtype');
    expect(event).not.toHaveProperty('attachments.0.unknown_to_slack');
    expect(readSlackAlert(event)).toMatchObject({ status: 'firing', name: 'ProbeFailed' });
    expect(await app.client.users.info({ user: 'U0AM' })).toMatchObject({ user: { is_bot: true } });
  });

  test('a webhook of no app has a subtype and a name', async () => {
    const bot = { id: 'B0HOOK', name: 'incoming-webhook' };
    slack.control.botMessage({ bot, channel: 'ops', text: '[FIRING:1] Down' });
    const [event] = await slack.control.until(() => heard.length > 0 && heard);
    expect(event).toMatchObject({ subtype: 'bot_message', bot_id: 'B0HOOK', username: 'incoming-webhook' });
    for (const key of ['user', 'app_id', 'bot_profile']) expect(event).not.toHaveProperty(key);
  });

  test('history and replies show it, the app where it is no member does not hear it', async () => {
    slack.control.botMessage({ bot: alertmanager, channel: 'general', text: 'unheard' });
    const { ts } = slack.control.botMessage({ bot: alertmanager, channel: 'ops', attachments: [firing] });
    slack.control.botMessage({ bot: alertmanager, channel: 'ops', thread_ts: ts, text: 'still firing' });
    await slack.control.until(() => heard.length === 2);
    expect(heard.map(({ channel }) => channel)).toEqual(['C0OPS', 'C0OPS']);
    const history = await app.client.conversations.history({ channel: 'C0OPS' });
    expect(history.messages).toMatchObject([
      { ts, bot_id: 'B0AM', bot_profile: { name: 'Alertmanager' }, attachments: [{ color: 'a30200' }] },
    ]);
    const replies = await app.client.conversations.replies({ channel: 'C0OPS', ts });
    expect(replies.messages).toMatchObject([{ ts }, { thread_ts: ts, text: 'still firing', app_id: 'A0AM' }]);
  });
});

describe('what Slack does not take from a bot', () => {
  let slack: SlackSim;
  beforeEach(async () => {
    slack = await startSlack({ rateScale: Infinity });
  });
  afterEach(async () => slack.close());

  const action = { type: 'button', text: 'x' };
  const section = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } };
  test.each<[string, object, string]>([
    ['nothing said', {}, 'no_text'],
    ['an attachment that is none', { attachments: ['x'] }, 'invalid_attachments'],
    ['fields that are no list', { attachments: [{ fields: 'x' }] }, 'invalid_attachments'],
    ['a link that is none', { attachments: [{ title_link: 'nope' }] }, 'invalid_attachments'],
    ['a long footer', { attachments: [{ footer: 'x'.repeat(301) }] }, 'invalid_attachments'],
    ['six actions', { attachments: [{ actions: Array(6).fill(action) }] }, 'invalid_attachments'],
    ['101 attachments', { attachments: Array(101).fill({ text: 'x' }) }, 'too_many_attachments'],
    ['bad blocks in one', { attachments: [{ blocks: [section] }] }, 'invalid_blocks'],
    ['bad blocks', { blocks: [section] }, 'invalid_blocks'],
    ['a thread that is not there', { text: 'x', thread_ts: '1.000000' }, 'thread_not_found'],
    ['a channel that is not there', { text: 'x', channel: 'nowhere' }, 'channel_not_found'],
    ['the app itself', { text: 'x', bot: { ...alertmanager, id: 'B0NETCHECK' } }, 'bot_not_found'],
  ])('%s', async (_what, said, error) => {
    const response = await fetch(`${slack.url}/control/bot-message`, {
      method: 'POST',
      body: JSON.stringify({ bot: alertmanager, channel: 'ops', ...said }),
    });
    expect(await response.json()).toMatchObject({ ok: false, error });
    expect(slack.control.messages('ops')).toEqual([]);
  });
});
