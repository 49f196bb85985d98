import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { keys, queueNames, type FollowJob } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import type { JournalEntry } from '../../sim/slack/model.ts';
import { drops, gathering, report, request } from './reports.ts';
import { cluster, isReport, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const closing = {
  async [Symbol.asyncDispose](this: { close: () => Promise<void> }) {
    await this.close();
  },
};

describe('following an investigation', () => {
  let stage: Stage;
  let journalFrom = 0;

  beforeAll(async () => {
    stage = await openStage();
    await stage.startBot();
  });
  beforeEach(() => {
    journalFrom = stage.slack.control.journal().length;
  });
  afterAll(() => stage.close());

  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);
  const calls = (method: string): readonly JournalEntry[] =>
    stage.slack.control
      .journal()
      .slice(journalFrom)
      .filter((entry) => entry.method === method);
  const end = async (asked: Asked, changes = {}): Promise<void> => {
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id, changes) });
    await until(() => asked.replies().some((message) => wordsOf(message).includes('*Evidence')));
  };

  test('one message in the channel, edited in place, and everything else in its thread', async () => {
    const asked = await stage.ask();
    expect(wordsOf(asked.root())).toContain('looking it up');
    await stage.publish(asked.id, gathering(asked.id));
    const hypotheses = await until(() => asked.replies()[0]);
    expect(wordsOf(hypotheses).split('\n')).toEqual([
      '✗ ~The Service has no ready endpoints~ — 2 endpoints are ready behind checkout.',
      '… SNAT port race drops SYNs — looking',
      '… A NetworkPolicy denies the traffic — looking',
    ]);
    await until(() => wordsOf(asked.root()).includes('looking: 1 of 3 · 1 ruled out'));
    await end(asked);
    expect(wordsOf(asked.root())).toContain(
      '✓ *checkout.shop: SNAT port race drops SYNs (node ip-10-0-1-11)* · 2.1 s',
    );
    expect(asked.replies().map(wordsOf)).toEqual([
      expect.stringContaining('✓ *SNAT port race drops SYNs* — 41 of 1,204'),
      expect.stringMatching(/^\*SNAT port race drops SYNs \(node ip-10-0-1-11\)\.\*/),
      expect.stringContaining('*Evidence (3)*'),
    ]);
    expect(calls('chat.postMessage')).toHaveLength(4);
    expect(stage.slack.control.journal().flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  });

  test('edits are few, and the last state always comes', async () => {
    const asked = await stage.ask();
    await stage.publish(asked.id, gathering(asked.id));
    await until(() => asked.replies().length === 1);
    const start = Date.now();
    for (let total = 4; Date.now() - start < 3000; total++) {
      await stage.publish(asked.id, { ...gathering(asked.id), total } as never);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await end(asked);
    const edits = calls('chat.update').filter(({ args }) => args['ts'] === asked.root().ts);
    const gaps = edits.slice(1, -1).map(({ at }, index) => at - (edits[index]?.at ?? 0));
    expect(edits.length).toBeGreaterThanOrEqual(2);
    expect(edits.length).toBeLessThanOrEqual(4);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(2400);
    expect(asked.root().text).toContain('2.1 s');
  });

  test('a message whose answer got lost is not posted again', async () => {
    stage.slack.control.fault({ kind: 'drop_after', method: 'chat.postMessage' });
    const asked = await stage.ask();
    stage.slack.control.fault({ kind: 'drop_after', method: 'chat.postMessage' });
    await end(asked);
    expect(asked.replies()).toHaveLength(3);
    const roots = stage.slack.control.messages('ops').filter((message) => {
      const metadata = message.metadata as { event_payload?: { id?: string } } | undefined;
      return isReport(message) && metadata?.event_payload?.id === asked.id;
    });
    expect(roots).toHaveLength(1);
  });

  test('Slack in trouble delays a report, and does not harm it', async () => {
    const asked = await stage.ask();
    stage.slack.control.fault({ kind: 'http_error', method: 'chat.update', status: 503 });
    stage.slack.control.fault({ kind: 'rate_limit', method: 'chat.update', times: 2, retry_after: 1 });
    stage.slack.control.fault({ kind: 'rate_limit', method: 'chat.postMessage', retry_after: 1 });
    await end(asked);
    expect(asked.root().text).toContain('2.1 s');
    expect(asked.replies()).toHaveLength(3);
  });

  test('blocks that Slack does not take become plain words', async () => {
    const asked = await stage.ask();
    stage.slack.control.fault({ kind: 'error', method: 'chat.update', error: 'invalid_blocks' });
    await stage.publish(asked.id, { phase: 'failed', why: 'no API server' });
    await until(() => asked.root().text.includes('failed: no API server'));
    expect(asked.root().blocks).toBeUndefined();
  });

  test('the chart of a confirmed cause, with words for those who do not see it', async () => {
    const asked = await stage.ask();
    await stage.documents.add(keys.evidence(cluster, asked.id), drops.request.id, drops);
    await end(asked);
    const picture = await until(() => asked.replies().find(({ files = [] }) => files.length > 0));
    expect(picture.files).toEqual([
      expect.objectContaining({
        mimetype: 'image/png',
        name: `netcheck-${asked.id}-chart-1.png`,
        title: 'Failed conntrack inserts a second',
      }),
      expect.objectContaining({ mimetype: 'text/markdown', name: `netcheck-${asked.id}-looks.md` }),
    ]);
    const [upload] = calls('files.getUploadURLExternal');
    expect(JSON.stringify(upload?.args)).toContain('ip-10-0-1-11 from 0/s to 3.5/s');
  });

  test('a chart that cannot be uploaded takes nothing else along', async () => {
    const asked = await stage.ask();
    await stage.documents.add(keys.evidence(cluster, asked.id), drops.request.id, drops);
    stage.slack.control.fault({
      kind: 'error',
      method: 'files.getUploadURLExternal',
      error: 'missing_scope',
    });
    await end(asked);
    expect(asked.replies()).toHaveLength(3);
  });

  test('joins a public channel; asks for an invitation into a private one', async () => {
    const asked = await stage.ask('checkout', { channel: 'general' });
    expect(calls('conversations.join')).toHaveLength(1);
    await end(asked);

    stage.slack.control.channel({ user: 'U0ALICE', name: 'secret', is_private: true });
    await stage.slack.control.command({
      user: 'U0ALICE',
      channel: 'secret',
      command: '/netcheck',
      text: 'checkout',
    });
    const told = await until(() =>
      stage.slack.control.messages('secret').find(({ text }) => text.includes('/invite')),
    );
    expect(told.ephemeral_for).toBe('U0ALICE');
    expect(stage.slack.control.messages('secret').filter(isReport)).toEqual([]);
  });

  test('asks which service, and turns the question into the report on the one that was chosen', async () => {
    const asked = await stage.ask();
    const candidates = ['shop', 'staging'].map((namespace) => ({ service: 'checkout', namespace }));
    await stage.publish(asked.id, { phase: 'which', candidates });
    await until(() => wordsOf(asked.root()).includes('Which checkout do you mean?'));
    const { ts } = asked.root();
    const click = async (user: string, index: number) =>
      stage.slack.control.action({ user, channel: 'ops', message_ts: ts, ...buttonAt(asked, index) });
    const buttons = asked.root().blocks;
    expect((await click('U0BOB', 1)).ok).toBe(true);
    await until(() => wordsOf(asked.root()).includes('*checkout.staging* · looking it up'));
    expect(buttons).not.toEqual(asked.root().blocks);
    const chosen = idBelow(asked);
    expect(chosen).not.toBe(asked.id);
    await stage.publish(chosen, { phase: 'ended', report: report(chosen) });
    await until(() => asked.replies().length === 3);
    expect(calls('chat.postMessage').filter(({ args }) => args['thread_ts'] === undefined)).toHaveLength(1);
  });

  test('offers names that are near', async () => {
    const asked = await stage.ask('chekout');
    await stage.publish(
      asked.id,
      { phase: 'not-found', nearest: [{ service: 'checkout', namespace: 'shop' }] },
      { request: { ...request, subject: { kind: 'named', service: 'chekout' } } },
    );
    await until(() => wordsOf(asked.root()).includes('No Service is called chekout'));
    await stage.slack.control.action({
      user: 'U0ALICE',
      channel: 'ops',
      message_ts: asked.root().ts,
      ...buttonAt(asked, 0),
    });
    await until(() => wordsOf(asked.root()).includes('*checkout.shop* · looking it up'));
  });

  test('says that no worker answers, and gives up in the end', async () => {
    await using queue = Object.assign(openQueue(queueNames.follow, stage.redisUrl), closing);
    const follow = async (id: string, secondsAgo: number): Promise<void> => {
      const requestedAt = Date.now() - secondsAgo * 1000;
      const where = { channel: 'C0OPS', requester: { id: 'U0ALICE', name: 'alice' } };
      await stage.documents.add(keys.posted(id), 'asked', { request, where, requestedAt });
      const job: FollowJob = { kind: 'investigation', cluster, id, where, requestedAt };
      await queue.add('investigation', job, { jobId: id });
    };
    const said = (words: string) =>
      until(() => stage.slack.control.messages('ops').find((message) => wordsOf(message).includes(words)));
    await follow('silent1', 31);
    const root = await said('no worker of cluster test answers, still waiting');
    await follow('silent2', 15 * 60 + 1);
    await said('no worker of cluster test answered, gave up');
    expect(await stage.documents.isClaimed(keys.cancelled(cluster, 'silent2'))).toBe(true);
    await stage.publish('silent1', { phase: 'ended', report: report('silent1') });
    await until(() =>
      stage.slack.control.messages('ops').some(({ ts, text }) => ts === root.ts && text.includes('2.1 s')),
    );
  });

  function buttonAt(asked: Asked, index: number): { block_id: string; action_id: string } {
    for (const block of asked.root().blocks ?? []) {
      if (block.type !== 'actions') continue;
      const elements = block['elements'] as { action_id: string; value?: string }[];
      const element = elements[index];
      if (element !== undefined) {
        return { block_id: block['block_id'] as string, ...element };
      }
    }
    throw new Error('no such button');
  }

  /** The id in the small print. */
  function idBelow(asked: Asked): string {
    return /([a-z0-9]{8})$/.exec(wordsOf(asked.root()))?.[1] ?? '';
  }
});
