import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Message } from '../../sim/slack/model.ts';
import { keys } from '../../core/jobs.ts';
import { drops, gathering, report } from './reports.ts';
import { cluster, openStage, wordsOf, type Stage } from './stage.ts';

describe('following an investigation', () => {
  let stage: Stage;
  let asked = 0;

  beforeAll(async () => {
    stage = await openStage();
    await stage.startBot();
  });
  afterAll(() => stage.close());

  const inOps = (): readonly Message[] => stage.slack.control.messages('ops');
  const ask = async (text = 'checkout'): Promise<{ id: string; root: Message }> => {
    const before = inOps().length;
    asked += 1;
    const outcome = await stage.slack.control.command({
      user: 'U0ALICE',
      channel: 'ops',
      command: '/netcheck',
      text,
    });
    expect(outcome.ok).toBe(true);
    const root = await stage.slack.control.until(() =>
      inOps()
        .slice(before)
        .find((message) => message.bot_id !== undefined && message.ephemeral_for === undefined),
    );
    return { id: idIn(root), root };
  };

  test('one root message, edited in place, and everything else in its thread', async () => {
    const { id, root } = await ask();
    expect(wordsOf(root)).toContain('looking it up');
    await stage.publish(id, gathering(id));
    await stage.slack.control.until(() => wordsOf(now(root)).includes('looking: 1 of 3 · 1 ruled out'));
    const hypotheses = await stage.slack.control.until(() => thread(root)[0]);
    expect(wordsOf(hypotheses).split('\n')).toEqual([
      '✗ ~The Service has no ready endpoints~ — 2 endpoints are ready behind checkout.',
      '… SNAT port race drops SYNs — looking',
      '… A NetworkPolicy denies the traffic — looking',
    ]);
    await stage.documents.add(keys.evidence(cluster, id), drops.request.id, drops);
    await stage.publish(id, { phase: 'ended', report: report(id) });
    const said = await stage.slack.control.until(() => {
      const all = thread(root);
      return all.length >= 3 && all;
    });
    expect(wordsOf(now(root))).toContain(
      '✓ *checkout.shop: SNAT port race drops SYNs (node ip-10-0-1-11)* · 2.1 s',
    );
    expect(now(root).text).toBe(
      'netcheck: checkout.shop: SNAT port race drops SYNs (node ip-10-0-1-11) · 2.1 s',
    );
    expect(said.map(wordsOf)).toEqual([
      expect.stringContaining('✓ *SNAT port race drops SYNs* — 41 of 1,204'),
      expect.stringMatching(/^\*SNAT port race drops SYNs \(node ip-10-0-1-11\)\.\*/),
      expect.stringContaining('*Evidence (3)*'),
    ]);
  });

  const now = ({ ts }: Message): Message => {
    const message = inOps().find((one) => one.ts === ts);
    if (message === undefined) throw new Error('the message is gone');
    return message;
  };
  const thread = ({ ts }: Message): Message[] =>
    inOps().filter((message) => message.thread_ts === ts && message.ts !== ts);
  const idIn = (root: Message): string => {
    const { event_payload: payload } = root.metadata as { event_payload: { id: string } };
    return payload.id;
  };

  afterEach(() => {
    expect(asked).toBeGreaterThan(0);
  });
});
