import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from 'bullmq';
import { keys, queueNames, type RemediateJob } from '../../core/jobs.ts';
import type { Outcome } from '../../core/remediation/outcome.ts';
import { netcheck, type Preview, type Remediation } from '../../core/remediation/state.ts';
import { openQueue, openWorker } from '../../platform/queues.ts';
import type { Message } from '../../sim/slack/model.ts';
import { proposal, report } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { change, preview as shownChange } from '../core/remediation/remediations.ts';
import { eventually } from '../workers/support/lab.ts';
import { wordsOf } from './words.ts';

type Decision =
  'preview_proposal' | 'approve_proposal' | 'approve_with_undo' | 'dismiss_proposal' | 'undo_proposal';

const bob = { id: 'U0BOB', name: 'bob' };
const carol = { id: 'U0CAROL', name: 'carol' };
const { basis } = shownChange;
const approval = { kind: 'approve', by: carol, basis, needed: 1, undoUnlessBetter: false } as const;
const dryRun: Preview = { ...shownChange, objects: ['Service shop/checkout'] };
const begin = { kind: 'begin', change, diff: '-app: checkout\n+app: checkout-v2' } as const;
const fixed: Outcome = { kind: 'fixed', reason: '2 endpoints are ready', compared: [], sideEffects: [] };
const verified = { kind: 'verified', outcome: fixed } as const;

describe('deciding on a proposal', () => {
  let stage: Stage;
  /** Jobs that the remediator was given. */
  const jobs: Job[] = [];
  let preview: () => Promise<Preview> = () => Promise.resolve(dryRun);
  let bot: Awaited<ReturnType<Stage['startBot']>>;
  let remediator: { close: () => Promise<void> };

  beforeAll(async () => {
    stage = await openStage();
    bot = await stage.startBot();
    remediator = openWorker(queueNames.remediate(cluster), stage.redisUrl, async (job) => {
      jobs.push(job);
      if (job.name !== 'preview') return undefined;
      const shown = await preview();
      await stage.remediations.take((job.data as RemediateJob).proposal, {
        kind: 'previewed',
        preview: shown,
      });
      return shown;
    });
  });
  afterAll(async () => {
    await remediator.close();
    await stage.close();
  });

  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);

  interface Proposed {
    readonly asked: Asked;
    readonly id: string;
    readonly message: () => Message;
    readonly click: (user: string, decision: Decision) => Promise<void>;
    /** What a person alone was told since they were asked last. */
    readonly told: (...users: string[]) => Promise<string>;
  }

  async function proposed(channel = 'ops'): Promise<Proposed> {
    const { control } = stage.slack;
    const asked = await stage.ask('checkout', { channel });
    const id = `${asked.id}-no-ready-endpoints`;
    await stage.publish(asked.id, {
      phase: 'ended',
      report: report(asked.id, { proposals: [{ ...proposal, id }] }),
    });
    const find = () => asked.replies().find((message) => wordsOf(message).includes("Change the Service's"));
    const { ts } = await until(find);
    const seen = new Set<string>();
    return {
      asked,
      id,
      message: () => find() ?? ({ ts } as Message),
      click: async (user, decision) => {
        const block = asked
          .replies()
          .find((message) => message.ts === ts)
          ?.blocks?.find(({ type }) => type === 'actions');
        const blockId = (block?.['block_id'] ?? buttons.get(id)) as string;
        buttons.set(id, blockId);
        const outcome = await control.action({
          user,
          channel: 'ops',
          message_ts: ts,
          block_id: blockId,
          action_id: decision,
          value: valueOf(block, decision) ?? `${id}|${basis}`,
        });
        expect(outcome.ok).toBe(true);
      },
      told: async (...users) => {
        const answer = await until(() =>
          control
            .messages('ops')
            .find(
              (one) =>
                users.includes(one.ephemeral_for ?? '') &&
                one.thread_ts === asked.root().ts &&
                !seen.has(one.ts),
            ),
        );
        seen.add(answer.ts);
        return wordsOf(answer);
      },
    };
  }
  const valueOf = (block: unknown, decision: Decision): string | undefined =>
    (block as { elements?: { action_id: string; value: string }[] } | undefined)?.elements?.find(
      ({ action_id: action }) => action === decision,
    )?.value;
  const buttons = new Map<string, string>();
  const appliesOf = (id: string): Job[] =>
    jobs.filter(({ name, data }) => name === 'carry-on' && (data as { proposal: string }).proposal === id);
  const stepOf = async (id: string): Promise<string> =>
    ((await stage.documents.read(keys.remediation(cluster, id)))?.value as Remediation).state.step;

  test('approved by somebody else, applied once, and followed until it is known to help', async () => {
    const it = await proposed();
    const words = wordsOf(it.message());
    expect(words).toContain("*Proposed change: Change the Service's selector*");
    expect(words).toContain('For `shop/checkout`: selector → `app=checkout-v2`');
    expect(words).toContain('Why: The selector app=checkout matches no pod.');
    expect(words).toContain(shownChange.diff);
    expect(words).toContain('Changes `Service shop/checkout`.');
    expect(words).toContain('It can be undone here.');
    expect(words).toContain('Risk: traffic goes to every pod');
    expect(words).toMatch(/Anyone here but alice, who asked, may approve until \d\d:\d\d UTC/);

    await it.click('U0BOB', 'approve_proposal');
    await until(() => /Approved by bob at \d\d:\d\d UTC, not applied yet/.exec(wordsOf(it.message())));
    expect(it.message().blocks?.some(({ type }) => type === 'actions')).toBe(false);
    await until(() => appliesOf(it.id).length === 1);

    await stage.happen(it.id, begin, { kind: 'applied' });
    await until(() => /applied at \d\d:\d\d UTC, checking again/.exec(wordsOf(it.message())));
    await until(() => it.asked.root().text.endsWith('fix applied, checking again'));
    expect(wordsOf(it.message())).toContain(begin.diff);
    await stage.happen(it.id, verified);
    await until(() => wordsOf(it.message()).includes('applied: fixed: 2 endpoints are ready'));
    await until(() => it.asked.root().text.endsWith('2.1 s · fixed'));
    const { control } = stage.slack;
    expect(control.journal().flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  });

  test('two clicks approve once, and the second is told', async () => {
    const it = await proposed();
    await Promise.all([it.click('U0BOB', 'approve_proposal'), it.click('U0CAROL', 'approve_proposal')]);
    const late = await it.told('U0BOB', 'U0CAROL');
    expect(late).toMatch(/approved already by (bob|carol) and is being applied/);
    await until(() => appliesOf(it.id).length > 0);
    expect(appliesOf(it.id)).toHaveLength(1);
  });

  test('whoever asked may not approve, and is told', async () => {
    const it = await proposed();
    await it.click('U0ALICE', 'approve_proposal');
    expect(await it.told('U0ALICE')).toContain('somebody else has to approve');
    expect(await stepOf(it.id)).toBe('proposed');
    expect(it.message().blocks?.some(({ type }) => type === 'actions')).toBe(true);
  });

  test('whoever asked may dismiss; then nobody approves', async () => {
    const it = await proposed();
    await it.click('U0ALICE', 'dismiss_proposal');
    await until(() => wordsOf(it.message()).includes('Dismissed by alice'));
    expect(it.message().blocks?.some(({ type }) => type === 'actions')).toBe(false);
    expect(await stepOf(it.id)).toBe('dismissed');
  });

  test('a click that lost a race is told so', async () => {
    const it = await proposed();
    await stage.happen(it.id, { kind: 'dismiss', by: carol });
    await it.click('U0BOB', 'approve_proposal');
    expect(await it.told('U0BOB')).toContain('dismissed already by carol');
    expect(appliesOf(it.id)).toEqual([]);
  });

  test('too late is too late', async () => {
    const it = await proposed();
    const key = keys.remediation(cluster, it.id);
    const stored = (await stage.documents.read(key))?.value as Remediation;
    await stage.redis.hset(key, 'value', JSON.stringify({ ...stored, expiresAt: Date.now() - 1 }));
    await it.click('U0BOB', 'approve_proposal');
    expect(await it.told('U0BOB')).toContain('Too late');
    expect(await stepOf(it.id)).toBe('proposed');
  });

  test('a click on Dismiss stops an approval that a crash cut off, and never sets it off', async () => {
    const it = await proposed();
    await stage.happen(it.id, approval);
    await it.click('U0BOB', 'dismiss_proposal');
    await until(() => wordsOf(it.message()).includes('Dismissed by bob'));
    const follow = openQueue(queueNames.follow, stage.redisUrl);
    expect(await follow.getJob(it.id)).toBeUndefined();
    await follow.close();
    expect(appliesOf(it.id)).toEqual([]);
  });

  test('what netcheck does not know any more is answered, too', async () => {
    const it = await proposed();
    await stage.redis.del(keys.remediation(cluster, it.id));
    await it.click('U0BOB', 'approve_proposal');
    expect(await it.told('U0BOB')).toContain('does not know this proposal any more');
  });

  test('a change that failed is said where it was approved and in the channel', async () => {
    const it = await proposed();
    await it.click('U0BOB', 'approve_proposal');
    await until(() => appliesOf(it.id).length === 1);
    await stage.happen(it.id, { kind: 'fail', why: 'conflict' });
    await until(() => wordsOf(it.message()).includes('nothing was changed: conflict'));
    await until(() => it.asked.root().text.endsWith('not fixed: nothing was changed'));
  });

  test('what nobody carries out is taken back, and not done hours later', async () => {
    const it = await proposed();
    await stage.happen(it.id, approval);
    const remediations = openQueue(queueNames.remediate(cluster), stage.redisUrl);
    await remediations.pause();
    const follow = openQueue(queueNames.follow, stage.redisUrl);
    const job = { kind: 'remediation', cluster, proposal: it.id, investigation: it.asked.id };
    await follow.add('remediation', job, { jobId: it.id, timestamp: Date.now() - 15 * 60_000 - 1 });
    await until(() => wordsOf(it.message()).includes('no remediator of cluster test carried it out'));
    expect(await stepOf(it.id)).toBe('withdrawn');
    await remediations.resume();
    await Promise.all([remediations.close(), follow.close()]);
    expect(appliesOf(it.id)).toEqual([]);
  });

  test('undone by a click, and followed until it is', async () => {
    const it = await proposed();
    await it.click('U0BOB', 'approve_proposal');
    await until(() => appliesOf(it.id).length === 1);
    await stage.happen(it.id, begin, { kind: 'applied' }, verified);
    await until(() => wordsOf(it.message()).includes('applied: fixed'));
    await it.click('U0CAROL', 'undo_proposal');
    await until(() => wordsOf(it.message()).includes('Being taken back for carol'));
    await until(() => appliesOf(it.id).length === 2);
    await stage.happen(it.id, { kind: 'undone' });
    await until(() => wordsOf(it.message()).includes('Taken back for carol, as it was fixed'));
    await until(() => it.asked.root().text.endsWith('fix taken back'));
    expect(it.message().blocks?.some(({ type }) => type === 'actions')).toBe(false);
    expect(wordsOf(it.message())).toMatch(
      /approved by bob · .* · \d\d:\d\d undo asked by carol · \d\d:\d\d undone by netcheck/,
    );
  });

  test('whoever approves may choose to have it undone unless it helps', async () => {
    const it = await proposed();
    await it.click('U0BOB', 'approve_with_undo');
    await until(() => appliesOf(it.id).length === 1);
    expect(await stage.remediations.read(it.id)).toMatchObject({
      undoUnlessBetter: true,
      approvals: [{ by: bob }],
    });
  });

  test('what is taken back by itself is followed until it is', async () => {
    const it = await proposed();
    await it.click('U0BOB', 'approve_with_undo');
    await until(() => appliesOf(it.id).length === 1);
    const outcome: Outcome = { ...fixed, kind: 'unchanged', reason: '0 endpoints are ready' };
    await stage.happen(it.id, begin, { kind: 'applied' }, { kind: 'verified', outcome });
    await until(() => wordsOf(it.message()).includes('applied: no better: 0 endpoints are ready'));
    await stage.happen(it.id, { kind: 'undo', by: netcheck }, { kind: 'undone' });
    await until(() => wordsOf(it.message()).includes('Taken back for netcheck, as it was no better'));
    await until(() => it.asked.root().text.endsWith('fix taken back'));
  });

  test('a change of objects that changed since the preview asks for approval again', async () => {
    const it = await proposed();
    await it.click('U0BOB', 'approve_proposal');
    await until(() => appliesOf(it.id).length === 1);
    const now = { ...dryRun, basis: 'another', diff: '-app: other\n+app: checkout-v2' };
    await stage.happen(it.id, { kind: 'outdated', preview: now, note: 'Service shop/checkout changed.' });
    await until(() => wordsOf(it.message()).includes('Service shop/checkout changed.'));
    expect(wordsOf(it.message())).toContain('-app: other');
    await it.click('U0CAROL', 'approve_proposal');
    await until(() => appliesOf(it.id).length === 2);
  });

  test('whoever approves what is not any more what they saw approves nothing, and sees what it is now', async () => {
    const it = await proposed();
    const other = { ...dryRun, basis: 'another', diff: '-app: other\n+app: checkout-v2' };
    await stage.happen(it.id, { kind: 'previewed', preview: other });
    await it.click('U0CAROL', 'approve_proposal');
    expect(await it.told('U0CAROL')).toContain('not any more what you saw');
    expect(await stepOf(it.id)).toBe('proposed');
    await until(() => wordsOf(it.message()).includes('-app: other'));
    await it.click('U0CAROL', 'approve_proposal');
    await until(() => appliesOf(it.id).length === 1);
  });

  test('nothing is approved, and nothing approved is handed over, once changes are switched off', async () => {
    const it = await proposed();
    await stage.happen(it.id, approval);
    const off = await stage.startBot({ NETCHECK_REMEDIATION: 'off' });
    try {
      const follow = openQueue(queueNames.follow, stage.redisUrl);
      const job = { kind: 'remediation', cluster, proposal: it.id, investigation: it.asked.id };
      await bot.close();
      await follow.add('remediation', job, { jobId: `${it.id}-off` });
      await until(() => wordsOf(it.message()).includes('changes were switched off after it was approved'));
      await follow.close();
      expect(appliesOf(it.id)).toEqual([]);
    } finally {
      await off.close();
      bot = await stage.startBot();
    }
  });

  test('withdrawn, not applied, once the channel of the incident is archived', async () => {
    const { control } = stage.slack;
    const { channel } = control.channel({ user: 'U0ALICE', name: 'war-room' });
    const it = await proposed(channel.id);
    control.archive({ user: 'U0ALICE', channel: channel.id });
    const state = await eventually(
      'it is withdrawn',
      async () => ((await stepOf(it.id)) === 'withdrawn' ? stage.remediations.read(it.id) : undefined),
      5000,
    );
    expect(state).toMatchObject({ state: { why: 'the channel of the incident was archived' } });
  });

  describe('preview', () => {
    beforeEach(() => {
      preview = () => Promise.resolve(dryRun);
    });
    const shown = () => {
      const view = stage.slack.control.view('U0BOB');
      return view === null ? '' : wordsOf(view);
    };

    test('opens at once and fills with what the dry run says', async () => {
      const it = await proposed();
      const asked = jobs.filter(({ name }) => name === 'preview').length;
      let answer: (preview: Preview) => void = () => undefined;
      preview = () => new Promise((resolve) => (answer = resolve));
      await it.click('U0BOB', 'preview_proposal');
      await until(() => shown().includes('Asking the cluster'));
      await until(() => jobs.filter(({ name }) => name === 'preview').length > asked);
      answer({ ...dryRun, diff: '-app: a\n+app: `<!here>`' });
      await until(() => shown().includes('*Would change* `Service shop/checkout`'));
      expect(shown()).toContain('```\n-app: a\n+app: ˋ&lt;!here&gt;ˋ\n```');
      expect(await stepOf(it.id)).toBe('proposed');
    });

    test('says when the cluster refuses', async () => {
      const it = await proposed();
      preview = () => Promise.resolve({ kind: 'refused', at: 1, why: 'forbidden: patch services' });
      await it.click('U0BOB', 'preview_proposal');
      await until(() => shown().includes('*Not possible*: forbidden: patch services'));
    });

    test('says when no remediator can answer', async () => {
      const it = await proposed();
      preview = () => Promise.reject(new Error('crashed'));
      await it.click('U0BOB', 'preview_proposal');
      await until(() => shown().includes('No remediator of cluster `test` answered'));
    });

    test('opens although chat.update is throttled', async () => {
      const it = await proposed();
      preview = () => Promise.resolve({ kind: 'none', at: 1, why: 'it is so already' });
      stage.slack.control.fault({ kind: 'rate_limit', method: 'chat.update', times: 2, retry_after: 3 });
      await it.click('U0CAROL', 'dismiss_proposal');
      const start = Date.now();
      await it.click('U0BOB', 'preview_proposal');
      await until(() => shown().includes('*Nothing would change*: it is so already'));
      expect(Date.now() - start).toBeLessThan(1500);
    });
  });
});
