import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Records } from '../../bot/records.ts';
import { asAlert } from '../../core/alerts/by-alert.ts';
import { keys, queueNames, type InvestigateJob } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import type { Message } from '../../sim/slack/model.ts';
import { signatureHeaders } from '../../sim/slack/delivery/signature.ts';
import { freePort } from '../../sim/world/processes.ts';
import { scrape } from '../support/scrape.ts';
import { eventually } from '../workers/support/lab.ts';
import { listServices, startAlerting, webhook, type Alerting } from './alerting.ts';
import { proposal, report, request } from './reports.ts';
import { cluster, openStage, type Stage, type StageOptions } from './stage.ts';
import { wordsOf } from './words.ts';

let stage: Stage;
let alerting: Alerting;
afterEach(async () => {
  await alerting.bot.close();
  await stage.close();
});

async function start(
  settings?: string,
  changes?: Record<string, unknown>,
  options?: StageOptions,
): Promise<void> {
  stage = await openStage(options);
  alerting = await startAlerting(stage, settings, changes);
}

const until = <T>(find: () => T | undefined | null | false): Promise<T> => stage.slack.control.until(find);
const replies = (root: Message, channel = 'ops'): readonly Message[] =>
  stage.slack.control
    .messages(channel)
    .filter(({ ts, thread_ts: thread }) => thread === root.ts && ts !== root.ts);
const rootWords = (): string => wordsOf(alerting.reports()[0] ?? {});

async function begunOne(): Promise<InvestigateJob> {
  return eventually('one is begun', async () => (await alerting.begun())[0], 10_000);
}

async function end(job: InvestigateJob, withProposal = false): Promise<void> {
  const proposals = withProposal ? [{ ...proposal, id: `${job.id}-no-ready-endpoints` }] : [];
  await stage.publish(
    job.id,
    { phase: 'ended', report: report(job.id, { proposals }) },
    { request: job.request },
  );
}

const isEdit = ({ method }: { readonly method: string }): boolean => method === 'chat.update';

describe('the webhook', () => {
  test('fires: one thread on the right Service, however often it is said', async () => {
    await start();
    expect(await alerting.alert({})).toBe(200);
    const job = await begunOne();
    expect(job.request).toEqual({
      subject: { kind: 'named', service: 'checkout', namespace: 'shop' },
      windowSeconds: 1800,
      symptom: 'connection-errors',
    });
    await until(() => alerting.reports()[0]);
    expect(wordsOf(alerting.reports()[0] ?? {})).toContain('asked by alert HighErrorRate');
    expect(rootWords()).toContain('firing: HighErrorRate');

    await Promise.all([alerting.alert({}), alerting.alert({}), alerting.alert({ name: 'SlowRequests' })]);
    await alerting.alert({ startsAt: '2026-09-01T14:12:00Z' });
    await until(() => rootWords().includes('firing: HighErrorRate (2 times since 14:02 UTC), SlowRequests'));
    await alerting.takenIn();
    expect(await alerting.begun()).toHaveLength(1);
    expect(alerting.reports()).toHaveLength(1);
  });

  test('of several Services makes a thread each', async () => {
    await start();
    await alerting.alert({}, { service: 'cart' }, { name: 'SlowRequests' });
    await until(() => alerting.reports().length === 2);
    await alerting.takenIn();
    const begun = await alerting.begun();
    expect(begun.map(({ request }) => request.subject)).toEqual([
      { kind: 'named', service: 'checkout', namespace: 'shop' },
      { kind: 'named', service: 'cart', namespace: 'shop' },
    ]);
  });

  test('resolves: that is shown when the report is over, and nothing that was proposed can happen', async () => {
    await start();
    await alerting.alert({}, { name: 'SlowRequests' });
    const job = await begunOne();
    await end(job, true);
    await until(() =>
      alerting
        .reports()
        .flatMap((one) => replies(one))
        .find((one) => hasButton(one)),
    );
    await alerting.alert({ status: 'resolved' });
    await until(() => rootWords().includes('firing: SlowRequests'));
    expect(rootWords()).not.toContain('resolved');
    await alerting.alert({ status: 'resolved', name: 'SlowRequests' });
    const root = await until(() =>
      alerting.reports().find((one) => /^○ .*resolved \d\d:\d\d UTC/s.test(wordsOf(one))),
    );
    await until(() => replies(root).every((one) => !hasButton(one)));
    expect((await stage.remediations.read(`${job.id}-no-ready-endpoints`))?.state).toEqual({
      step: 'withdrawn',
      why: 'the alerts that it is about are over',
    });
    const said = replies(root).filter((one) => /resolved \d\d:\d\d UTC/.test(wordsOf(one)));
    expect(said.map(wordsOf)).toEqual([expect.stringMatching(/^All 2 alerts resolved \d\d:\d\d UTC$/)]);

    await alerting.alert({ startsAt: '2026-09-01T14:25:00Z' });
    await until(() => rootWords().includes('firing: HighErrorRate (2 times since 14:02 UTC)'));
    await until(() => replies(root).some((one) => wordsOf(one).startsWith('Firing again: HighErrorRate')));
    expect(await alerting.begun()).toHaveLength(1);
    expect(alerting.reports()).toHaveLength(1);
  });

  test('that is over before the report is leaves nothing to approve', async () => {
    await start();
    await alerting.alert({});
    const job = await begunOne();
    await stage.publish(job.id, { phase: 'queued' }, { request: job.request });
    await until(() => alerting.reports()[0]);
    await alerting.alert({ status: 'resolved' });
    await alerting.takenIn();
    await end(job, true);
    const root = await until(() => alerting.reports().find((one) => wordsOf(one).startsWith('○ ')));
    await until(() => replies(root).some((one) => wordsOf(one).includes('HighErrorRate resolved')));
    await eventually(
      'it is withdrawn',
      async () => {
        const stored = await stage.remediations.read(`${job.id}-no-ready-endpoints`);
        return stored?.state.step === 'withdrawn' ? true : undefined;
      },
      10_000,
    );
    expect(replies(root).filter(hasButton)).toEqual([]);
  });

  test('that is over before anybody has begun calls it off; what fires next begins anew', async () => {
    await start();
    await alerting.alert({});
    const job = await begunOne();
    await until(() => alerting.reports()[0]);
    await alerting.alert({ status: 'resolved' });
    await until(() => /cancelled.*resolved \d\d:\d\d UTC/s.test(rootWords()));
    expect(await alerting.begun()).toEqual([]);
    await alerting.alert({ startsAt: '2026-09-01T14:30:00Z' });
    const next = await begunOne();
    expect(next.id).not.toBe(job.id);
    await until(() => alerting.reports().length === 2);
  });

  test('that comes twice at once, to two replicas, begins one', async () => {
    await start();
    const other = await startAlerting(stage);
    try {
      const both = [alerting, other].flatMap(({ alert }) => [alert({}), alert({})]);
      expect(await Promise.all(both)).toEqual([200, 200, 200, 200]);
      await until(() => alerting.reports()[0]);
      await alerting.takenIn();
      expect(await alerting.begun()).toHaveLength(1);
      expect(alerting.reports()).toHaveLength(1);
    } finally {
      await other.bot.close();
    }
  });

  test.each([
    ['before it began', false],
    ['while it began', true],
  ])('that a crash cut off %s is gone on with', async (_, isAsked) => {
    await start();
    const at = Date.now();
    const word = { fingerprint: 'another', name: 'Another', status: 'firing', startsAt: at, at } as const;
    const records = new Records(stage.documents, cluster, () => Promise.resolve());
    await records.episodes.hear('shop/checkout', [word], 'cutoff12', at);
    const where = { channel: 'C0OPS', requester: asAlert('Another') };
    if (isAsked) await records.noteAsked('cutoff12', { request, where, requestedAt: at });
    await alerting.alert({});
    await until(() => alerting.reports()[0]);
    await alerting.takenIn();
    expect((await alerting.begun()).map(({ id }) => id)).toEqual(['cutoff12']);
    await until(() => rootWords().includes('firing: Another, HighErrorRate'));
    expect(alerting.reports()).toHaveLength(1);
  });

  test('that says more of what is watched leaves the watch in sight', async () => {
    await start();
    await alerting.alert({});
    await end(await begunOne());
    await until(() => rootWords().includes('firing: HighErrorRate') && rootWords().startsWith('✓'));
    await stage.slack.control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck', text: 'watch' });
    await until(() => rootWords().includes('watching'));
    await alerting.alert({ name: 'SlowRequests' });
    await until(() => rootWords().includes('firing: HighErrorRate, SlowRequests'));
    expect(rootWords()).toContain('watching');
  });

  test('that says more while Slack takes no edit: nothing older is shown after the newest', async () => {
    await start();
    await alerting.alert({});
    await end(await begunOne());
    await until(() => rootWords().startsWith('✓'));
    const { control } = stage.slack;
    control.fault({ kind: 'rate_limit', method: 'chat.update', retry_after: 2 });
    const from = control.journal().length;
    const edits = () => control.journal().slice(from).filter(isEdit);
    await alerting.alert({ name: 'SlowRequests' });
    await until(() => edits().some(({ status }) => status === 429));
    await alerting.alert({ name: 'Timeouts' });
    await until(() => rootWords().includes('firing: HighErrorRate, SlowRequests, Timeouts'));
    await alerting.takenIn();
    const taken = edits().filter(({ status }) => status === 200);
    const isNewest = taken.map(({ args }) => JSON.stringify(args).includes('Timeouts'));
    expect(isNewest.slice(isNewest.indexOf(true))).not.toContain(false);
    expect(rootWords()).toContain('Timeouts');
  });

  test('that a crash cut off is reported where it was to be reported', async () => {
    await start();
    const at = Date.now();
    const word = { fingerprint: 'another', name: 'Another', status: 'firing', startsAt: at, at } as const;
    const records = new Records(stage.documents, cluster, () => Promise.resolve());
    await records.episodes.hear('shop/checkout', [word], 'cutoff12', at);
    const where = { channel: 'C0GENERAL', requester: asAlert('Another') };
    await records.noteAsked('cutoff12', { request, where, requestedAt: at });
    await alerting.alert({});
    await until(() => alerting.reports('general')[0]);
    await alerting.takenIn();
    expect(alerting.reports()).toEqual([]);
    expect((await alerting.begun()).map((one) => one.request)).toEqual([request]);
  });

  test('leaves nothing of what it brought in Redis', async () => {
    await start();
    await alerting.alert({});
    await until(() => alerting.reports()[0]);
    await alerting.takenIn();
    const stored = openQueue(queueNames.alerts(cluster), stage.redisUrl);
    expect(await stored.getJobs()).toEqual([]);
    await stored.close();
  });

  test('that resolves what nobody heard of does nothing', async () => {
    await start();
    await alerting.alert({ status: 'resolved' });
    await alerting.alert({ service: 'cart' });
    await until(() => alerting.reports()[0]);
    await alerting.takenIn();
    expect((await alerting.begun()).map(({ request }) => request.subject)).toMatchObject([
      { service: 'cart' },
    ]);
  });

  test('joins what a person has just asked about the same', async () => {
    await start();
    const asked = await stage.ask('checkout.shop');
    await alerting.alert({});
    await until(() => wordsOf(asked.root()).includes('firing: HighErrorRate'));
    await alerting.takenIn();
    expect(await alerting.begun()).toHaveLength(1);
    await alerting.alert({ status: 'resolved' });
    await alerting.takenIn();
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await until(() => wordsOf(asked.root()).startsWith('○ '));
  });
});

describe('what an alert is about', () => {
  test('is asked once where it may be several', async () => {
    await start();
    await alerting.alert({ service: 'cart', namespace: 'monitoring' });
    const job = await begunOne();
    const candidates = [
      { namespace: 'shop', service: 'cart' },
      { namespace: 'staging', service: 'cart' },
    ];
    expect(job.request.subject).toEqual({ kind: 'candidates', candidates });
    await stage.publish(job.id, { phase: 'which', candidates }, { request: job.request });
    const root = await until(() =>
      alerting.reports().find((one) => wordsOf(one).includes('Which cart do you mean?')),
    );
    expect(wordsOf(root)).toContain('firing: HighErrorRate');
    await alerting.alert({ service: 'cart', namespace: 'monitoring' });
    await alerting.takenIn();
    expect(alerting.reports()).toHaveLength(1);

    const block = (root.blocks ?? []).find(({ type }) => type === 'actions') as unknown as {
      block_id: string;
      elements: { action_id: string }[];
    };
    await stage.slack.control.action({
      user: 'U0BOB',
      channel: 'ops',
      message_ts: root.ts,
      block_id: block.block_id,
      action_id: block.elements[0]?.action_id ?? '',
    });
    await until(() => /checkout|cart\.shop.*firing: HighErrorRate/s.test(rootWords()));
    await alerting.alert({ service: 'cart', namespace: 'monitoring', status: 'resolved' });
    await alerting.takenIn();
    const chosen =
      (await alerting.begun()).find(({ request }) => request.subject.kind === 'named') ?? never();
    await end(chosen);
    await until(() => rootWords().startsWith('○ '));
  });

  test('is told by a rule, and where to report it too', async () => {
    await start('channel: C0OPS\nrules: [{ match: { team: pay }, service: ledger, channel: C0GENERAL }]');
    await alerting.alert({ service: '', labels: { team: 'pay' } });
    expect((await begunOne()).request.subject).toMatchObject({ kind: 'named', service: 'ledger' });
    await until(() => alerting.reports('general')[0]);
    expect(alerting.reports()).toEqual([]);
  });

  test('that cannot be told is asked for in one line, once', async () => {
    await start();
    await alerting.alert({ service: '', name: 'Watchdog' }, { service: 'gone', namespace: 'shop' });
    const [line] = await until(() => (alerting.reports().length > 0 ? alerting.reports() : undefined));
    expect(wordsOf(line ?? {})).toContain('netcheck cannot tell which Service Watchdog is about.');
    await alerting.alert({ service: '', name: 'Another' });
    await alerting.takenIn();
    expect(alerting.reports()).toHaveLength(1);
    expect(await alerting.begun()).toEqual([]);
  });
});

describe('restraint', () => {
  test('a channel that is muted is left alone', async () => {
    await start('channel: C0OPS\nrules: [{ match: { team: pay }, service: ledger, channel: C0GENERAL }]');
    await stage.documents.claim(keys.muted(cluster, 'C0OPS'), 60);
    await alerting.alert({}, { service: '', name: 'Watchdog' });
    await alerting.alert({ service: '', labels: { team: 'pay' } });
    await until(() => alerting.reports('general')[0]);
    await alerting.takenIn();
    expect(alerting.reports()).toEqual([]);
    expect(await alerting.begun()).toHaveLength(1);
  });

  test('beyond the cap they wait their turn, and say so; what is over by then is never begun', async () => {
    await start('channel: C0OPS', { NETCHECK_AUTO_PER_CHANNEL: 1 });
    await alerting.alert({});
    await alerting.alert({ service: 'cart' });
    await until(() => alerting.reports().length === 2);
    const waiting = await until(() =>
      alerting.reports().find((one) => /queued: starts at \d\d:\d\d UTC/.test(wordsOf(one))),
    );
    expect(wordsOf(waiting)).toContain('firing: HighErrorRate');
    const [first, second] = (await alerting.begun()).sort((a, b) => a.requestedAt - b.requestedAt);
    expect((second?.requestedAt ?? 0) - (first?.requestedAt ?? 0)).toBeGreaterThan(50_000);

    await alerting.alert({ service: 'cart', status: 'resolved' });
    await until(() =>
      alerting.reports().find((one) => one.ts === waiting.ts && /cancelled.*resolved/s.test(wordsOf(one))),
    );
    expect(await alerting.begun()).toHaveLength(1);
  });

  test('what waits its turn is called off where somebody mutes the channel', async () => {
    await start('channel: C0OPS', { NETCHECK_AUTO_PER_CHANNEL: 1 });
    await alerting.alert({});
    await alerting.alert({ service: 'cart' });
    await until(() => alerting.reports().find((one) => wordsOf(one).includes('queued: starts at')));
    const { control } = stage.slack;
    await control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck', text: 'mute' });
    const answer = await until(() => control.messages('ops').find((one) => one.ephemeral_for === 'U0BOB'));
    expect(wordsOf(answer)).toContain('1 that waited its turn: called off.');
    await until(() => alerting.reports().find((one) => wordsOf(one).includes('cancelled')));
    expect(await alerting.begun()).toHaveLength(1);
  });

  test('nobody is told of what is over before its message could be posted', async () => {
    await start('channel: C0OPS', { NETCHECK_AUTO_PER_CHANNEL: 1 });
    await alerting.alert({});
    await until(() => alerting.reports()[0]);
    const { control } = stage.slack;
    control.fault({ kind: 'rate_limit', method: 'chat.postMessage', retry_after: 2 });
    await alerting.alert({ service: 'cart' });
    await until(() => control.journal().some(({ status }) => status === 429));
    await alerting.alert({ service: 'cart', status: 'resolved' });
    await alerting.takenIn();
    await eventually('all is shown', async () => ((await episodesToShow()) === 0 ? true : undefined), 10_000);
    expect(alerting.reports()).toHaveLength(1);
  });

  async function episodesToShow(): Promise<number> {
    const follow = openQueue(queueNames.follow, stage.redisUrl);
    const jobs = await follow.getJobs(['waiting', 'prioritized', 'delayed', 'active']);
    await follow.close();
    return jobs.filter(({ name }) => name === 'episode').length;
  }

  test('what people ask goes first', async () => {
    await start();
    await alerting.alert({});
    await until(() => alerting.reports()[0]);
    const asked = await stage.ask('cart.shop');
    expect(await alerting.begun()).toHaveLength(2);
    const jobs = await stage.redis.lrange(`netcheck-queue:investigate-${cluster}:wait`, 0, -1);
    expect(jobs).toEqual([asked.id]);
    // So are the reports.
    const follow = openQueue(queueNames.follow, stage.redisUrl);
    const ids = (await alerting.begun()).map(({ id }) => id).filter((id) => id !== asked.id);
    const [first, other] = await Promise.all([asked.id, ...ids].map((id) => follow.getJob(id)));
    await follow.close();
    expect(first?.opts.priority ?? 0).toBeLessThan(other?.opts.priority ?? 0);
  });
});

describe('a call of the webhook', () => {
  test.each([
    ['without credentials', {}, '', { authorization: '' }, 401],
    ['with others', {}, '', { authorization: 'Bearer guessed' }, 401],
    ['with no JSON', 'alerts: []', '', {}, 400],
    ['with what is no webhook', { alerts: [] }, '', {}, 400],
    ['that is too large', 'x'.repeat(2_000_001), '', {}, 413],
    ['elsewhere', {}, 's', {}, 404],
  ] as const)('%s is refused', async (_, body, path, headers, status) => {
    await start();
    const answer = await fetch(alerting.url + path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { authorization: 'Bearer a-token-of-alertmanager', ...headers },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.has('www-authenticate')).toBe(status === 401);
    expect(await answer.text()).not.toBe('');
  });

  test('that is a GET is refused', async () => {
    await start();
    const answer = await fetch(alerting.url);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('with basic credentials is taken', async () => {
    await start(undefined, { NETCHECK_WEBHOOK_AUTH: 'basic:prom:a:b' });
    const authorization = `basic ${Buffer.from('prom:a:b').toString('base64')}`;
    expect((await alerting.post(webhook({}), { authorization })).status).toBe(200);
    expect((await alerting.post(webhook({}))).status).toBe(401);
  });

  test('without Redis is to come again, in time', async () => {
    await start();
    await stage.stopRedis();
    const before = Date.now();
    expect(await alerting.alert({})).toBe(503);
    expect(Date.now() - before).toBeLessThan(3500);
    await stage.startRedisAgain();
    await listServices(stage);
    await eventually(
      'it is taken',
      async () => ((await alerting.alert({})) === 200 ? true : undefined),
      10_000,
    );
    await until(() => alerting.reports()[0]);
  });
});

test('what came of each alert is counted', async () => {
  const port = await freePort();
  await start(undefined, { NETCHECK_METRICS_PORT: port });
  await alerting.alert({}, { name: 'SlowRequests' }, { service: '' });
  await alerting.takenIn();
  await alerting.alert({ status: 'resolved' }, { service: 'cart', status: 'resolved' });
  await alerting.takenIn();
  const { sum } = await scrape(port);
  const outcomes = ['begun', 'updated', 'unknown', 'resolved', 'ignored', 'muted'];
  expect(outcomes.map((outcome) => sum('netcheck_alerts_total', { outcome }))).toEqual([1, 1, 1, 1, 1, 0]);
});

test('a port that is taken, and a file that is none, are told in a line', async () => {
  await start();
  const port = new URL(alerting.url).port;
  const common = { NETCHECK_WEBHOOK_AUTH: 'bearer:x', NETCHECK_WEBHOOK_PORT: Number(port) };
  const file = join(await mkdtemp(join(tmpdir(), 'netcheck-alerts-')), 'alerts.yaml');
  await writeFile(file, 'channel: C0OPS');
  await expect(stage.startBot({ ...common, NETCHECK_ALERTS: file })).rejects.toThrow(
    /^NETCHECK_WEBHOOK_PORT: cannot listen on port \d+: another process has it$/,
  );
  await writeFile(file, 'bots: [Grafana]');
  await expect(stage.startBot({ ...common, NETCHECK_ALERTS: file })).rejects.toThrow(
    `${file}:1:1 Unexpected end, expected channel: where alerts of the webhook are reported`,
  );
  await expect(stage.startBot({ ...common, NETCHECK_ALERTS: `${file}.gone` })).rejects.toThrow(
    /^NETCHECK_ALERTS: cannot read .*ENOENT/,
  );
});

describe('messages in Slack', () => {
  const bots = 'bots: [B0GRAFANA, Prod Alerts]';
  let ts = 1_790_000_000;

  async function say(changes: Record<string, unknown>, channel = 'C0OPS'): Promise<string> {
    ts += 10;
    const stamp = `${ts}.000100`;
    const event = {
      type: 'message',
      subtype: 'bot_message',
      channel,
      channel_type: 'channel',
      ts: stamp,
      event_ts: stamp,
      text: '',
      bot_id: 'B0GRAFANA',
      attachments: [
        {
          title: '[FIRING:1] HighErrorRate checkout shop',
          text: '*Labels:*\n - alertname = HighErrorRate\n - service = checkout\n - namespace = shop',
        },
      ],
      ...changes,
    };
    const body = JSON.stringify({
      type: 'event_callback',
      team_id: 'T0',
      api_app_id: 'A0',
      event_id: `Ev${ts}`,
      event_time: ts,
      event,
    });
    const answer = await fetch(alerting.bot.url ?? '', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        ...signatureHeaders(stage.slack.signingSecret, body, Math.floor(Date.now() / 1000)),
      },
    });
    expect(answer.status).toBe(200);
    return stamp;
  }

  test('of an alert bot begin an investigation of that Service, once a message', async () => {
    await start(bots, { NETCHECK_WEBHOOK_PORT: 0 }, { mode: 'http' });
    await say({});
    const job = await begunOne();
    expect(job.request.subject).toEqual({ kind: 'named', service: 'checkout', namespace: 'shop' });
    const asked = await stage.redis.hget(keys.posted(job.id), 'asked');
    expect(JSON.parse(asked ?? '')).toMatchObject({ where: { channel: 'C0OPS', thread: `${ts}.000100` } });
  });

  test('of anybody else do nothing', async () => {
    await start(bots, { NETCHECK_WEBHOOK_PORT: 0 }, { mode: 'http' });
    await say({ bot_id: 'B0OTHER' });
    await say({ bot_id: undefined, subtype: undefined, user: 'U0ALICE' });
    await say({ subtype: 'message_changed', message: { bot_id: 'B0GRAFANA' } });
    await say({ subtype: 'message_deleted' });
    await say({ attachments: [], text: 'good morning' });
    await say({
      bot_id: 'B0X',
      username: 'prod alerts',
      attachments: [],
      text: '[FIRING:1] X service cart.shop.svc',
    });
    await begunOne();
    await alerting.takenIn();
    expect((await alerting.begun()).map(({ request }) => request.subject)).toMatchObject([
      { service: 'cart' },
    ]);
  });
});

/** One that leads to a change. */
function hasButton({ blocks = [] }: Pick<Message, 'blocks'>): boolean {
  return JSON.stringify(blocks).includes('_proposal"');
}

function never(): never {
  throw new Error('it is not there');
}
