import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import { InvestigateJob, keys, queueNames } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import { signatureHeaders } from '../../sim/slack/delivery/signature.ts';
import type { Message } from '../../sim/slack/model.ts';
import { manifest } from './manifest.ts';
import { report } from './reports.ts';
import { cluster, openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const user = 'U0ALICE';
const named = (service: string) => ({ kind: 'named', service });

describe.each(['socket', 'http'] as const)('@netcheck over %s', (mode) => {
  let stage: Stage;
  let queue: Queue;
  let rooms = 0;

  beforeAll(async () => {
    // Slack tells of a mention twice; here the app hears of both.
    const events = manifest.settings?.event_subscriptions?.bot_events ?? [];
    const all = [...new Set([...events, 'message.channels'])];
    stage = await openStage({
      mode,
      manifest: { ...manifest, settings: { event_subscriptions: { bot_events: all } } },
    });
    await stage.startBot();
    const services = [{ namespace: 'shop', service: 'checkout' }];
    await stage.documents.write(keys.directory(cluster), 1, { at: 1, services });
    queue = openQueue(queueNames.investigate(cluster), stage.redisUrl);
  });
  afterAll(async () => {
    await queue.close();
    await stage.close();
  });

  /** A channel of its own with netcheck in it, that is no incident's. */
  function room(): string {
    rooms += 1;
    const name = `room-${rooms}`;
    stage.slack.control.channel({ user, name });
    stage.slack.control.invite({ user, channel: name, users: [stage.slack.botUserId] });
    return name;
  }
  const say = (channel: string, text: string, thread_ts?: string): string =>
    stage.slack.control.message({ user, channel, text, ...(thread_ts !== undefined && { thread_ts }) }).ts;
  const ofNetcheck = (channel: string): Message[] =>
    stage.slack.control.messages(channel).filter(({ bot_id: bot }) => bot === 'B0NETCHECK');
  const reports = (channel: string): Message[] =>
    ofNetcheck(channel).filter(({ ephemeral_for: whisper }) => whisper === undefined);
  const whispers = (channel: string): Message[] =>
    ofNetcheck(channel).filter(({ ephemeral_for: whisper }) => whisper === user);
  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);

  /** What is asked of workers for the only report of a channel. */
  async function requestOf(channel: string): Promise<InvestigateJob['request']> {
    const root = await until(() => reports(channel)[0]);
    const { event_payload: payload } = root.metadata as { event_payload: { id: string } };
    return InvestigateJob.parse((await queue.getJob(payload.id))?.data).request;
  }

  test('at top level is a command whose report hangs on it', async () => {
    const channel = room();
    const ts = say(channel, '@netcheck checkout.shop since 1h dns-failures');
    expect(await requestOf(channel)).toEqual({
      subject: { ...named('checkout'), namespace: 'shop' },
      windowSeconds: 3600,
      symptom: 'dns-failures',
    });
    expect(reports(channel)[0]).toMatchObject({ thread_ts: ts });
    expect(whispers(channel)).toEqual([]);
  });

  test('in a thread reports into the thread', async () => {
    const channel = room();
    const thread = say(channel, 'customers cannot pay');
    say(channel, 'could be the cart, @netcheck cart to payments:8080', thread);
    expect(await requestOf(channel)).toMatchObject({
      subject: named('cart'),
      destination: { host: 'payments', port: 8080 },
    });
    const [root] = reports(channel);
    expect(root?.thread_ts).toBe(thread);
    const { event_payload: payload } = root?.metadata as { event_payload: { id: string } };
    await stage.publish(payload.id, { phase: 'ended', report: report(payload.id) });
    await until(() => reports(channel).length > 2);
    expect(reports(channel).every(({ thread_ts: of }) => of === thread)).toBe(true);
  });

  test.each(['@netcheck', 'hm @netcheck?', '@netcheck can you look at this please'])(
    'without a command asks what the thread is about: %s',
    async (text) => {
      const channel = room();
      const thread = say(channel, 'checkout answers 502 &c');
      say(channel, text, thread);
      const said = text.replace('@netcheck', '').replaceAll(/\s+/g, ' ').trim();
      expect((await requestOf(channel)).subject).toEqual({
        kind: 'mentioned',
        texts: ['checkout answers 502 &c', said, channel].filter((one) => one !== ''),
      });
    },
  );

  test('in the thread of an alert asks what the alert is about', async () => {
    const channel = room();
    const { ts } = stage.slack.control.botMessage({
      bot: { id: 'B0ALERTS', name: 'AlertManager' },
      channel,
      attachments: [{ title: '[FIRING:1] DNSFailures (checkout shop critical)', text: 'Names fail' }],
    });
    say(channel, '@netcheck please have a look', ts);
    expect(await requestOf(channel)).toEqual({
      subject: { ...named('checkout'), namespace: 'shop' },
      windowSeconds: 1800,
      symptom: 'dns-failures',
    });
  });

  test('below a report of its own looks again', async () => {
    const channel = room();
    say(channel, '@netcheck checkout');
    const [first] = await until(() => (reports(channel).length > 0 ? reports(channel) : undefined));
    const { event_payload: payload } = first?.metadata as { event_payload: { id: string } };
    await stage.publish(payload.id, { phase: 'ended', report: report(payload.id) });
    const { ts } = await until(() => reports(channel).find(({ text }) => text.includes('checkout.shop')));
    const jobs = (await queue.getJobs(['waiting'])).length;
    say(channel, '@netcheck cart', ts);
    await until(() => reports(channel).find((one) => wordsOf(one).includes('*cart* · looking it up')));
    expect((await queue.getJobs(['waiting'])).length).toBe(jobs + 1);
  });

  test('asks in short where nothing is recognised', async () => {
    const channel = room();
    const ts = say(channel, 'something is odd @netcheck');
    expect((await requestOf(channel)).subject).toEqual({
      kind: 'mentioned',
      texts: ['something is odd', channel],
    });
    const { event_payload: payload } = reports(channel)[0]?.metadata as { event_payload: { id: string } };
    const { request } = InvestigateJob.parse((await queue.getJob(payload.id))?.data);
    await stage.publish(payload.id, { phase: 'not-found', nearest: [] }, { request });
    await until(() => wordsOf(reports(channel)[0] ?? {}).includes('Which service?'));
    expect(reports(channel)).toMatchObject([{ thread_ts: ts }]);
  });

  test('with a mistake is told so alone, where it was said', async () => {
    const channel = room();
    const thread = say(channel, 'customers cannot pay');
    say(channel, '@netcheck checkout sinec 30m', thread);
    const [said] = await until(() => (whispers(channel).length > 0 ? whispers(channel) : undefined));
    expect(wordsOf(said ?? {})).toContain('@netcheck checkout sinec 30m\n                   ^');
    expect(wordsOf(said ?? {})).toContain('Did you mean since?');
    expect(wordsOf(said ?? {})).toContain('`@netcheck help` says more');
    expect(said?.thread_ts).toBe(thread);
    expect(reports(channel)).toEqual([]);
  });

  test('answers its own words to whoever asked alone', async () => {
    const channel = room();
    const answers: [string, string][] = [
      ['help', '/netcheck &lt;service&gt;'],
      ['playbooks', '`connection-errors`'],
      ['status', 'Cluster test'],
      ['cancel nosuch12', 'There is no investigation nosuch12'],
    ];
    for (const [words, answer] of answers) {
      say(channel, `@netcheck ${words}`);
      await until(() => whispers(channel).find((one) => wordsOf(one).includes(answer)));
    }
    expect(whispers(channel).every(({ thread_ts: thread }) => thread === undefined)).toBe(true);
    expect(reports(channel)).toEqual([]);
  });

  test('that comes twice starts one and cancels one', async () => {
    const channel = room();
    for (const words of ['catalog', 'cart']) {
      stage.slack.control.fault({ kind: 'duplicate_delivery', times: 4 });
      say(channel, `@netcheck ${words}`);
      await until(() => reports(channel).find((one) => wordsOf(one).includes(`*${words}*`)));
    }
    stage.slack.control.fault({ kind: 'duplicate_delivery', times: 4 });
    say(channel, '@netcheck cancel');
    await until(() => wordsOf(whispers(channel)[0] ?? {}).includes('Cancelling'));
    await until(() => reports(channel).find((one) => wordsOf(one).includes('*cart* · cancelled')));
    await everythingBefore(channel);
    expect(reports(channel)).toHaveLength(2);
    expect(whispers(channel)).toHaveLength(2);
    expect(reports(channel).map(wordsOf).join()).toContain('*catalog* · looking it up');
  });

  test('by a bot or as thanks starts nothing', async () => {
    const channel = room();
    const { control, botUserId } = stage.slack;
    const before = (await queue.getJobs()).length;
    const bot = { id: 'B0OTHER', app_id: 'A0OTHER', name: 'Other' };
    control.botMessage({ bot, channel, text: `<@${botUserId}> checkout` });
    control.botMessage({ bot: { id: 'B0HOOK', name: 'Hook' }, channel, text: `<@${botUserId}> checkout` });
    say(channel, '@netcheck thanks!');
    await everythingBefore(channel);
    expect((await queue.getJobs()).length).toBe(before);
    expect(whispers(channel)).toHaveLength(1);
  });

  /** Resolves when what was said later is answered. */
  async function everythingBefore(channel: string): Promise<void> {
    say(channel, '@netcheck status');
    await until(() => whispers(channel).find((one) => wordsOf(one).includes('Cluster test')));
  }
});

test('an edit that mentions netcheck starts nothing', async () => {
  const stage = await openStage({ mode: 'http' });
  try {
    const { url = '' } = await stage.startBot();
    const { control, signingSecret, botUserId } = stage.slack;
    const { ts } = control.message({ user, channel: 'ops', text: 'checkout is down' });
    control.message({ user, channel: 'ops', text: '@netcheck status' });
    const delivered = await control.until(() => control.deliveries().at(-1)?.payload);
    const event = { type: 'app_mention', user, channel: 'C0OPS', ts, event_ts: ts };
    const text = `checkout is down <@${botUserId}>`;
    for (const changes of [{ edited: { user, ts } }, {}]) {
      const body = JSON.stringify({ ...delivered.body, event: { ...event, text, ...changes } });
      const signature = signatureHeaders(signingSecret, body, Math.floor(Date.now() / 1000));
      const headers = { 'content-type': 'application/json', ...signature };
      const { ok } = await fetch(url, { method: 'POST', headers, body });
      expect(ok).toBe(true);
      const queue = openQueue(queueNames.investigate(cluster), stage.redisUrl);
      expect(await queue.getJobs()).toHaveLength('edited' in changes ? 0 : 1);
      await queue.close();
    }
  } finally {
    await stage.close();
  }
});

test('a mention without Redis is answered, and says what is wrong', async () => {
  const stage = await openStage();
  try {
    await stage.startBot();
    await stage.stopRedis();
    for (const text of ['@netcheck checkout', '@netcheck', '@netcheck status'])
      stage.slack.control.message({ user, channel: 'ops', text });
    const refused = () =>
      stage.slack.control
        .messages('ops')
        .filter((one) => wordsOf(one).includes('cannot reach its Redis right now, so nothing was done'));
    await stage.slack.control.until(() => refused().length === 3);
    expect(refused().every(({ ephemeral_for: whisper }) => whisper === user)).toBe(true);
  } finally {
    await stage.close();
  }
});
