import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { startDemo, type Demo } from '../../sim/demo/start-demo.ts';
import { browserTest, launch, watch } from '../support/browser.ts';

/** What a new user sees in the demo's page, from typing to the last word. */
let browser: Browser | null;
let demo: Demo;
let page: Page;
let complaints: readonly string[] = [];

beforeAll(async () => {
  [browser, demo] = await Promise.all([launch(), startDemo({ world: 'production', rateScale: Infinity })]);
});
afterAll(async () => {
  await browser?.close();
  await demo.close();
});
beforeEach(async () => {
  if (browser === null) return;
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(30_000);
  complaints = watch(page, demo.slack.url);
});
afterEach(async () => {
  if (browser !== null) await page.close();
  expect(complaints).toEqual([]);
});

const enter = (user = 'U0ALICE') => page.goto(`${demo.slack.url}/?user=${user}#/C0OPS`);
const thread = () => page.getByTestId('thread-pane');

async function type(text: string): Promise<void> {
  const composer = page.getByTestId('composer');
  await composer.fill(text);
  await composer.press('Escape');
  await composer.press('Enter');
}

/** The root message of a report on a Service. */
function rootOf(name: string): Locator {
  return page.getByTestId('channel-pane').getByTestId('message').filter({ hasText: name });
}

async function openThread(name: string): Promise<void> {
  await rootOf(name).last().getByTestId('open-thread').click();
}

function selectorOfCart(): unknown {
  const cart = demo.cluster.objects.get({ resource: 'services', namespace: 'shop', name: 'cart' });
  return (cart?.spec as { selector: unknown }).selector;
}

describe('the demo page', () => {
  browserTest('/netcheck checkout ends in the right cause', async () => {
    await enter();
    await type('/netcheck checkout');
    await rootOf('checkout.shop').filter({ hasText: 'SYNs are lost in a race' }).waitFor();
    await openThread('checkout.shop');

    await thread().getByText('1.4 % of connects').first().waitFor();
    await thread().getByRole('img').first().waitFor();
    expect(await thread().innerText()).toContain('ip-10-0-1-11');
    await keepScreenshot();
  });

  browserTest('a proposal is previewed, approved by somebody else, applied and checked again', async () => {
    await enter();
    await type('/netcheck cart');
    await rootOf('cart.shop').filter({ hasText: 'no ready endpoints' }).waitFor();
    await openThread('cart.shop');

    await thread().getByRole('button', { name: 'Preview' }).click();
    await page.getByTestId('view-modal').getByText('app: cart-v2').waitFor();
    await page.keyboard.press('Escape');

    await thread().getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByTestId('confirm-dialog').getByRole('button').last().click();
    await thread().getByText('Only visible to you').waitFor();
    expect(selectorOfCart()).toEqual({ app: 'cart' });

    await enter('U0BOB');
    await openThread('cart.shop');
    await thread().getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByTestId('confirm-dialog').getByRole('button').last().click();
    await rootOf('cart.shop').filter({ hasText: /fixed/i }).waitFor();
    expect(await thread().getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
    expect(selectorOfCart()).toEqual({ app: 'cart-v2' });
    await keepScreenshot('proposal');

    await thread().getByRole('button', { name: 'Undo' }).click();
    await page.getByTestId('confirm-dialog').getByRole('button').last().click();
    await rootOf('cart.shop').filter({ hasText: 'fix taken back' }).waitFor();
    await thread().getByText('Taken back for bob').first().waitFor();
    expect(selectorOfCart()).toEqual({ app: 'cart' });
  });

  browserTest('invited to an incident channel, it triages the Service of its name', async () => {
    const { control, botUserId } = demo.slack;
    const { channel } = control.channel({ user: 'U0ALICE', name: 'inc-4711-payments-502' });
    control.invite({ user: 'U0ALICE', channel: channel.id, users: [botUserId] });

    await page.goto(`${demo.slack.url}/?user=U0ALICE#/${channel.id}`);
    await rootOf('payments.shop').filter({ hasText: 'targetPort reaches no listener' }).waitFor();
  });
});

/** For the README: `NETCHECK_SCREENSHOT=docs/images npm test -- test/journeys/page` keeps what the test saw. */
async function keepScreenshot(name = 'demo'): Promise<void> {
  const folder = process.env['NETCHECK_SCREENSHOT'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.setViewportSize({ width: 1440, height: 1500 });
  await thread()
    .getByTestId('messages')
    .evaluate((list: { scrollTop: number }) => (list.scrollTop = 0));
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
