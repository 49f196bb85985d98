import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { App, BlockSuggestion } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import { boltApp, noted } from './bolt-app.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (name: string) => ({ text: plain(name), value: name });
const select = { type: 'external_select' as const, action_id: 'pick', placeholder: plain('Service') };
const input: KnownBlock = {
  type: 'input',
  block_id: 'service',
  label: plain('Service'),
  element: { ...select, min_query_length: 1 },
};
const modal: ModalView = {
  type: 'modal',
  callback_id: 'ask',
  title: plain('Ask'),
  submit: plain('Go'),
  blocks: [input],
};
const at = { user: 'U0BOB', block_id: 'service', action_id: 'pick' };

describe.each(['socket', 'http'] as const)('type-ahead over %s', (mode) => {
  let slack: SlackSim;
  let app: App;
  let notices: string[];
  beforeEach(async () => {
    slack = await startSlack({ rateScale: Infinity, timing: { ackTimeoutMs: 500 } });
    app = await boltApp(slack, mode);
    notices = [];
    slack.control.stream('U0BOB', (event) => event.type === 'notice' && notices.push(event.text));
    app.command('/netcheck', async ({ ack, client, command: { trigger_id } }) => {
      await ack();
      await client.views.open({ trigger_id, view: modal });
    });
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  async function opened(): Promise<string> {
    await slack.control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck' });
    return (await slack.control.until(() => slack.control.view('U0BOB'))).id;
  }

  test('in a modal: the app offers what matches, and what is chosen is submitted', async () => {
    const asked: BlockSuggestion[] = [];
    const submitted: string[] = [];
    app.options('pick', async ({ ack, options }) => {
      asked.push(options);
      await ack({
        options: ['cart', 'checkout'].filter((name) => name.startsWith(options.value)).map(option),
      });
    });
    app.view('ask', async ({ ack, view }) => {
      await noted(submitted, view.state.values['service']?.['pick']?.selected_option?.value ?? '');
      await ack();
    });
    const view_id = await opened();
    const choices = await slack.control.options({ ...at, view_id, value: 'ch' });
    expect(choices).toMatchObject({ ok: true, options: [option('checkout')] });
    expect(asked).toMatchObject([
      {
        type: 'block_suggestion',
        block_id: 'service',
        action_id: 'pick',
        value: 'ch',
        user: { id: 'U0BOB' },
        team: { id: slack.teamId },
        container: { type: 'view', view_id },
        view: { id: view_id, callback_id: 'ask' },
      },
    ]);
    expect(await slack.control.options({ ...at, view_id, value: 'zzz' })).toMatchObject({
      ok: true,
      options: [],
    });

    const submit = async (selected_option: unknown) =>
      slack.control.viewSubmit({
        user: 'U0BOB',
        view_id,
        values: { service: { pick: { selected_option } } },
      });
    expect(await submit('checkout')).toMatchObject({ ok: false, error: 'invalid_option' });
    expect(await submit(option('checkout'))).toMatchObject({ ok: true });
    expect(submitted).toEqual(['checkout']);
  });

  test('in a message: groups, from three letters on', async () => {
    const asked: BlockSuggestion[] = [];
    app.options<'block_suggestion'>({ action_id: 'pick', block_id: 'service' }, async ({ ack, options }) => {
      asked.push(options);
      await ack({ option_groups: [{ label: plain('shop'), options: [option('checkout')] }] });
    });
    const blocks = [{ type: 'actions' as const, block_id: 'service', elements: [select] }];
    const { ts: message_ts = '' } = await app.client.chat.postMessage({
      channel: 'C0OPS',
      text: 'x',
      blocks,
    });
    const place = { ...at, channel: 'ops', message_ts };
    expect(await slack.control.options({ ...place, value: 'ch' })).toMatchObject({
      error: 'query_too_short',
    });
    expect(await slack.control.options({ ...place, value: 'che' })).toMatchObject({
      ok: true,
      option_groups: [{ label: plain('shop'), options: [option('checkout')] }],
    });
    expect(asked).toMatchObject([
      { container: { type: 'message', message_ts, channel_id: 'C0OPS' }, message: { ts: message_ts } },
    ]);
  });

  const tooLong = [{ text: plain('x'.repeat(76)), value: 'x' }];
  test.each<[string, unknown]>([
    ['an empty answer', ''],
    ['both kinds at once', { options: [option('a')], option_groups: [] }],
    ['101 options', { options: Array.from({ length: 101 }, (_, n) => option(`s${n}`)) }],
    ['a text of 76 characters', { options: tooLong }],
    ['a value of 151 characters', { options: [{ ...option('a'), value: 'x'.repeat(151) }] }],
    ['markup', { options: [{ text: { type: 'mrkdwn', text: '*a*' }, value: 'a' }] }],
  ])('the person is told of %s', async (_what, answer) => {
    app.options('pick', async ({ ack }) => {
      await (ack as (body: unknown) => Promise<void>)(answer);
    });
    const view_id = await opened();
    const error = 'invalid_options';
    expect(await slack.control.options({ ...at, view_id, value: 'c' })).toMatchObject({ ok: false, error });
    expect(notices).toEqual(['Looking up the options failed because of invalid_options']);
  });

  test('the person is told of an answer that comes too late', async () => {
    const told = Promise.withResolvers<undefined>();
    app.options('pick', async ({ ack }) => {
      await told.promise;
      await ack({ options: [option('checkout')] });
    });
    const view_id = await opened();
    const error = 'operation_timeout';
    expect(await slack.control.options({ ...at, view_id, value: 'c' })).toMatchObject({ ok: false, error });
    expect(notices).toEqual(['Looking up the options failed because of operation_timeout']);
    told.resolve(undefined);
  });

  test('nobody types where there is nothing to type into', async () => {
    const view_id = await opened();
    const cases = [
      [{ ...at, view_id, value: '' }, 'query_too_short'],
      [{ ...at, view_id, value: 'c', action_id: 'other' }, 'element_not_found'],
      [{ ...at, view_id, value: 'c', user: 'U0ALICE' }, 'view_not_found'],
      [{ ...at, channel: 'ops', message_ts: '1.000000', value: 'c' }, 'message_not_found'],
    ] as const;
    for (const [request, error] of cases) {
      expect(await slack.control.options(request)).toEqual({ ok: false, ack_ms: 0, error });
    }
  });
});
