import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import { InvestigateJob, keys, queueNames } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import { eventually } from '../workers/support/lab.ts';
import { manifest } from './manifest.ts';
import { gathering, proposal, report } from './reports.ts';
import { cluster, isReport, openStage, type StageOptions } from './stage.ts';
import { wordsOf } from './words.ts';

/** A stage with a bot, and what it has asked the workers for. */
async function open(options: StageOptions = {}, changes: Record<string, unknown> = {}) {
  const stage = await openStage(options);
  await stage.startBot(changes);
  const queue: Queue = openQueue(queueNames.investigate(cluster), stage.redisUrl);
  const { control } = stage.slack;
  const jobs = async (): Promise<InvestigateJob[]> =>
    (await queue.getJobs(['waiting', 'prioritized', 'delayed'], 0, -1, true)).map(({ data }) =>
      InvestigateJob.parse(data),
    );
  const reports = (channel: string) => control.messages(channel).filter(isReport);
  return {
    stage,
    control,
    jobs,
    reports,
    /** What a worker would have said of the Services of the cluster. */
    knows: async (...services: readonly string[]) => {
      const listed = services.map((service) => ({ namespace: 'shop', service }));
      await stage.documents.write(keys.directory(cluster), Date.now(), { at: Date.now(), services: listed });
    },
    create: (name: string, topic = '') => control.channel({ user: 'U0ALICE', name, topic }).channel.id,
    rename: (channel: string, name: string) => control.rename({ user: 'U0ALICE', channel, name }),
    say: (channel: string, text: string) => control.message({ user: 'U0ALICE', channel, text }),
    type: (channel: string, text: string) =>
      control.command({ user: 'U0ALICE', channel, command: '/netcheck', text }),
    /** The report of a channel and what was asked for it. */
    begun: async (channel: string): Promise<InvestigateJob> => {
      const { ts, metadata } = await control.until(() => reports(channel)[0]);
      const { id } = (metadata as { event_payload: { id: string } }).event_payload;
      const job = (await jobs()).find((one) => one.id === id);
      if (job === undefined) throw new Error(`nothing was asked for the report of ${ts}`);
      return job;
    },
    /** Everything that happened before has been listened to: what came after it has its report. */
    caughtUp: async () => {
      const { channel } = control.channel({ user: 'U0BOB', name: `inc-after-${Date.now()}-checkout` });
      await control.until(() => reports(channel.id)[0]);
    },
    close: async () => {
      await queue.close();
      await stage.close();
    },
  };
}
const holds = (ask: () => Promise<boolean>) => async () => ((await ask()) ? true : undefined);
type Scene = Awaited<ReturnType<typeof open>>;

const textsOf = ({ request: { subject } }: InvestigateJob) =>
  subject.kind === 'mentioned' ? subject.texts : [];

describe.each(['socket', 'http'] as const)('channels over %s', (mode) => {
  let it: Scene;
  beforeAll(async () => {
    it = await open({ mode });
    await it.knows('checkout', 'cart');
  });
  afterAll(() => it.close());

  test('one created as an incident’s is joined and looked into, once', async () => {
    it.control.fault({ kind: 'duplicate_delivery' });
    const channel = it.create('inc-1-checkout', 'customers cannot pay');
    const job = await it.begun(channel);
    expect(job).toMatchObject({ requester: 'netcheck' });
    expect(textsOf(job)).toEqual(['inc-1-checkout', 'customers cannot pay']);
    // Its own joining was told, too.
    await it.caughtUp();
    expect(it.reports(channel)).toHaveLength(1);
    expect(it.reports(channel)[0]?.notifies ?? []).toEqual([]);
  });

  test('one that becomes an incident’s by its name is, and not again when the name changes', async () => {
    const channel = it.create('lunch');
    it.say(channel, 'is checkout &amp; co slow for you, too?');
    await it.caughtUp();
    expect(it.reports(channel)).toEqual([]);
    it.rename(channel, 'inc-2-slow');
    const job = await it.begun(channel);
    expect(textsOf(job)).toContain('is checkout &amp; co slow for you, too?');
    it.rename(channel, 'inc-2-checkout');
    it.rename(channel, 'incident-2-resolved');
    await it.caughtUp();
    expect(it.reports(channel)).toHaveLength(1);

    // Nor later, when another event might begin one.
    await it.stage.redis.del(keys.begun(cluster, channel));
    it.rename(channel, 'inc-2-closed-cart');
    await it.caughtUp();
    expect(it.reports(channel)).toHaveLength(1);
  });

  test('one with a history is known by what alert bots said there', async () => {
    const { channel } = it.control.channel({ user: 'U0ALICE', name: 'inc-3', is_private: true });
    const bot = { id: 'B0AM', app_id: 'A0AM', name: 'Alertmanager' };
    const alert = (status: string, service: string) => ({
      title: `[${status}:1] ConnectsFail (shop ${service})`,
      text: `Labels:\n - namespace = shop\n - service = ${service}\nAnnotations:\n - summary = connects time out`,
    });
    it.say(channel.id, 'who is on call?');
    it.control.botMessage({ bot, channel: channel.id, attachments: [alert('FIRING', 'cart')] });
    it.control.botMessage({ bot, channel: channel.id, attachments: [alert('RESOLVED', 'checkout')] });
    it.control.invite({ user: 'U0ALICE', channel: channel.id, users: [it.stage.slack.botUserId] });
    const job = await it.begun(channel.id);
    expect(textsOf(job).slice(0, 3)).toEqual(['inc-3', 'cart.shop', 'ConnectsFail']);
    expect(textsOf(job).at(-1)).toBe('who is on call?');
    expect(textsOf(job).join(' ')).not.toContain('checkout');
    expect(job.requester).toBe('U0ALICE');
  });

  test('asks once which Service is meant', async () => {
    const channel = it.create('inc-4');
    const job = await it.begun(channel);
    await it.stage.publish(job.id, { phase: 'not-found', nearest: [] }, { request: job.request });
    await it.control.until(() => wordsOf(it.reports(channel)[0] ?? {}).includes('Which service?'));

    const later = () => it.stage.redis.del(keys.begun(cluster, channel), keys.incident(cluster, channel));
    await later();
    it.rename(channel, 'inc-4-still-nothing');
    await it.caughtUp();
    expect(it.reports(channel)).toHaveLength(1);

    await later();
    it.rename(channel, 'inc-4-cart');
    await it.control.until(() => it.reports(channel).length === 2);
  });

  test('in a muted one nothing begins by itself, and who asks gets an answer', async () => {
    const channel = it.create('quiet');
    const whispered = () => it.control.messages(channel).filter(({ ephemeral_for: to }) => to === 'U0ALICE');
    await it.type(channel, 'mute 2h');
    expect(wordsOf(await it.control.until(() => whispered()[0]))).toMatch(
      /^\*Muted\* for 2 h, until <!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d-]+ [\d:]+ UTC>\. netcheck starts nothing/,
    );
    const muted = keys.muted(cluster, channel);
    expect(await it.stage.redis.ttl(muted)).toBeGreaterThan(7000);
    await it.type(channel, 'mute');
    expect(wordsOf(await it.control.until(() => whispered()[1]))).toContain('until somebody unmutes it');
    expect(await it.stage.redis.ttl(muted)).toBe(-1);

    it.rename(channel, 'inc-5-checkout');
    await it.caughtUp();
    expect(it.reports(channel)).toEqual([]);
    expect((await it.stage.ask('checkout', { channel })).id).toMatch(/^[a-z]/);

    await it.type(channel, 'unmute');
    expect(wordsOf(await it.control.until(() => whispered().find(isUnmuted)))).toContain(
      'starts by itself here again',
    );
    await it.type(channel, 'unmute');
    await it.control.until(() => whispered().some((one) => wordsOf(one).includes('is not muted')));
    it.rename(channel, 'inc-6-checkout');
    await it.control.until(() => it.reports(channel).length === 2);
  });
  const isUnmuted = (message: { blocks?: readonly unknown[] }) => wordsOf(message).startsWith('Unmuted');

  test('archived while it is looked into: the report ends, and what was proposed is withdrawn', async () => {
    const channel = it.create('inc-7-checkout');
    const { id } = await it.begun(channel);
    const follow = openQueue(queueNames.follow, it.stage.redisUrl);
    await it.stage.publish(id, gathering(id));
    await it.control.until(() =>
      it.control.messages(channel).some(({ thread_ts: thread }) => thread !== undefined),
    );
    it.control.archive({ user: 'U0ALICE', channel });
    const { documents } = it.stage;
    await eventually(
      'it is cancelled',
      holds(() => documents.isClaimed(keys.cancelled(cluster, id))),
      5000,
    );

    // The worker was done at that very moment.
    const proposed = { ...proposal, id: `${id}-no-ready-endpoints` };
    await it.stage.publish(id, { phase: 'ended', report: report(id, { proposals: [proposed] }) });
    const isDone = async () => {
      const job = await follow.getJob(id);
      return job !== undefined && ((await job.isFailed()) || (await job.isCompleted()));
    };
    await eventually('the follower is done', holds(isDone), 10_000);
    const remediation = await it.stage.remediations.read(proposed.id);
    expect(remediation?.state.step).toBe('withdrawn');
    await follow.close();
    expect((await it.stage.ask('cart')).id).toMatch(/^[a-z]/);
  });
});

describe('rights that are missing', () => {
  const { bot: scopes } = manifest.oauth_config.scopes;
  const without = (...missing: readonly string[]) => ({
    ...manifest,
    oauth_config: { scopes: { bot: scopes.filter((scope) => !missing.includes(scope)) } },
  });
  let it: Scene | undefined;
  afterEach(() => it?.close());

  function invited(scene: Scene, name: string): string {
    const { channel } = scene.control.channel({ user: 'U0ALICE', name, is_private: true });
    scene.control.invite({ user: 'U0ALICE', channel: channel.id, users: [scene.stage.slack.botUserId] });
    return channel.id;
  }

  test('a private channel that it may not look at is told so, once', async () => {
    it = await open({ manifest: without('groups:read', 'groups:history') });
    it.control.fault({ kind: 'duplicate_delivery' });
    const channel = invited(it, 'inc-1-checkout');
    const [said] = await it.control.until(() => it?.reports(channel).length === 1 && it.reports(channel));
    expect(wordsOf(said ?? {})).toContain('its Slack app lacks the scope groups:read');
    expect(said?.notifies ?? []).toEqual([]);
    await it.caughtUp();
    expect(it.reports(channel)).toHaveLength(1);
    expect((await it.jobs()).filter((job) => textsOf(job)[0] === 'inc-1-checkout')).toEqual([]);
  });

  test('one whose messages it may not read goes by its name', async () => {
    it = await open({ manifest: without('groups:history') });
    await it.knows('checkout');
    const channel = invited(it, 'inc-1-checkout');
    await it.control.until(() => it?.reports(channel).length === 2);
    const words = it.reports(channel).map(wordsOf).join('\n');
    expect(words).toContain('lacks the scope groups:history');
    expect((await it.jobs()).map(textsOf)).toEqual([['inc-1-checkout']]);
  });

  test('a public one that it may not join is left alone', async () => {
    it = await open({ manifest: without('channels:join') });
    const channel = it.create('inc-1-checkout');
    const posts = () => it?.control.journal().filter(({ method }) => method === 'chat.postMessage') ?? [];
    await it.control.until(() => posts().length === 1);
    expect(posts()[0]?.response).toMatchObject({ ok: false, error: 'not_in_channel' });
    // Invited after all, it begins.
    it.control.invite({ user: 'U0ALICE', channel, users: [it.stage.slack.botUserId] });
    await it.control.until(() => it?.reports(channel)[0]);
    expect(it.reports(channel)).toHaveLength(1);
    expect(posts()).toHaveLength(2);
  });
});

test('who invites netcheck need not wait for what it begins elsewhere', async () => {
  const it = await open({}, { NETCHECK_AUTO_PER_MINUTE: 1 });
  try {
    await it.begun(it.create('inc-1-checkout'));
    const { channel } = it.control.channel({ user: 'U0ALICE', name: 'inc-2-checkout', is_private: true });
    it.control.invite({ user: 'U0ALICE', channel: channel.id, users: [it.stage.slack.botUserId] });
    expect((await it.begun(channel.id)).requester).toBe('U0ALICE');
  } finally {
    await it.close();
  }
});

test('over HTTP what died between its claim and its beginning is finished by the redelivery', async () => {
  const it = await open({ mode: 'http', timing: { retryDelaysMs: [500, 1000, 3000] } });
  try {
    it.control.fault({ kind: 'delay', method: 'conversations.history', delay_ms: 1000 });
    const channel = it.create('inc-1-checkout');
    const { documents } = it.stage;
    await eventually(
      'it is claimed',
      holds(() => documents.isClaimed(keys.begun(cluster, channel))),
      5000,
    );
    await it.stage.stopRedis();
    await it.control.until(() =>
      it.control.journal().some(({ method }) => method === 'conversations.history'),
    );
    await it.stage.startRedisAgain();
    await it.control.until(() => it.reports(channel)[0], 20_000);
    expect(it.reports(channel)).toHaveLength(1);
    expect(await it.jobs()).toHaveLength(1);
  } finally {
    await it.close();
  }
});
