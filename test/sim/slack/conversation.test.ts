import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { App, BlockButtonAction, MessageShortcut, ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Message } from '../../../sim/slack/model.ts';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import { boltApp, noted } from './bolt-app.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (action_id: string) => ({
  type: 'actions' as const,
  block_id: 'decide',
  elements: [{ type: 'button' as const, action_id, value: 'p-1', text: plain('Fix') }],
});
const reasonModal = (title: string, metadata = ''): ModalView => ({
  type: 'modal',
  callback_id: 'reason',
  private_metadata: metadata,
  title: plain(title),
  submit: plain('Go'),
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
    {
      type: 'input',
      block_id: 'how',
      label: plain('Method'),
      element: {
        type: 'static_select',
        action_id: 'pick',
        initial_option: { text: plain('Restart'), value: 'restart' },
        options: [
          { text: plain('Restart'), value: 'restart' },
          { text: plain('Scale'), value: 'scale' },
        ],
      },
    },
  ],
});

describe.each(['socket', 'http'] as const)('a Bolt app over %s', (mode) => {
  let slack: SlackSim;
  let app: App;

  beforeEach(async () => {
    slack = await startSlack({ rateScale: Infinity });
    app = await boltApp(slack, mode);
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  const inOps = () => slack.control.messages('ops');
  const said = async (text: string): Promise<Message> =>
    slack.control.until(() => inOps().find((message) => message.text === text));
  const command = async (text = '') =>
    slack.control.command({ user: 'U0ALICE', channel: 'ops', command: '/netcheck', text });

  /** Posts a button as the app and presses it as bob. */
  async function pressed(action_id: string) {
    const blocks = [button(action_id)];
    const { ts = '' } = await app.client.chat.postMessage({ channel: 'C0OPS', text: 'decide', blocks });
    const press = { user: 'U0BOB', channel: 'C0OPS', message_ts: ts, block_id: 'decide', action_id };
    return { ts, press, outcome: await slack.control.action(press) };
  }

  test('command, message, update, button, modal, submission', async () => {
    app.command('/netcheck', async ({ ack, client, command: { channel_id: channel, text } }) => {
      await ack();
      const { ts = '' } = await client.chat.postMessage({ channel, text: 'looking' });
      await client.chat.update({ channel, ts, text: `found: ${text}`, blocks: [button('fix')] });
    });
    app.action<BlockButtonAction>('fix', async ({ ack, body, client, action }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: reasonModal('Why?', `${action.value ?? ''} in ${body.channel?.name ?? ''}`),
      });
    });
    app.view('reason', async ({ ack, view, client, body }) => {
      await ack();
      const { why, how } = view.state.values;
      const answer = `${why?.['text']?.value ?? ''}, ${how?.['pick']?.selected_option?.value ?? ''}`;
      const text = `${body.user.name}, ${view.private_metadata}: ${answer}`;
      await client.chat.postMessage({ channel: 'C0OPS', text });
    });

    expect(await command('checkout & co')).toMatchObject({ ok: true });
    const root = await said('found: checkout &amp; co');
    expect(root).toMatchObject({ user: slack.botUserId, blocks: [{ block_id: 'decide' }] });
    expect(root).not.toHaveProperty('edited');

    const press = { user: 'U0BOB', channel: 'C0OPS', message_ts: root.ts, block_id: 'decide' };
    expect(await slack.control.action({ ...press, action_id: 'fix' })).toMatchObject({ ok: true });
    const modal = await slack.control.until(() => slack.control.view('U0BOB'));
    expect(modal).toMatchObject({ title: 'Why?', private_metadata: 'p-1 in ops' });

    const submission = { user: 'U0BOB', view_id: modal.id };
    expect(await slack.control.viewSubmit(submission)).toMatchObject({
      error: 'missing_input',
      errors: { why: 'Please complete this required field.' },
    });
    const values = { why: { text: 'because' } };
    expect(await slack.control.viewSubmit({ ...submission, values })).toMatchObject({ ok: true });
    await said('bob, p-1 in ops: because, restart');
    expect(slack.control.view('U0BOB')).toBeNull();
  });

  test('nobody presses what is not there', async () => {
    app.action('fix', async ({ ack }) => ack());
    const { press } = await pressed('fix');
    const cases = [
      [{ ...press, action_id: 'other' }, 'element_not_found'],
      [{ ...press, block_id: 'other' }, 'element_not_found'],
      [{ ...press, value: 'p-2' }, 'value_not_found'],
      [{ ...press, message_ts: '1.000000' }, 'message_not_found'],
    ] as const;
    for (const [attempt, error] of cases) {
      expect(await slack.control.action(attempt)).toEqual({ ok: false, ack_ms: 0, error });
    }
  });

  test('an acknowledgement with words is for the person alone, unless it says in_channel', async () => {
    app.command('/netcheck', async ({ ack, command: { text } }) =>
      text === 'loud' ? ack({ response_type: 'in_channel', text: 'to all' }) : ack('to you'),
    );
    await command();
    expect(await said('to you')).toMatchObject({ ephemeral_for: 'U0ALICE' });
    expect(slack.control.messages('ops', 'U0BOB')).toEqual([]);
    await command('loud');
    expect(await said('to all')).not.toHaveProperty('ephemeral_for');
  });

  test('a response_url answers five times, replaces and deletes', async () => {
    const refusals: unknown[] = [];
    app.action('fix', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'running' });
      await respond({ text: 'whisper' });
      await respond({ response_type: 'in_channel', text: 'aloud' });
      await respond({ replace_original: true, text: 'done' });
      await respond({ delete_original: true });
      await respond('once too often').catch((error: unknown) => refusals.push(error));
    });
    const { ts } = await pressed('fix');
    const [refusal] = await slack.control.until(() => refusals.length > 0 && refusals);
    expect(refusal).toMatchObject({ statusCode: 404 });
    expect(inOps()).toMatchObject([{ text: 'whisper', ephemeral_for: 'U0BOB' }, { text: 'aloud' }]);
    expect(inOps().map((message) => message.ts)).not.toContain(ts);
  });

  test('a button in an ephemeral message', async () => {
    const seen: unknown[] = [];
    app.action<BlockButtonAction>('ok', async ({ ack, body, respond }) => {
      await ack();
      seen.push(body);
      await respond({ delete_original: true });
    });
    const { message_ts = '' } = await app.client.chat.postEphemeral({
      channel: 'C0OPS',
      user: 'U0BOB',
      text: 'sure?',
      blocks: [button('ok')],
    });
    const press = { channel: 'C0OPS', message_ts, block_id: 'decide', action_id: 'ok' };
    expect(await slack.control.action({ user: 'U0ALICE', ...press })).toMatchObject({
      error: 'message_not_found',
    });
    expect(await slack.control.action({ user: 'U0BOB', ...press })).toMatchObject({ ok: true });
    await slack.control.until(() => inOps().length === 0);
    expect(seen).toMatchObject([{ container: { is_ephemeral: true, message_ts } }]);
    expect(seen[0]).not.toHaveProperty('message');
  });

  test('what a submission may be answered with', async () => {
    const answers: ViewResponseAction[] = [
      { response_action: 'errors', errors: { why: 'be honest' } },
      { response_action: 'update', view: reasonModal('Second') },
      { response_action: 'push', view: reasonModal('Third') },
      { response_action: 'update', view: { ...reasonModal('x'), title: plain('x'.repeat(25)) } },
      { response_action: 'clear' },
    ];
    app.action<BlockButtonAction>('fix', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: reasonModal('First') });
    });
    app.view('reason', async ({ ack }) => {
      const answer = answers.shift();
      await (answer === undefined ? ack() : ack(answer));
    });
    await pressed('fix');
    const top = () => slack.control.view('U0BOB');
    const submit = async () =>
      slack.control.viewSubmit({
        user: 'U0BOB',
        view_id: top()?.id ?? '',
        values: { why: { text: 'x' }, how: { pick: 'scale' } },
      });
    await slack.control.until(top);

    expect(await submit()).toMatchObject({ errors: { why: 'be honest' } });
    expect(top()).toMatchObject({ title: 'First', errors: { why: 'be honest' } });
    await submit();
    expect(top()).toMatchObject({ title: 'Second' });
    expect(top()).not.toHaveProperty('errors');
    await submit();
    expect(top()).toMatchObject({ title: 'Third' });
    expect(await submit()).toMatchObject({ ok: false, error: 'invalid_arguments' });
    expect(top()).toMatchObject({ title: 'Third' });
    await submit();
    expect(top()).toBeNull();
  });

  test('a mention arrives twice, under two event ids; without the app in the channel, not at all', async () => {
    const ids: string[] = [];
    app.message(({ body }) => noted(ids, `message ${body.event_id}`));
    app.event('app_mention', async ({ body, event, say }) => {
      ids.push(`app_mention ${body.event_id}`);
      await say({ text: 'here', thread_ts: event.ts });
    });
    slack.control.message({ user: 'U0BOB', channel: 'general', text: '@netcheck anyone?' });
    const { ts } = slack.control.message({ user: 'U0BOB', channel: 'ops', text: '@netcheck why?' });
    expect(await said('here')).toMatchObject({ thread_ts: ts });
    expect(inOps()[0]).toMatchObject({ text: `<@${slack.botUserId}> why?`, reply_count: 1 });
    await slack.control.until(() => ids.length === 2);
    expect(new Set(ids.map((id) => id.split(' ')[0]))).toEqual(new Set(['message', 'app_mention']));
    expect(new Set(ids.map((id) => id.split(' ')[1])).size).toBe(2);
  });

  test('a message shortcut works in a thread', async () => {
    app.shortcut<MessageShortcut>('netcheck_message', async ({ ack, shortcut, respond }) => {
      await ack();
      await respond(
        `looking at ${shortcut.message.text ?? ''} in ${shortcut.message['thread_ts'] as string}`,
      );
    });
    const { ts: thread_ts } = slack.control.message({ user: 'U0BOB', channel: 'ops', text: 'root' });
    const reply = slack.control.message({ user: 'U0BOB', channel: 'ops', text: 'cart is slow', thread_ts });
    const pick = { user: 'U0BOB', channel: 'ops', message_ts: reply.ts, callback_id: 'netcheck_message' };
    expect(await slack.control.shortcut(pick)).toMatchObject({ ok: true });
    expect(await said(`looking at cart is slow in ${thread_ts}`)).toMatchObject({ ephemeral_for: 'U0BOB' });
    expect(await slack.control.shortcut({ ...pick, callback_id: 'other' })).toMatchObject({
      error: 'unknown_shortcut',
    });
  });

  test('channels come, are renamed and go, and the app is told', async () => {
    const told: string[] = [];
    app.event('channel_created', ({ event }) => noted(told, `created ${event.channel.name}`));
    app.event('member_joined_channel', async ({ event, context }) => {
      if (event.user === context.botUserId) await noted(told, `invited by ${event.inviter ?? ''}`);
    });
    app.event('channel_rename', ({ event }) => noted(told, `renamed ${event.channel.name}`));
    app.event('channel_archive', ({ event }) => noted(told, `archived ${event.channel}`));
    const until = async (count: number) => slack.control.until(() => told.length === count);
    const { channel } = slack.control.channel({ user: 'U0BOB', name: 'inc-42' });
    await until(1);
    slack.control.invite({ user: 'U0BOB', channel: 'inc-42', users: [slack.botUserId] });
    await until(2);
    slack.control.rename({ user: 'U0BOB', channel: channel.id, name: 'inc-43' });
    await until(3);
    slack.control.archive({ user: 'U0BOB', channel: 'inc-43' });
    await until(4);
    expect(told).toEqual(['created inc-42', 'invited by U0BOB', 'renamed inc-43', `archived ${channel.id}`]);
  });

  test('the home tab is published with a hash and its buttons work', async () => {
    const pressedBy: string[] = [];
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [button('run')] } });
    });
    app.action<BlockButtonAction>('run', async ({ ack, body }) => {
      await ack();
      pressedBy.push(body.user.id);
    });
    slack.control.home({ user: 'U0BOB' });
    const home = await slack.control.until(() => slack.control.homeView('U0BOB'));
    const press = { user: 'U0BOB', view_id: home.id, block_id: 'decide', action_id: 'run' };
    expect(await slack.control.action(press)).toMatchObject({ ok: true });
    expect(pressedBy).toEqual(['U0BOB']);
    const again = { user_id: 'U0BOB', view: { type: 'home' as const, blocks: [] } };
    await app.client.views.publish({ ...again, hash: home.hash });
    await expect(app.client.views.publish({ ...again, hash: home.hash })).rejects.toMatchObject({
      data: { error: 'hash_conflict' },
    });
  });
});

describe('what Slack does not allow', () => {
  let slack: SlackSim;
  let app: App;
  beforeEach(async () => {
    slack = await startSlack({ timing: { triggerTtlMs: 500, ackTimeoutMs: 400 }, rateScale: Infinity });
    app = await boltApp(slack, 'socket');
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });
  const command = { user: 'U0ALICE', channel: 'ops', command: '/netcheck' };

  test('commands in threads, unknown commands, commands where one is not a member', async () => {
    const notices: string[] = [];
    slack.control.stream('U0ALICE', (event) => event.type === 'notice' && notices.push(event.text));
    const { ts } = slack.control.message({ user: 'U0BOB', channel: 'ops', text: 'root' });
    expect(await slack.control.command({ ...command, thread_ts: ts })).toMatchObject({
      ok: false,
      error: 'not_supported_in_threads',
    });
    expect(await slack.control.command({ ...command, command: '/nope' })).toMatchObject({
      error: 'unknown_command',
    });
    expect(notices).toEqual([
      '/netcheck is not supported in threads. Sorry!',
      '/nope is not a valid command',
    ]);
    slack.control.channel({ user: 'U0BOB', name: 'theirs' });
    expect(await slack.control.command({ ...command, channel: 'theirs' })).toMatchObject({
      error: 'not_in_channel',
    });
  });

  test('a command that is not acknowledged in time', async () => {
    const notices: unknown[] = [];
    slack.control.stream('U0ALICE', (event) => notices.push(event));
    app.command('/netcheck', async () => Promise.resolve());
    expect(await slack.control.command(command)).toMatchObject({ ok: false, error: 'operation_timeout' });
    expect(notices).toEqual([{ type: 'notice', text: '/netcheck failed because of operation_timeout' }]);
  });

  test('a trigger is good for a short while, and once', async () => {
    const triggers: string[] = [];
    app.command('/netcheck', async ({ ack, command: { trigger_id } }) => {
      triggers.push(trigger_id);
      await ack();
    });
    await slack.control.command(command);
    const open = async (trigger_id = '') =>
      app.client.views.open({ trigger_id, view: reasonModal('x') }).catch((error: unknown) => error);
    expect(await open(triggers[0])).toMatchObject({ ok: true });
    expect(await open(triggers[0])).toMatchObject({ data: { error: 'exchanged_trigger_id' } });
    await slack.control.command(command);
    const minted = Date.now();
    await slack.control.until(() => Date.now() > minted + 500);
    expect(await open(triggers[1])).toMatchObject({ data: { error: 'expired_trigger_id' } });
  });

  test('a view is updated against its hash, and stacks are three high', async () => {
    const triggers: string[] = [];
    app.command('/netcheck', async ({ ack, command: { trigger_id } }) => {
      triggers.push(trigger_id);
      await ack();
    });
    const trigger = async () => {
      await slack.control.command(command);
      return triggers.at(-1) ?? '';
    };
    const view = reasonModal('x');
    const { view: opened } = await app.client.views.open({ trigger_id: await trigger(), view });
    const { id: view_id = '', hash = '' } = opened ?? {};
    await app.client.views.update({ view_id, hash, view: reasonModal('y') });
    await expect(app.client.views.update({ view_id, hash, view })).rejects.toMatchObject({
      data: { error: 'hash_conflict' },
    });
    await app.client.views.push({ trigger_id: await trigger(), view });
    await app.client.views.push({ trigger_id: await trigger(), view });
    await expect(app.client.views.push({ trigger_id: await trigger(), view })).rejects.toMatchObject({
      data: { error: 'push_limit_reached' },
    });
    const top = slack.control.view('U0ALICE');
    await slack.control.viewClose({ user: 'U0ALICE', view_id: top?.id ?? '' });
    expect(slack.control.view('U0ALICE')?.id).not.toBe(top?.id);
  });
});
