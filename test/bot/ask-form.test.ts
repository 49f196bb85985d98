import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import { InvestigateJob, keys, queueNames } from '../../core/jobs.ts';
import type { Candidate } from '../../core/target.ts';
import { openQueue } from '../../platform/queues.ts';
import type { View } from '../../sim/slack/model.ts';
import { cluster, isReport, openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const user = 'U0ALICE';
const checkout: Candidate = { namespace: 'shop', service: 'checkout' };
const longest: Candidate = { namespace: 'n'.repeat(63), service: 's'.repeat(63) };
const many = Array.from({ length: 150 }, (_, index) => ({ namespace: 'many', service: `worker-${index}` }));

type Values = Record<string, Record<string, unknown>>;

const picked = (name: string): Values => ({
  service: { ask_service: { selected_option: { text: { type: 'plain_text', text: name }, value: name } } },
});
const typed = (name: string): Values => ({ typed: { ask_typed: name } });

async function openForm({ slack }: Stage, channel = 'ops'): Promise<View> {
  const { control } = slack;
  const outcome = await control.command({ user, channel, command: '/netcheck', text: '' });
  expect(outcome).toMatchObject({ ok: true });
  expect(outcome.ack_ms).toBeLessThan(3000);
  return control.until(() => control.view(user));
}

const blocksOf = (view: View): (string | undefined)[] =>
  view.blocks.map((block) => block['block_id'] as string | undefined);

describe.each(['socket', 'http'] as const)('the form of a bare /netcheck over %s', (mode) => {
  let stage: Stage;
  let queue: Queue;
  let seen = new Set<string>();

  beforeAll(async () => {
    stage = await openStage({ mode });
    await stage.startBot();
    const services = [checkout, { namespace: 'shop', service: 'checkout-db' }, longest, ...many];
    await stage.documents.write(keys.directory(cluster), 1, { at: 1, services });
    queue = openQueue(queueNames.investigate(cluster), stage.redisUrl);
  });
  afterAll(async () => {
    await queue.close();
    await stage.close();
  });
  beforeEach(() => {
    seen = new Set(stage.slack.control.messages('ops').map(({ ts }) => ts));
  });

  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);
  const fresh = () => stage.slack.control.messages('ops').filter(({ ts }) => !seen.has(ts));
  const submit = (view: View, values: Values) =>
    stage.slack.control.viewSubmit({ user, view_id: view.id, values });

  async function offered(view: View, value: string): Promise<readonly unknown[]> {
    const field = { user, view_id: view.id, block_id: 'service', action_id: 'ask_service' };
    const { options, ack_ms: ms } = await stage.slack.control.options({ ...field, value });
    expect(ms).toBeLessThan(3000);
    return options ?? [];
  }

  test('starts what was filled in, and reports where it was typed', async () => {
    const view = await openForm(stage);
    const outcome = await submit(view, {
      ...picked('checkout.shop'),
      destination: { ask_destination: 'api.stripe.com:443' },
      symptom: { ask_symptom: 'dns-failures' },
      window: { ask_window: '10800' },
    });
    expect(outcome).toMatchObject({ ok: true });
    expect(stage.slack.control.view(user)).toBeNull();
    await until(() =>
      fresh().find(
        (one) =>
          one.ephemeral_for === user && wordsOf(one).startsWith('Looking into checkout.shop: the report'),
      ),
    );
    const root = await until(() => fresh().find(isReport));
    const { event_payload: payload } = root.metadata as { event_payload: { id: string } };
    const job = InvestigateJob.parse((await queue.getJob(payload.id))?.data);
    expect(job).toMatchObject({
      requester: user,
      request: {
        subject: { kind: 'named', ...checkout },
        destination: { host: 'api.stripe.com', port: 443 },
        symptom: 'dns-failures',
        windowSeconds: 10_800,
      },
    });
  });

  test('offers the Services whose names begin with or hold what is typed', async () => {
    const view = await openForm(stage);
    const name = (text: string) => ({ text: { type: 'plain_text', text, emoji: false }, value: text });
    expect(await offered(view, 'CHECK')).toEqual([name('checkout-db.shop'), name('checkout.shop')]);
    expect(await offered(view, 'out.sh')).toEqual([name('checkout.shop')]);
    expect(await offered(view, 'zzz')).toEqual([]);
    expect(await offered(view, '')).toHaveLength(100);
    expect(await offered(view, 'sss')).toEqual([
      {
        text: { type: 'plain_text', text: longest.service, emoji: false },
        description: { type: 'plain_text', text: longest.namespace, emoji: false },
        value: `${longest.service}.${longest.namespace}`,
      },
    ]);
  });

  test('says beside its fields what is wrong, and stays open', async () => {
    const view = await openForm(stage);
    const empty = await submit(view, {});
    expect(empty).toMatchObject({ errors: { typed: 'Choose a Service, or type its name here' } });
    const wrong = await submit(view, {
      ...typed('check <out>'),
      destination: { ask_destination: 'api:99999' },
    });
    expect(wrong.errors).toEqual({
      typed: 'Unexpected "check &lt;out&gt;", expected a Service, as in checkout or checkout.shop',
      destination: expect.stringContaining('Unexpected "api:99999", expected a host or Service'),
    });
    expect(stage.slack.control.view(user)?.id).toBe(view.id);
    expect(await submit(view, { ...typed('cart'), destination: { ask_destination: '' } })).toMatchObject({
      ok: true,
    });
    await until(() => fresh().find(isReport));
    expect(fresh().filter(isReport)).toHaveLength(1);
  });

  test('of a Service that has vanished since says so in its report', async () => {
    const view = await openForm(stage);
    await submit(view, picked('checkout-db.shop'));
    const root = await until(() => fresh().find(isReport));
    const { event_payload: payload } = root.metadata as { event_payload: { id: string } };
    const { request } = InvestigateJob.parse((await queue.getJob(payload.id))?.data);
    await stage.publish(payload.id, { phase: 'not-found', nearest: [checkout] }, { request });
    await until(() => {
      const now = stage.slack.control.messages('ops').find(({ ts }) => ts === root.ts);
      const words = now && wordsOf(now);
      return words?.includes('No Service is called checkout-db.shop there') && words.includes('did you mean');
    });
  });

  test('sent twice starts one', async () => {
    const view = await openForm(stage);
    const before = (await queue.getJobs(['waiting'])).length;
    await Promise.all([submit(view, typed('cart')), submit(view, typed('cart'))]);
    const sent = stage.slack.control
      .deliveries()
      .filter(({ payload }) => (payload.body['view'] as { id?: string } | undefined)?.id === view.id);
    expect(sent).toHaveLength(2);
    expect((await queue.getJobs(['waiting'])).length).toBe(before + 1);
  });

  test('help is still help', async () => {
    const { control } = stage.slack;
    await control.command({ user, channel: 'ops', command: '/netcheck', text: 'help' });
    await until(() => fresh().find((one) => wordsOf(one).includes('a form to fill in')));
  });

  test('that does not open leaves the help, and why', async () => {
    const { control } = stage.slack;
    control.fault({ kind: 'error', method: 'views.open', error: 'expired_trigger_id' });
    await control.command({ user, channel: 'ops', command: '/netcheck', text: '' });
    const said = await until(() => fresh().find(({ ephemeral_for: whisper }) => whisper === user));
    expect(wordsOf(said)).toMatch(
      /^The form did not open \(expired_trigger_id\), so here is what to type instead\./,
    );
    expect(wordsOf(said)).toContain('/netcheck &lt;service&gt;');
  });

  test('that opens nowhere as Slack hangs is answered in time', async () => {
    const { control } = stage.slack;
    control.fault({ kind: 'hang', method: 'views.open' });
    const outcome = await control.command({ user, channel: 'ops', command: '/netcheck', text: '' });
    expect(outcome).toMatchObject({ ok: true });
    await until(() => fresh().find((one) => wordsOf(one).includes('Slack did not answer')));
  });

  test('in a private channel without netcheck asks to be invited', async () => {
    const { control } = stage.slack;
    control.channel({ user, name: 'secret', is_private: true });
    const view = await openForm(stage, 'secret');
    expect(await submit(view, typed('cart'))).toMatchObject({ ok: true });
    await until(() => control.messages('secret').find((one) => wordsOf(one).includes('/invite @netcheck')));
  });
});

test('without a list of Services the form says so, and asks for a name', async () => {
  const stage = await openStage();
  try {
    await stage.startBot();
    const view = await openForm(stage);
    expect(blocksOf(view)).not.toContain('service');
    expect(wordsOf(view)).toContain('No Services of cluster `test` are listed right now, so type the name.');
    const outcome = await stage.slack.control.viewSubmit({ user, view_id: view.id, values: typed(' ') });
    expect(outcome.errors).toHaveProperty('typed');
  } finally {
    await stage.close();
  }
});

test('without Redis the form opens, offers nothing, and keeps what was filled in', async () => {
  const stage = await openStage();
  try {
    await stage.startBot();
    await stage.documents.write(keys.directory(cluster), 1, { at: 1, services: [checkout] });
    const view = await openForm(stage);
    await stage.stopRedis();
    const { control } = stage.slack;
    const field = { user, view_id: view.id, block_id: 'service', action_id: 'ask_service' };
    const choices = await control.options({ ...field, value: 'che' });
    expect(choices).toMatchObject({ ok: true, options: [] });
    expect(choices.ack_ms).toBeLessThan(3000);
    const outcome = await control.viewSubmit({ user, view_id: view.id, values: typed('cart') });
    expect(outcome.errors).toEqual({ typed: expect.stringContaining('so nothing was done') });
    expect(blocksOf(await openForm(stage))).not.toContain('service');
  } finally {
    await stage.close();
  }
});

test('with a slow Redis the form opens in time, and offers nothing in time', async () => {
  const stage = await openStage({ mode: 'http' });
  try {
    await stage.startBot();
    await stage.documents.write(keys.directory(cluster), 1, { at: 1, services: [checkout] });
    const view = await openForm(stage);
    const field = { user, view_id: view.id, block_id: 'service', action_id: 'ask_service', value: 'che' };
    expect((await stage.slack.control.options(field)).options).toHaveLength(1);
    await stage.redis.call('CLIENT', 'PAUSE', '6000');
    try {
      expect(await stage.slack.control.options(field)).toMatchObject({ ok: true, options: [] });
      expect(blocksOf(await openForm(stage))).not.toContain('service');
    } finally {
      await stage.redis.call('CLIENT', 'UNPAUSE');
    }
  } finally {
    await stage.close();
  }
});
