import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import { InvestigateJob, keys, queueNames } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import type { Message } from '../../sim/slack/model.ts';
import { report } from './reports.ts';
import { cluster, openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const user = 'U0ALICE';
const incident = 'https://example.pagerduty.com/incidents/Q2E7MG6P1H0D3P';

describe.each(['socket', 'http'] as const)('"Triage with netcheck" over %s', (mode) => {
  let stage: Stage;
  let queue: Queue;

  beforeAll(async () => {
    stage = await openStage({ mode });
    await stage.startBot();
    const services = ['checkout', 'cart'].map((service) => ({ namespace: 'shop', service }));
    await stage.documents.write(keys.directory(cluster), 1, { at: 1, services });
    queue = openQueue(queueNames.investigate(cluster), stage.redisUrl);
  });
  afterAll(async () => {
    await queue.close();
    await stage.close();
  });

  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);
  const below = (channel: string, ts: string): Message[] =>
    stage.slack.control
      .messages(channel)
      .filter(({ bot_id: bot, thread_ts: thread }) => bot === 'B0NETCHECK' && thread === ts);
  const whispers = (channel: string): string[] =>
    stage.slack.control
      .messages(channel)
      .filter(({ ephemeral_for: whisper }) => whisper === user)
      .map(wordsOf);

  async function triage(channel: string, ts: string): Promise<void> {
    const outcome = await stage.slack.control.shortcut({
      user,
      channel,
      message_ts: ts,
      callback_id: 'triage_message',
    });
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.ack_ms).toBeLessThan(1000);
  }

  async function requestBelow(channel: string, ts: string): Promise<InvestigateJob['request']> {
    const root = await until(() => below(channel, ts)[0]);
    const { event_payload: payload } = root.metadata as { event_payload: { id: string } };
    return InvestigateJob.parse((await queue.getJob(payload.id))?.data).request;
  }

  test('on an alert of PagerDuty reports below it on what it names', async () => {
    const { ts } = stage.slack.control.botMessage({
      bot: { id: 'B0PAGER', app_id: 'A0PAGER', name: 'PagerDuty' },
      channel: 'ops',
      attachments: [
        {
          color: '#cc0000',
          blocks: [
            {
              type: 'section',
              text: {
                type: 'mrkdwn',
                text: `:red_circle: *<${incident}|[FIRING:1] HighErrorRate (checkout shop critical)>*`,
              },
            },
          ],
        },
      ],
    });
    await triage('ops', ts);
    expect(await requestBelow('ops', ts)).toEqual({
      subject: { kind: 'named', service: 'checkout', namespace: 'shop' },
      windowSeconds: 1800,
      symptom: 'connection-errors',
    });
    await until(() =>
      whispers('ops').find((said) =>
        /^Looking into checkout\.shop: the report comes below that message \(\w{8}\)\.$/.test(said),
      ),
    );
  });

  test('on what a person said in a thread reports into that thread', async () => {
    const { control } = stage.slack;
    const { ts: thread } = control.message({ user, channel: 'ops', text: 'anybody?' });
    const { ts } = control.message({
      user: 'U0BOB',
      channel: 'ops',
      text: 'the cart drops half of its requests',
      thread_ts: thread,
    });
    await triage('ops', ts);
    expect((await requestBelow('ops', thread)).subject).toEqual({
      kind: 'mentioned',
      texts: ['the cart drops half of its requests', 'ops'],
    });
  });

  test('on a report of its own looks again, below it', async () => {
    const asked = await stage.ask('checkout');
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await until(() => asked.root().text.includes('2.1 s') && asked.replies().length === 3);
    await triage('ops', asked.root().ts);
    const again = await until(() => asked.replies().find((one) => wordsOf(one).includes('looking it up')));
    const { event_payload: payload } = again.metadata as { event_payload: { id: string } };
    const { request } = InvestigateJob.parse((await queue.getJob(payload.id))?.data);
    expect((request.subject as { texts: string[] }).texts[0]).toContain('checkout.shop');
  });

  test('in a public channel that it is not in joins', async () => {
    const { ts } = stage.slack.control.message({ user, channel: 'general', text: 'cart is down' });
    await triage('general', ts);
    expect((await requestBelow('general', ts)).subject).toEqual({
      kind: 'mentioned',
      texts: ['cart is down', 'general'],
    });
  });

  test('in a private channel that it is not in asks to be invited', async () => {
    const { control } = stage.slack;
    control.channel({ user, name: 'secret', is_private: true });
    const { ts } = control.message({ user, channel: 'secret', text: 'cart is down' });
    await triage('secret', ts);
    await until(() => whispers('secret').find((said) => said.includes('/invite @netcheck')));
    expect(below('secret', ts)).toEqual([]);
    const jobs = (await queue.getJobs(['waiting'])).map(({ data }) => InvestigateJob.parse(data).request);
    // Slack does not tell what the channel is called.
    expect(jobs.map(({ subject }) => JSON.stringify(subject)).join()).not.toContain('privategroup');
  });
});

test.each(['socket', 'http'] as const)('without Redis it is answered in time, over %s', async (mode) => {
  const stage = await openStage({ mode });
  try {
    await stage.startBot();
    await stage.stopRedis();
    const { control } = stage.slack;
    const { ts } = control.message({ user, channel: 'ops', text: 'cart is down' });
    const start = Date.now();
    const shortcut = { user, channel: 'ops', message_ts: ts, callback_id: 'triage_message' };
    expect(await control.shortcut(shortcut)).toMatchObject({ ok: true });
    await control.until(() =>
      control
        .messages('ops')
        .find((one) => wordsOf(one).includes('cannot reach its Redis right now, so nothing was done')),
    );
    expect(Date.now() - start).toBeLessThan(3000);
  } finally {
    await stage.close();
  }
});
