import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startDemo, type Demo } from '../../sim/demo/start-demo.ts';
import type { Message } from '../../sim/slack/model.ts';
import { alertSamples } from '../../sim/slack/page/alert-samples.ts';
import { wordsOf } from '../bot/words.ts';

const channel = 'C0OPS';
const patienceMs = 60_000;

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo({ world: 'production', rateScale: Infinity });
});
afterAll(() => demo.close());

test('what an alert bot posts is looked into in its thread, by real workers, and nobody is pinged', async () => {
  const [sample] = alertSamples;
  if (sample === undefined) throw new Error('no sample');
  const { control } = demo.slack;
  const { ts } = control.botMessage({ ...sample, channel });
  const thread = (): readonly Message[] =>
    control.messages(channel).filter(({ thread_ts: of, ts: own }) => of === ts && own !== ts);
  const root = await control.until(() => thread().find((one) => /^✓ .*SNAT/.test(wordsOf(one))), patienceMs);
  expect(wordsOf(root)).toContain('firing: CheckoutConnectTimeouts');
  await control.until(() => thread().some((one) => wordsOf(one).includes('*Evidence')), patienceMs);
  expect(thread().flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  control.botMessage({ ...sample, channel });
  await control.until(() => wordsOf(thread()[0] ?? root).includes('2 times'), patienceMs);
  const reports = control.messages(channel).filter((one) => wordsOf(one).startsWith('✓ '));
  expect(reports).toHaveLength(1);
});
