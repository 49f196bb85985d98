import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import { InvestigateJob, queueNames } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import type { Request } from '../../core/request.ts';
import { isReport, cluster, openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

describe.each(['socket', 'http'] as const)('invited into a channel, over %s', (mode) => {
  let stage: Stage;
  let queue: Queue;
  let channels = 0;

  beforeAll(async () => {
    stage = await openStage({ mode });
    await stage.startBot();
    queue = openQueue(queueNames.investigate(cluster), stage.redisUrl);
  });
  afterAll(async () => {
    await queue.close();
    await stage.close();
  });

  const requested = async (): Promise<InvestigateJob[]> =>
    (await queue.getJobs(['waiting', 'prioritized', 'delayed'], 0, -1, true)).map(({ data }) =>
      InvestigateJob.parse(data),
    );

  function open(name: string, topic = ''): string {
    const { control, botUserId } = stage.slack;
    channels += 1;
    const channel = `${name}-${channels}`;
    // Slack announces no private one, so that the invitation is all that the bot hears.
    control.channel({ user: 'U0ALICE', name: channel, topic, is_private: true });
    control.message({ user: 'U0ALICE', channel, text: 'checkout answers 502 since the deploy' });
    control.invite({ user: 'U0ALICE', channel, users: [botUserId] });
    return channel;
  }
  const reports = (channel: string) => stage.slack.control.messages(channel).filter(isReport);

  test('of an incident it looks at what the channel says, once', async () => {
    stage.slack.control.fault({ kind: 'duplicate_delivery' });
    const channel = open('inc-42-checkout', 'customers cannot pay');
    const root = await stage.slack.control.until(() => reports(channel)[0]);
    const [job, ...others] = await requested();
    expect(others).toEqual([]);
    expect(job?.request).toEqual({
      subject: {
        kind: 'mentioned',
        texts: [channel, 'customers cannot pay', 'checkout answers 502 since the deploy'],
      },
      windowSeconds: 1800,
    } satisfies Request);
    expect(wordsOf(root)).toContain('*this incident* · looking it up');

    await stage.publish(job?.id ?? '', { phase: 'not-found', nearest: [] }, job && { request: job.request });
    await stage.slack.control.until(() => wordsOf(reports(channel)[0] ?? {}).includes('Which service?'));
    expect(reports(channel)).toHaveLength(1);
  });

  test('of anything else it keeps silent', async () => {
    const before = await requested();
    const silent = open('lunch');
    const incident = open('incident_payments');
    await stage.slack.control.until(() => reports(incident)[0]);
    expect(reports(silent)).toEqual([]);
    expect((await requested()).length).toBe(before.length + 1);
  });
});

test('over HTTP an event that Redis missed comes again', async () => {
  const stage = await openStage({ mode: 'http', timing: { retryDelaysMs: [500, 1000, 3000] } });
  try {
    await stage.startBot();
    const { control, botUserId } = stage.slack;
    control.channel({ user: 'U0ALICE', name: 'inc-redis', is_private: true });
    await stage.stopRedis();
    control.invite({ user: 'U0ALICE', channel: 'inc-redis', users: [botUserId] });
    await control.until(() => control.deliveries().some(({ ack }) => !ack.ok));
    await stage.startRedisAgain();
    await control.until(() => control.messages('inc-redis').find(isReport), 20_000);
    expect(control.messages('inc-redis').filter(isReport)).toHaveLength(1);
  } finally {
    await stage.close();
  }
});
