import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { InvestigateJob, keys, queueNames } from '../../core/jobs.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Report } from '../../core/report.ts';
import { openWorker } from '../../platform/queues.ts';
import type { Message } from '../../sim/slack/model.ts';
import { attempts } from '../support/evidence.ts';
import { report, verdicts } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const tried: Evidence = connects('policy-denies/connects', 0, 500);

function connects(id: string, failed: number, of: number): Evidence {
  return {
    request: {
      source: 'probe',
      id,
      title: 'TCP connects',
      probe: 'tcp',
      params: { to: 'checkout.shop:80' },
      from: ['worker'],
      attempts: of,
      first: 0,
    },
    observation: {
      status: 'observed',
      samples: of,
      attempts: attempts(of, { failed, from: 'worker' }),
    },
    tookMs: 10,
  };
}

const openPolicy: Partial<Report> = {
  hypotheses: [
    verdicts.selector,
    {
      ...verdicts.policy,
      status: 'standing',
      reason: '0 of 500 failed; it takes more.',
      evidence: ['policy-denies/connects'],
    },
  ],
};

describe('after a report', () => {
  let stage: Stage;
  let worker: { close: () => Promise<void> };
  /** What workers were asked to look at again. */
  const jobs: InvestigateJob[] = [];

  beforeAll(async () => {
    stage = await openStage();
    await stage.startBot();
    worker = openWorker(queueNames.investigate(cluster), stage.redisUrl, (job) => {
      const asked = InvestigateJob.parse(job.data);
      if (asked.only !== undefined) jobs.push(asked);
      return Promise.resolve();
    });
  });
  beforeEach(() => {
    jobs.length = 0;
  });
  afterAll(async () => {
    await worker.close();
    await stage.close();
  });

  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);

  interface Reported {
    readonly asked: Asked;
    readonly buttons: () => string[];
    readonly click: (label: string, user?: string) => Promise<void>;
    /** What one person alone was told since they were asked last. */
    readonly told: (user?: string) => Promise<string>;
    readonly reply: (words: string) => Promise<Message>;
    /** The report that a run that is under way ends with. */
    readonly runEnds: (changes: Partial<Report>, evidence?: Evidence) => Promise<InvestigateJob>;
  }

  async function reported(
    changes: Partial<Report> = {},
    ...evidence: readonly Evidence[]
  ): Promise<Reported> {
    const { control } = stage.slack;
    const asked = await stage.ask();
    for (const one of evidence)
      await stage.documents.add(keys.evidence(cluster, asked.id), one.request.id, one);
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id, changes) });
    const message = (): Message | undefined =>
      asked.replies().find(({ blocks = [] }) => blocks.some(({ type }) => type === 'actions'));
    await until(message);
    const block = () => message()?.blocks?.find(({ type }) => type === 'actions');
    const elements = () =>
      block()?.['elements'] as { action_id: string; value: string; text: { text: string } }[];
    const seen = new Set<string>();
    return {
      asked,
      buttons: () => elements().map(({ text }) => text.text),
      click: async (label, user = 'U0BOB') => {
        const button = elements().find(({ text }) => text.text === label);
        const outcome = await control.action({
          user,
          channel: 'ops',
          message_ts: message()?.ts,
          block_id: block()?.['block_id'] as string,
          action_id: button?.action_id ?? '',
          value: button?.value,
        });
        expect(outcome.ok).toBe(true);
      },
      told: async (user = 'U0BOB') => {
        const answer = await until(() =>
          control
            .messages('ops')
            .find(
              ({ ephemeral_for: whose, thread_ts: thread, ts }) =>
                whose === user && thread === asked.root().ts && !seen.has(ts),
            ),
        );
        seen.add(answer.ts);
        return wordsOf(answer);
      },
      reply: (words) => until(() => asked.replies().find((one) => wordsOf(one).includes(words))),
      runEnds: async (now, found) => {
        const job = await until(() => jobs.at(-1));
        if (found !== undefined)
          await stage.documents.add(keys.evidence(cluster, job.id), found.request.id, found);
        await stage.publish(job.id, { phase: 'ended', report: report(job.id, now) });
        return job;
      },
    };
  }

  test('what can be asked stands below the conclusion; more samples only where they may settle something', async () => {
    const it = await reported();
    expect(it.buttons()).toEqual(['Why?', 'Queries', 'Check again', 'Watch', 'Export']);
    const open = await reported(openPolicy, tried);
    expect(open.buttons()).toEqual(['Why?', 'Queries', 'Check again', 'More samples', 'Watch', 'Export']);
  });

  test('Why? says each verdict in full', async () => {
    const reason = `41 of 1,204 inserts failed on ip-10-0-1-11, ${'and so on '.repeat(60)}to the end.`;
    const it = await reported({ hypotheses: [verdicts.selector, { ...verdicts.snat, reason }] });
    await it.click('Why?');
    const words = await until(() => viewWords('U0BOB', 'confirmed'));
    expect(words.split('\n')).toEqual([
      '✓ *SNAT port race drops SYNs (node ip-10-0-1-11)* · confirmed',
      reason,
      '✗ *The Service has no ready endpoints* · ruled out',
      '2 endpoints are ready behind checkout.',
    ]);
  });

  test('of more causes than a dialog holds the others are a choice away', async () => {
    const hypotheses = Array.from({ length: 120 }, (_, index) => ({
      ...verdicts.selector,
      cause: `c${index}`,
      title: `Cause ${index}`,
    }));
    const it = await reported({ hypotheses });
    await it.click('Why?', 'U0CAROL');
    await until(() => viewWords('U0CAROL', 'Cause 94'));
    expect(viewWords('U0CAROL', 'Cause 119')).toBeUndefined();
    const view = stage.slack.control.view('U0CAROL');
    const choice = view?.blocks.find(({ type }) => type === 'actions');
    const [select] = choice?.['elements'] as { action_id: string; options: unknown[] }[];
    expect(select?.options).toHaveLength(2);
    const turned = await stage.slack.control.action({
      user: 'U0CAROL',
      view_id: view?.id,
      block_id: choice?.['block_id'] as string,
      action_id: select?.action_id ?? '',
      selected_option: select?.options[1],
    });
    expect(turned.ok).toBe(true);
    await until(() => viewWords('U0CAROL', 'Cause 119'));
  });

  test('Queries says what was asked, over which time, and what it gave or why nothing', async () => {
    const it = await reported();
    await it.click('Queries');
    const words = await until(() => viewWords('U0BOB', 'rate(node_nf'));
    expect(words).toContain('*Failed conntrack inserts a second* · ');
    expect(words).toMatch(/\d\d:\d\d UTC to \d\d:\d\d UTC · <https:\/\/prometheus\.example/);
    expect(words).toContain('→ max 3.5/s, mean 0.8/s, min 0/s over 2 series');
    expect(words).toContain('? could not look: forbidden, list networkpolicies in shop');
  });

  test('Check again looks at what was not ruled out, and says in one message what became of it', async () => {
    const it = await reported();
    await it.click('Check again');
    expect(await it.told()).toContain('Looking again at 2 causes of checkout.shop');
    await it.reply('Looking again at 2 causes, for bob');
    const replies = it.asked.replies().length;
    const snat = { ...verdicts.snat, status: 'eliminated', reason: '0 of 1,310 inserts failed.' } as const;
    const job = await it.runEnds({
      hypotheses: [snat, verdicts.policy],
      conclusion: { kind: 'inconclusive', causes: [], alsoFound: [], summary: 'Nothing proven.' },
    });
    expect(job).toMatchObject({
      requester: 'U0BOB',
      only: ['snat-port-race', 'policy-denies'],
      request: {
        subject: { kind: 'named', service: 'checkout', namespace: 'shop' },
        windowSeconds: 1800,
      },
    });
    expect(Date.now() - job.requestedAt).toBeLessThan(10_000);
    const told = wordsOf(await it.reply('Checked again at'));
    expect(told.split('\n')).toEqual([
      expect.stringMatching(/^\*Checked again at \d\d:\d\d UTC\* for bob: first → now$/),
      '✗ SNAT port race drops SYNs: confirmed (41 of 1,204 inserts failed on ip-10-0-1-11.) → *ruled out* — 0 of 1,310 inserts failed.',
      '? Still not checked (1): A NetworkPolicy denies the traffic',
      '*Of these* Nothing proven.',
    ]);
    expect(it.asked.replies()).toHaveLength(replies);
    expect(stage.slack.control.journal().flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  });

  test('two clicks start one run, and a later one starts another', async () => {
    const it = await reported();
    await Promise.all([it.click('Check again'), it.click('Check again', 'U0CAROL')]);
    const said = [await it.told(), await it.told('U0CAROL')].sort();
    expect(said[0]).toContain('Looking again at 2 causes');
    expect(said[1]).toMatch(/looking again already, for (bob|carol)|clicked just before you/);
    await it.click('Check again', 'U0ALICE');
    expect(await it.told('U0ALICE')).toMatch(/looking again already, for (bob|carol)/);
    const first = await it.runEnds({});
    await it.reply('Checked again at');
    expect(jobs).toHaveLength(1);
    await it.click('Check again', 'U0ALICE');
    expect(await it.told('U0ALICE')).toContain('Looking again at 2 causes');
    await until(() => jobs.length === 2);
    expect(jobs[1]?.id).not.toBe(first.id);
    await it.runEnds({});
  });

  test('a run that a crash cut off before it began begins with the next click', async () => {
    const it = await reported();
    const run = { id: 'cutoff1', by: { id: 'U0BOB', name: 'bob' }, at: Date.now(), only: ['snat-port-race'] };
    await stage.documents.add(keys.runs(it.asked.id), '1', run);
    await it.click('Check again', 'U0CAROL');
    expect(await it.told('U0CAROL')).toContain('looking again already, for bob');
    await until(() => jobs.some(({ id }) => id === 'cutoff1'));
    await it.runEnds({ hypotheses: [verdicts.snat] });
    await it.reply('SNAT port race drops SYNs: confirmed, as before');
  });

  test('More samples says how many there are now, and what they leave possible', async () => {
    const it = await reported(openPolicy, tried);
    await it.click('More samples');
    expect(await it.told()).toContain('Looking again at 1 cause of checkout.shop, with more samples');
    const job = await it.runEnds(
      { hypotheses: [{ ...verdicts.policy, status: 'eliminated', reason: '0 of 2,000 failed.' }] },
      connects('policy-denies/connects', 0, 2000),
    );
    expect(job).toMatchObject({ only: ['policy-denies'], effort: 'more' });
    const told = wordsOf(await it.reply('Checked with more samples'));
    expect(told).toContain(
      '• TCP connects: from the worker 0 of 500, below 0.6 % at 95 % → 0 of 2,000, below 0.15 % at 95 %',
    );
  });

  test('a run that fails says why', async () => {
    const it = await reported();
    await it.click('Check again');
    await until(() => jobs.at(-1));
    await stage.publish(jobs.at(-1)?.id ?? '', { phase: 'failed', why: 'the API server is gone' });
    await it.reply('netcheck could not look again: the API server is gone');
  });

  test('a run that cannot be written is told to who wanted it, and not to who asked first', async () => {
    const { control } = stage.slack;
    const it = await reported();
    const heard = (user: string): string =>
      control
        .messages('ops')
        .filter(({ ephemeral_for: whose }) => whose === user)
        .map(wordsOf)
        .join('\n');
    await it.reply('*Evidence');
    const before = heard('U0ALICE');
    control.fault({ kind: 'error', method: 'chat.postMessage', error: 'is_archived' });
    await it.click('Check again', 'U0CAROL');
    await until(() => heard('U0CAROL').includes('it is archived'));
    expect(heard('U0ALICE')).toBe(before);
  });

  test('what netcheck does not know any more is answered, too', async () => {
    const it = await reported(openPolicy, tried);
    await stage.redis.del(keys.investigation(cluster, it.asked.id));
    for (const label of ['Check again', 'More samples']) {
      await it.click(label);
      expect(await it.told()).toContain('does not know this investigation any more');
    }
    for (const label of ['Why?', 'Queries']) {
      await it.click(label, 'U0ALICE');
      await until(() => viewWords('U0ALICE', 'does not know this investigation any more'));
    }
    expect(jobs).toEqual([]);
  });

  test('a dialog that Slack does not open is answered, too', async () => {
    const it = await reported();
    stage.slack.control.fault({ kind: 'error', method: 'views.open', error: 'expired_trigger_id' });
    await it.click('Why?');
    expect(await it.told()).toContain('Click again');
  });

  function viewWords(user: string, words: string): string | undefined {
    const said = wordsOf(stage.slack.control.view(user) ?? {});
    return said.includes(words) ? said : undefined;
  }
});
