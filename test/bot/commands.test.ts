import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { queueNames } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import { signatureHeaders } from '../../sim/slack/delivery/signature.ts';
import type { Message } from '../../sim/slack/model.ts';
import { report } from './reports.ts';
import { cluster, openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

describe.each(['socket', 'http'] as const)('/netcheck over %s', (mode) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ mode });
    await stage.startBot();
  });
  afterAll(() => stage.close());

  /** What only the person who typed it sees. */
  async function answerTo(text: string, user = 'U0ALICE'): Promise<Message> {
    const { control } = stage.slack;
    const before = new Set(control.messages('ops').map(({ ts }) => ts));
    const outcome = await control.command({ user, channel: 'ops', command: '/netcheck', text });
    expect(outcome).toMatchObject({ ok: true });
    return control.until(() =>
      control.messages('ops').find(({ ts, ephemeral_for: whisper }) => !before.has(ts) && whisper === user),
    );
  }

  test('acknowledges at once and starts one investigation', async () => {
    const { control } = stage.slack;
    const { ack_ms: first } = await control.command({
      user: 'U0BOB',
      channel: 'ops',
      command: '/netcheck',
      text: 'cart.shop to api.example.com:443 since 2h connection-errors',
    });
    expect(first).toBeLessThan(1000);
    const queue = openQueue(queueNames.investigate(cluster), stage.redisUrl);
    const [job, ...others] = await queue.getJobs(['waiting']);
    await queue.close();
    expect(others).toEqual([]);
    expect(job?.data).toMatchObject({
      id: expect.stringMatching(/^[a-z][a-z0-9]{7}$/),
      request: {
        subject: { kind: 'named', service: 'cart', namespace: 'shop' },
        destination: { host: 'api.example.com', port: 443 },
        windowSeconds: 7200,
        symptom: 'connection-errors',
      },
    });
    expect(job?.id).toBe((job?.data as { id: string }).id);
  });

  test('explains itself', async () => {
    const words = wordsOf(await answerTo('help'));
    expect(words).toContain('/netcheck &lt;service&gt;[.&lt;namespace&gt;]');
    expect(words).toContain('`/netcheck checkout.shop to api.stripe.com:443`');
    expect(words).toContain('/netcheck mute');
  });

  test('lists symptoms and their causes', async () => {
    const words = wordsOf(await answerTo('playbooks'));
    expect(words).toContain('`connection-errors` *');
    expect(words).toContain('• The Service has no ready endpoints');
  });

  test('points at the word that it does not understand', async () => {
    const said = await answerTo('cart <!channel> now');
    const words = wordsOf(said);
    expect(words).toContain('/netcheck cart &lt;!channel&gt; now\n               ^');
    expect(words).toContain('expected to &lt;host&gt;, since &lt;time&gt; or a symptom');
    expect(said.text).toContain('Unexpected');
    expect(said.notifies ?? []).toEqual([]);
  });

  test('lists investigations, and cancels the one that is meant', async () => {
    const { control } = stage.slack;
    const first = await stage.ask('catalog', { user: 'U0CAROL' });
    const second = await stage.ask('payments', { user: 'U0CAROL' });
    await stage.publish(first.id, { phase: 'ended', report: report(first.id) });
    await control.until(() => first.root().text.includes('2.1 s'));
    const status = wordsOf(await answerTo('status'));
    expect(status).toMatch(
      new RegExp(`\\*Open\\*[^]*\`${second.id}\` payments · looking it up · .* ago · <http[^|]*\\|open>`),
    );
    expect(status).toMatch(new RegExp(`\\*Recent\\*[^]*\`${first.id}\` checkout\\.shop: SNAT`));

    expect(wordsOf(await answerTo('cancel', 'U0CAROL'))).toBe(`Cancelling ${second.id} (payments).`);
    // No worker is there to say so: the bot does.
    await control.until(() => wordsOf(second.root()).includes('*payments* · cancelled'));
    expect(wordsOf(await answerTo('cancel', 'U0CAROL'))).toContain('You have no open investigation');
    expect(wordsOf(await answerTo(`cancel ${first.id}`))).toContain('is over already');
    expect(wordsOf(await answerTo('cancel nosuch12'))).toContain('There is no investigation nosuch12');
  });
});

test('a command that is delivered twice starts one investigation', async () => {
  const stage = await openStage({ mode: 'http' });
  try {
    const { url = '' } = await stage.startBot();
    const asked = await stage.ask();
    const payloads = stage.slack.control.deliveries().map(({ payload }) => payload);
    const delivered = payloads.find(({ kind }) => kind === 'slash_commands');
    if (delivered?.kind !== 'slash_commands') throw new Error('no command was delivered');
    const body = new URLSearchParams(delivered.body).toString();
    const signature = signatureHeaders(stage.slack.signingSecret, body, Math.floor(Date.now() / 1000));
    const again = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...signature },
      body,
    });
    expect(await again.text()).toContain(asked.id);
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await stage.slack.control.until(() => asked.replies().length === 3);
    for (const name of [queueNames.investigate(cluster), queueNames.follow]) {
      const queue = openQueue(name, stage.redisUrl);
      const jobs = await queue.getJobs();
      await queue.close();
      expect(jobs.map(({ id }) => id)).toEqual([asked.id]);
    }
  } finally {
    await stage.close();
  }
});

test('without Redis a command is answered in time, and says what is wrong', async () => {
  const stage = await openStage();
  try {
    await stage.startBot();
    const first = await stage.ask();
    expect(first.id).toBeDefined();
    await stage.stopRedis();
    for (const text of ['checkout', 'status', 'cancel']) {
      const outcome = await stage.slack.control.command({
        user: 'U0ALICE',
        channel: 'ops',
        command: '/netcheck',
        text,
      });
      expect(outcome.ok).toBe(true);
      expect(outcome.ack_ms).toBeLessThan(3000);
      const said = stage.slack.control.messages('ops').at(-1);
      expect(said && wordsOf(said)).toContain('cannot reach its Redis right now, so nothing was done');
    }
  } finally {
    await stage.close();
  }
});
