import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { App, MessageShortcut } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Browser, Page } from 'playwright-core';
import { startSlack, type SlackSim } from '../../../sim/slack/start-slack.ts';
import { boltApp, noted, webClient } from '../slack/bolt-app.ts';
import { browserTest, launch, watch } from '../../support/browser.ts';

let browser: Browser | null;
let slack: SlackSim;
let client: WebClient;
let page: Page;
let complaints: readonly string[] = [];

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

beforeEach(async () => {
  slack = await startSlack({ rateScale: Infinity });
  client = webClient(slack);
  if (browser === null) return;
  page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  complaints = watch(page, slack.url);
});
afterEach(async () => {
  if (browser !== null) await page.close();
  await slack.close();
  expect(complaints).toEqual([]);
});

const open = async (place = '#/C0OPS', user = 'U0ALICE') => page.goto(`${slack.url}/?user=${user}${place}`);
const inChannel = () => page.getByTestId('channel-pane').getByTestId('message');
const inThread = () => page.getByTestId('thread-pane').getByTestId('message');
const says = (text: string) => inChannel().filter({ hasText: text }).waitFor();
const text = (words: string) => ({ type: 'plain_text' as const, text: words });

const proposal: KnownBlock[] = [
  { type: 'section', text: { type: 'mrkdwn', text: '~DNS~ is fine, *apply `allow-checkout`*?' } },
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        style: 'primary',
        value: 'p-1',
        text: text('Approve'),
        confirm: {
          title: text('Apply the change?'),
          text: { type: 'mrkdwn', text: 'It touches *one* policy.' },
          confirm: text('Apply'),
          deny: text('Not now'),
        },
      },
      { type: 'button', action_id: 'preview', text: text('Preview') },
    ],
  },
];

const modal: ModalView = {
  type: 'modal',
  callback_id: 'reason',
  title: text('Preview'),
  submit: text('Approve'),
  close: text('Cancel'),
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: '```- app: storefront\n+ app: checkout```' } },
    {
      type: 'input',
      block_id: 'why',
      label: text('Reason'),
      element: { type: 'plain_text_input', action_id: 'why' },
    },
    {
      type: 'input',
      block_id: 'scope',
      label: text('Where'),
      element: {
        type: 'static_select',
        action_id: 'scope',
        initial_option: { text: text('Here'), value: 'here' },
        options: [
          { text: text('Here'), value: 'here' },
          { text: text('Everywhere'), value: 'all' },
        ],
      },
    },
  ],
};

const picker: ModalView = {
  type: 'modal',
  callback_id: 'pick',
  title: text('Ask'),
  submit: text('Go'),
  blocks: [
    {
      type: 'input',
      block_id: 'service',
      label: text('Service'),
      element: { type: 'external_select', action_id: 'service', min_query_length: 1 },
    },
  ],
};

describe('talking', () => {
  browserTest('a typed message reaches the workspace, with its mention', async () => {
    await open();
    await page.getByRole('textbox', { name: 'Message #ops' }).fill('a < b, @bob.');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('and a second line');
    await page.keyboard.press('Enter');
    await says('a < b, @Bob Brandt.');
    expect(slack.control.messages('C0OPS')).toMatchObject([
      { user: 'U0ALICE', text: 'a &lt; b, <@U0BOB>.\nand a second line' },
    ]);
  });

  browserTest('an edit shows at once, and a deletion too', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'looking' });
    await open();
    await says('looking');
    await client.chat.update({ channel: 'C0OPS', ts, text: 'found: `14:05–14:20`, rate * 60 * 2' });
    await says('found: 14:05–14:20, rate * 60 * 2');
    expect(await inChannel().getByText('(edited)').count()).toBe(1);
    await client.chat.delete({ channel: 'C0OPS', ts });
    await inChannel().waitFor({ state: 'detached' });
  });

  browserTest('an ephemeral note is for one person', async () => {
    await client.chat.postEphemeral({ channel: 'C0OPS', user: 'U0BOB', text: 'only for bob' });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'for all' });
    await open();
    await says('for all');
    expect(await inChannel().count()).toBe(1);
    await page.getByLabel('You are').selectOption('U0BOB');
    await inChannel()
      .filter({ hasText: 'Only visible to you' })
      .filter({ hasText: 'only for bob' })
      .waitFor();
  });

  browserTest('an image is shown with its description', async () => {
    await open();
    const bytes = Buffer.from('R0lGODlhAQABAAAAACw=', 'base64');
    // By hand: the SDK's own upload sends the description as `alt_text`, which Slack does not read.
    const { file_id = '', upload_url } = (await client.apiCall('files.getUploadURLExternal', {
      filename: 'retransmits.gif',
      length: bytes.length,
      alt_txt: 'retransmits rise at 14:02',
    })) as { file_id?: string; upload_url?: string };
    await fetch(upload_url ?? '', { method: 'POST', body: bytes });
    await client.files.completeUploadExternal({
      channel_id: 'C0OPS',
      files: [{ id: file_id, title: 'Retransmits' }],
    });
    await page.getByTestId('file').getByRole('img', { name: 'retransmits rise at 14:02' }).waitFor();
  });

  browserTest('a restarted workspace is found again', async () => {
    await open();
    await page.getByTestId('composer').waitFor();
    const port = Number(new URL(slack.url).port);
    await slack.close();
    await page.getByText('Reconnecting…').waitFor();
    slack = await startSlack({ rateScale: Infinity, port });
    await webClient(slack).chat.postMessage({ channel: 'C0OPS', text: 'back again' });
    await says('back again');
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
  });
});

describe('threads', () => {
  browserTest('a thread opens beside the channel, takes a reply, and closes with Escape', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    await client.chat.postMessage({ channel: 'C0OPS', thread_ts: ts, text: 'first finding' });
    await open();
    await page.getByRole('link', { name: '1 reply' }).click();
    await inThread().filter({ hasText: 'first finding' }).waitFor();
    await page.getByTestId('thread-composer').fill('thanks');
    await page.keyboard.press('Enter');
    await inThread().filter({ hasText: 'thanks' }).waitFor();
    await page.getByRole('link', { name: '2 replies' }).waitFor();
    expect(await inChannel().count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByTestId('thread-pane').waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toBe('#/C0OPS');
  });

  browserTest('the page begins in a channel that hears of the app', async () => {
    await open('');
    await page.getByRole('heading', { name: 'ops' }).waitFor();
  });

  browserTest('a link leads into a thread', async () => {
    await client.conversations.join({ channel: 'C0GENERAL' });
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0GENERAL', text: 'root' });
    await client.chat.postMessage({ channel: 'C0GENERAL', thread_ts: ts, text: 'deep' });
    await open(`#/C0GENERAL/${ts}`);
    await inThread().filter({ hasText: 'deep' }).waitFor();
  });
});

describe('with an app', () => {
  let app: App;
  let heard: string[];
  beforeEach(async () => {
    heard = [];
    app = await boltApp(slack, 'socket');
  });
  afterEach(async () => app.stop());

  browserTest('a button asks first, then tells the app who pressed it', async () => {
    app.action('approve', async ({ ack, body }) => {
      await ack();
      heard.push(body.user.id);
      await client.chat.update({ channel: 'C0OPS', ts, text: 'x', blocks: proposal.slice(0, 1) });
    });
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: proposal });
    await open();
    await page.getByLabel('You are').selectOption('U0BOB');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page
      .getByRole('dialog', { name: 'Apply the change?' })
      .getByRole('button', { name: 'Not now' })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(heard).toEqual([]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' });
    expect(heard).toEqual(['U0BOB']);
  });

  browserTest('a modal refuses an empty field, shows what the app objects to, and submits', async () => {
    app.action('preview', async ({ ack, body }) => {
      await ack();
      await client.views.open({ trigger_id: 'trigger_id' in body ? body.trigger_id : '', view: modal });
    });
    app.view('reason', async ({ ack, view }) => {
      const reason = view.state.values['why']?.['why']?.value ?? '';
      const scope = view.state.values['scope']?.['scope']?.selected_option?.value ?? '';
      await noted(heard, `${reason}/${scope}`);
      await (reason === 'because'
        ? ack({ response_action: 'errors', errors: { why: 'Give a real reason' } })
        : ack());
    });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: proposal });
    await open();
    await page.getByRole('button', { name: 'Preview' }).click();
    const dialog = page.getByRole('dialog', { name: 'Preview' });
    await dialog.getByText('+ app: checkout').waitFor();

    await dialog.getByTestId('view-submit').click();
    await dialog.getByText('Please complete this required field.').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('because');
    await page.keyboard.press('Enter');
    await dialog.getByText('Give a real reason').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('the drill');
    await dialog.getByLabel('Where').selectOption('all');
    await dialog.getByTestId('view-submit').click();
    await dialog.waitFor({ state: 'detached' });
    expect(heard).toEqual(['because/here', 'the drill/all']);
  });

  browserTest('Escape closes a modal here and in the workspace', async () => {
    app.action('preview', async ({ ack, body }) => {
      await ack();
      await client.views.open({ trigger_id: 'trigger_id' in body ? body.trigger_id : '', view: modal });
    });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: proposal });
    await open();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByTestId('view-modal').waitFor();
    expect(await page.getByRole('textbox', { name: 'Reason' }).evaluate(isFocused)).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByTestId('view-modal').waitFor({ state: 'detached' });
    expect(slack.control.view('U0ALICE')).toBeNull();
  });

  browserTest('a command is suggested and sent; elsewhere it is refused in Slack’s words', async () => {
    app.command('/netcheck', async ({ ack, command }) => {
      await noted(heard, command.text);
      await ack('on it');
    });
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    await open(`#/C0OPS/${ts}`);
    const composer = page.getByTestId('composer');
    await composer.fill('/net');
    await page.getByRole('option', { name: '/netcheck' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('checkout to payments');
    await page.keyboard.press('Enter');
    await inChannel().filter({ hasText: 'Only visible to you' }).filter({ hasText: 'on it' }).waitFor();
    expect(heard).toEqual(['checkout to payments']);

    await composer.fill('/nonsense');
    await composer.press('Enter');
    await page.getByTestId('notice').filter({ hasText: '/nonsense is not a valid command' }).waitFor();
    await page.getByTestId('thread-composer').fill('/netcheck checkout');
    await page.keyboard.press('Enter');
    await page
      .getByTestId('notice')
      .filter({ hasText: '/netcheck is not supported in threads. Sorry!' })
      .waitFor();
    expect(heard).toHaveLength(1);
  });

  browserTest('an alert bot posts, and the menu of its message has the app’s shortcut', async () => {
    app.shortcut<MessageShortcut>('netcheck_message', async ({ ack, shortcut }) => {
      await ack();
      await noted(heard, String(shortcut.message['bot_id']));
    });
    await open();
    await page.getByTestId('post-alert').click();
    await page.getByRole('button', { name: 'Post as Alertmanager' }).click();
    const alert = inChannel().filter({ hasText: 'Alertmanager' });
    await alert.getByRole('link', { name: '[FIRING:1] CheckoutConnectTimeouts' }).waitFor();
    await alert.hover();
    await alert.getByTestId('message-menu').click();
    await alert.getByRole('menuitem', { name: 'Run netcheck here' }).click();
    await slack.control.until(() => heard.includes('B0ALERTMANAGER'));
  });

  browserTest('a select asks the app while somebody types', async () => {
    const names = ['checkout', 'checkout-worker', 'cart'];
    app.action('preview', async ({ ack, body }) => {
      await ack();
      await client.views.open({ trigger_id: 'trigger_id' in body ? body.trigger_id : '', view: picker });
    });
    app.options('service', async ({ ack, options: { value } }) =>
      ack({
        options: names
          .filter((name) => name.startsWith(value))
          .map((name) => ({ text: text(name), value: name })),
      }),
    );
    app.view('pick', async ({ ack, view }) => {
      await ack();
      await noted(heard, view.state.values['service']?.['service']?.selected_option?.value ?? 'nothing');
    });
    await client.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: proposal });
    await open();
    await page.getByRole('button', { name: 'Preview' }).click();
    const select = page.getByRole('combobox', { name: 'Service' });
    await select.fill('zzz');
    await page.getByTestId('options').getByText('No result').waitFor();
    await select.fill('check');
    await page.getByRole('option', { name: 'checkout-worker' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByTestId('view-submit').click();
    await slack.control.until(() => heard.includes('checkout-worker'));
    await page.getByTestId('view-modal').waitFor({ state: 'detached' });
  });

  browserTest('a new channel: the app is invited and hears of it', async () => {
    app.event('member_joined_channel', async ({ event }) => noted(heard, event.user));
    await open();
    await page.getByTestId('create-channel').click();
    await page.getByLabel('Name').fill('Inc checkout');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'inc-checkout' }).waitFor();
    await page.getByTestId('members').click();
    await page.getByRole('button', { name: 'Add netcheck' }).click();
    await page.getByTestId('members').getByText('2 members').waitFor();
    await slack.control.until(() => heard.includes(slack.botUserId));
  });

  browserTest('the home tab appears when the app publishes it', async () => {
    app.event('app_home_opened', async ({ event }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'header', text: text('Open runs: 0') }] },
      });
    });
    await open('#/home');
    await page.getByTestId('home-pane').getByRole('heading', { name: 'Open runs: 0' }).waitFor();
  });
});

/** Runs in the browser. */
const isFocused = (element: { ownerDocument: { activeElement: unknown } }) =>
  element.ownerDocument.activeElement === element;
