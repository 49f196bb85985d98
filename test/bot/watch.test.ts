import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InvestigateJob, keys, queueNames } from '../../core/jobs.ts';
import type { Progress } from '../../core/progress.ts';
import type { Outcome } from '../../core/remediation/outcome.ts';
import type { Watch } from '../../core/watch/watch.ts';
import { openWorker } from '../../platform/queues.ts';
import type { Message } from '../../sim/slack/model.ts';
import { change, preview } from '../core/remediation/remediations.ts';
import { eventually } from '../workers/support/lab.ts';
import { gathering, proposal, report, verdicts } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

/** Seconds; later intervals are 2.5, 5 and 10 times as long, and all is over after 180 times. */
const soon = { NETCHECK_WATCH_EVERY: 0.2 };

const gone = { ...verdicts.snat, status: 'eliminated', reason: '0 of 1,310 inserts failed.' } as const;
const unseen = { ...verdicts.snat, status: 'unchecked', reason: 'drops: timed out.' } as const;
const appeared = { ...verdicts.policy, status: 'confirmed', reason: 'web-only denies port 80.' } as const;

describe('a watch', () => {
  let stage: Stage;
  let worker: { close: () => Promise<void> };
  /** Rounds that workers were asked for, and what they find: by the investigation that is watched. */
  const rounds: InvestigateJob[] = [];
  const finds = new Map<string, Progress>();

  beforeAll(async () => {
    stage = await openStage();
    // Whatever one of them does, the other must not do again.
    await Promise.all([stage.startBot(soon), stage.startBot(soon)]);
    worker = openWorker(queueNames.investigate(cluster), stage.redisUrl, async (job) => {
      const asked = InvestigateJob.parse(job.data);
      if (asked.only === undefined) return;
      rounds.push(asked);
      const found = finds.get(asked.id.split('-')[0] ?? '');
      if (found !== undefined) await stage.publish(asked.id, found);
    });
  });
  afterAll(async () => {
    await worker.close();
    await stage.close();
  });

  const until: Stage['slack']['control']['until'] = (find) => stage.slack.control.until(find, 20_000);

  interface Watched {
    readonly asked: Asked;
    /** From now on workers find this. */
    readonly finds: (...hypotheses: ReturnType<typeof report>['hypotheses']) => void;
    readonly rounds: () => InvestigateJob[];
    /** Rounds that begin from now on. */
    readonly roundsMore: (count: number) => Promise<void>;
    readonly said: () => string[];
    readonly hears: (words: string) => Promise<unknown>;
    readonly root: (words: string) => Promise<unknown>;
    readonly click: (user?: string) => Promise<void>;
    readonly types: (text: string) => Promise<string>;
  }

  async function reported(): Promise<Watched> {
    const { control } = stage.slack;
    const asked = await stage.ask();
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    const message = (): Message | undefined =>
      asked.replies().find(({ blocks = [] }) => blocks.some(({ type }) => type === 'actions'));
    await until(() => message() !== undefined && asked.replies().length >= 3);
    const block = () => message()?.blocks?.find(({ type }) => type === 'actions');
    const own = () => rounds.filter(({ id }) => id.startsWith(`${asked.id}-`));
    const said = () => saidIn(asked);
    return {
      asked,
      finds: (...hypotheses) =>
        finds.set(asked.id, { phase: 'ended', report: report(asked.id, { hypotheses }) }),
      rounds: own,
      roundsMore: async (count) => {
        const before = own().length;
        await until(() => own().length >= before + count);
      },
      said,
      hears: (words) => until(() => said().some((one) => one.includes(words))),
      root: (words) => until(() => asked.root().text.includes(words)),
      click: async (user = 'U0BOB') => {
        const elements = block()?.['elements'] as { action_id: string; value: string }[];
        const button = elements.find(({ action_id: action }) => action === 'watch');
        const outcome = await control.action({
          user,
          channel: 'ops',
          message_ts: message()?.ts,
          block_id: block()?.['block_id'] as string,
          ...button,
          action_id: button?.action_id ?? '',
        });
        expect(outcome.ok).toBe(true);
      },
      types: async (text) => {
        const before = new Set(whispers().map(({ ts }) => ts));
        await control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck', text });
        return wordsOf(await until(() => whispers().find(({ ts }) => !before.has(ts))));
      },
    };
  }
  const whispers = (): Message[] =>
    stage.slack.control.messages('ops').filter((one) => one.ephemeral_for === 'U0BOB');

  test('says nothing while nothing changes, and its message in the channel says that it looks', async () => {
    const it = await reported();
    it.finds(verdicts.selector, verdicts.snat, verdicts.policy);
    await it.click();
    await until(() => whispers().some((one) => wordsOf(one).includes('Watching checkout.shop')));
    await it.root('· watching since ');
    await it.roundsMore(3);
    await until(() => /· watching, last checked \d\d:\d\d UTC, unchanged$/.test(it.asked.root().text));
    expect(it.said()).toEqual([]);
    expect(it.rounds()[0]).toMatchObject({
      requester: 'U0BOB',
      only: ['no-ready-endpoints', 'snat-port-race', 'policy-denies'],
      request: { subject: { kind: 'named', service: 'checkout', namespace: 'shop' } },
    });
    await it.click('U0CAROL');
    await until(() =>
      stage.slack.control
        .messages('ops')
        .some((one) => one.ephemeral_for === 'U0CAROL' && wordsOf(one).includes('is watched already')),
    );
    expect(await it.types(`unwatch ${it.asked.id}`)).toContain(`No longer watching ${it.asked.id}`);
    await it.root(': ended by bob');
    const ids = it.rounds().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('says what is proven, cannot be seen, and is gone, each once; and ends when all is gone', async () => {
    const it = await reported();
    it.finds(verdicts.selector, verdicts.snat, verdicts.policy);
    expect(await it.types(`watch ${it.asked.id}`)).toContain('Watching checkout.shop');
    await it.roundsMore(1);
    it.finds(verdicts.selector, verdicts.snat, appeared);
    await it.hears(
      '✓ *A NetworkPolicy denies the traffic* is proven now (not checked before) — web-only denies port 80.',
    );
    it.finds(verdicts.selector, unseen, appeared);
    await it.hears(
      '? *SNAT port race drops SYNs* cannot be seen any more, which does not mean that it is gone',
    );
    it.finds(verdicts.selector, gone, { ...appeared, status: 'eliminated', reason: 'none denies.' });
    await it.hears('✗ *SNAT port race drops SYNs* is gone — 0 of 1,310 inserts failed.');
    await it.root('all is gone, 3 checks in a row');
    expect(it.said()).toHaveLength(3);
    expect(stage.slack.control.journal().flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  }, 60_000);

  test.each<[Outcome['kind'], string, string]>([
    ['fixed', 'is gone: the fix holds', 'fixed'],
    ['unchanged', 'is gone', 'no better'],
  ])('after a change, %s: says that it %s, and looks back only to that', async (kind, said, root) => {
    const it = await reported();
    const id = `${it.asked.id}-snat-port-race`;
    const by = { id: 'U0CAROL', name: 'carol' };
    const outcome: Outcome = { kind, reason: '0 failed', compared: [], sideEffects: [] };
    await stage.remediations.create({
      proposal: { ...proposal, id, cause: 'snat-port-race' },
      investigation: it.asked.id,
      requester: by,
      expiresAt: Date.now() + 60_000,
      revision: 0,
      approvals: [],
      undoUnlessBetter: false,
      state: { step: 'proposed' },
      trail: [],
    });
    await stage.happen(
      id,
      { kind: 'previewed', preview: { ...preview, objects: ['Service shop/checkout'] } },
      { kind: 'approve', by, basis: preview.basis, needed: 1, undoUnlessBetter: false },
      { kind: 'begin', change, diff: '-a\n+b' },
      { kind: 'applied' },
      { kind: 'verified', outcome },
    );
    it.finds(verdicts.selector, gone, verdicts.policy);
    await it.types(`watch ${it.asked.id}`);
    await it.hears(`✗ *SNAT port race drops SYNs* ${said} — 0 of 1,310 inserts failed.`);
    expect(it.rounds()[0]?.request.windowSeconds).toBe(60);
    await it.root(`${root} · watching, last checked`);
    await it.types(`unwatch ${it.asked.id}`);
  });

  test.each(['closed', 'killed'] as const)(
    'goes on where it was when its bot was %s with a round under way',
    async (how) => {
      const own = await openStage();
      const { control } = own.slack;
      const asked: InvestigateJob[] = [];
      const ownWorker = openWorker(queueNames.investigate(cluster), own.redisUrl, (job) => {
        const round = InvestigateJob.parse(job.data);
        if (round.only !== undefined) asked.push(round);
        return Promise.resolve();
      });
      try {
        const end = how === 'closed' ? (await own.startBot(soon)).close : await spawnBot(own);
        const it = await own.ask();
        await own.publish(it.id, { phase: 'ended', report: report(it.id) });
        await control.until(() => it.replies().length >= 3);
        await control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck', text: 'watch' });
        const first = await control.until(() => asked[0], 20_000);
        await end();
        await own.publish(first.id, { phase: 'ended', report: report(first.id, { hypotheses: [gone] }) });
        await own.startBot(soon);
        await control.until(() => saidIn(it).length > 0, 30_000);
        expect(saidIn(it)).toEqual([expect.stringContaining('is gone — 0 of 1,310')]);
        await control.until(() => asked.length === 2, 20_000);
        expect(asked.map(({ id }) => id)).toEqual([`${it.id}-w1-1`, `${it.id}-w1-2`]);
      } finally {
        await ownWorker.close();
        await own.close();
      }
    },
    60_000,
  );

  test('says once that it cannot look', async () => {
    const it = await reported();
    finds.set(it.asked.id, { phase: 'failed', why: 'the API server is gone' });
    await it.types(`watch ${it.asked.id}`);
    await it.hears('could not look this time: the API server is gone');
    await it.roundsMore(2);
    await it.root('could not look');
    expect(it.said()).toHaveLength(1);
    await it.types(`unwatch ${it.asked.id}`);
  });

  test('ends with its channel', async () => {
    const { control } = stage.slack;
    control.channel({ user: 'U0ALICE', name: 'over' });
    control.invite({ user: 'U0ALICE', channel: 'over', users: [stage.slack.botUserId] });
    const asked = await stage.ask('checkout', { channel: 'over' });
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await until(() => asked.replies().length >= 3);
    finds.set(asked.id, { phase: 'ended', report: report(asked.id) });
    await control.command({ user: 'U0ALICE', channel: 'over', command: '/netcheck', text: 'watch' });
    await until(() => rounds.some(({ id }) => id.startsWith(asked.id)));
    control.archive({ user: 'U0ALICE', channel: 'over' });
    const why = await eventually(
      'the watch ends',
      async () => {
        const watch = await stage.documents.read(keys.watch(asked.id));
        return (watch?.value as Watch).ended?.why;
      },
      10_000,
    );
    expect(why).toBe('the channel was archived');
  });

  test('where nothing could be posted cannot begin', async () => {
    const { control } = stage.slack;
    control.channel({ user: 'U0ALICE', name: 'vault', is_private: true });
    const heard = () => control.messages('vault', 'U0ALICE').map(wordsOf);
    const types = (text: string) =>
      control.command({ user: 'U0ALICE', channel: 'vault', command: '/netcheck', text });
    await types('checkout');
    const id = await until(() => /comes here \((\w+)\)/.exec(heard().join('\n'))?.[1]);
    await stage.publish(id, { phase: 'ended', report: report(id) });
    await types('watch');
    await until(() => heard().some((one) => one.includes(`Investigation ${id} has no report in Slack`)));
    expect(await stage.documents.read(keys.watch(id))).toBeUndefined();
  });

  test('of what is not known or not over cannot begin, and is not there to end', async () => {
    const it = await reported();
    expect(await it.types('watch nowhere1')).toContain('does not know this investigation any more');
    expect(await it.types('unwatch nowhere1')).toContain('nowhere1 is not watched');
    const open = await stage.ask();
    await stage.publish(open.id, gathering(open.id));
    expect(await it.types(`watch ${open.id}`)).toContain('is still under way');
    await stage.redis.del(keys.investigation(cluster, it.asked.id));
    await it.click('U0ALICE');
    await until(() =>
      stage.slack.control
        .messages('ops')
        .some(
          (one) =>
            one.ephemeral_for === 'U0ALICE' &&
            one.thread_ts === it.asked.root().ts &&
            wordsOf(one).includes('does not know this investigation any more'),
        ),
    );
  });
});

function saidIn({ replies }: Asked): string[] {
  return replies()
    .map(wordsOf)
    .filter((words) => words.startsWith('*Watched at'));
}

/** A bot in a process of its own; what it answers kills it. */
async function spawnBot({ slack, redisUrl }: Stage): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bot/main.ts')], {
    env: {
      PATH: process.env['PATH'],
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      REDIS_URL: redisUrl,
      NETCHECK_CLUSTER: cluster,
      NETCHECK_WATCH_EVERY: String(soon.NETCHECK_WATCH_EVERY),
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await slack.control.until(() => slack.control.connections() > 0, 20_000);
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
}
