import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../core/evidence.ts';
import { keys, queueNames } from '../../core/jobs.ts';
import { courseId } from '../../core/remediation/course.ts';
import type { Outcome } from '../../core/remediation/outcome.ts';
import { openQueue } from '../../platform/queues.ts';
import { change, preview } from '../core/remediation/remediations.ts';
import { eventually } from '../workers/support/lab.ts';
import { proposal, report } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const carol = { id: 'U0CAROL', name: 'carol' };
const fixed: Outcome = { kind: 'fixed', reason: '2 endpoints are ready', compared: [], sideEffects: [] };
const probed: Outcome['compared'] = [
  {
    kind: 'attempts',
    title: 'TCP handshakes',
    from: "the target's own pod",
    before: { failed: 12, of: 40 },
    after: { failed: 0, of: 40 },
  },
];

/** Ten minutes of errors until a change (unix milliseconds), and none from then on. */
function course(changedAt: number): Evidence {
  const now = Math.floor(changedAt / 1000);
  const points = Array.from({ length: 50 }, (_, index): [number, number] => {
    const at = now - 600 + index * 15;
    return [at, at > now ? 0 : 3.5];
  });
  const request = {
    source: 'promql',
    id: 'no-ready-endpoints/answers',
    title: 'Requests per second',
    query: 'requests',
    window: { from: now - 600, to: now + 150 },
    step: 15,
    unit: 'rate',
  } as const;
  const observation = { status: 'observed', samples: 50, series: [{ labels: { status: '503' }, points }] };
  return { request, observation, tookMs: 3 } as Evidence;
}

describe('the picture of a change', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);

  interface Applied {
    readonly asked: Asked;
    readonly id: string;
    /** When it was changed, in unix milliseconds. */
    readonly at: number;
    /** The pictures of it that are in the thread. */
    readonly pictures: () => readonly unknown[];
    /** How many were uploaded, though Slack may not show them yet. */
    readonly uploads: () => number;
    /** Has a bot follow it until there is nothing more to say. */
    readonly followed: () => Promise<void>;
  }

  /** A change that was made, and that no bot follows yet. */
  async function applied(): Promise<Applied> {
    const asked = await stage.ask('checkout');
    const id = `${asked.id}-no-ready-endpoints`;
    const ended = report(asked.id, { proposals: [{ ...proposal, id }] });
    await stage.publish(asked.id, { phase: 'ended', report: ended });
    const exists = () => stage.remediations.read(id);
    await eventually('it is proposed', exists, 5000);
    await stage.happen(
      id,
      { kind: 'previewed', preview },
      { kind: 'approve', by: carol, needed: 1, undoUnlessBetter: false, basis: preview.basis },
      { kind: 'begin', change, diff: '-a\n+b' },
      { kind: 'applied' },
    );
    await until(() => asked.replies().some((reply) => wordsOf(reply).includes("Change the Service's")));
    const state = (await exists())?.state;
    if (state?.step !== 'applied') throw new Error('it was not applied');
    const picture = `netcheck-${asked.id}-chart-${id}.png`;
    return {
      asked,
      id,
      at: state.at,
      pictures: () =>
        asked
          .replies()
          .flatMap(({ files = [] }) => files)
          .filter(({ name }) => name === picture),
      uploads: () => uploadsAsked().filter(({ filename }) => filename === picture).length,
      followed: async () => {
        const follow = openQueue(queueNames.follow, stage.redisUrl);
        const data = { kind: 'remediation', cluster, proposal: id, investigation: asked.id };
        const job = await follow.add('remediation', data, { jobId: `${id}-${Date.now()}` });
        await eventually('it is followed', async () => (await job.isCompleted()) || undefined, 10_000);
        await follow.close();
      },
    };
  }

  const keep = (id: string, evidence: Evidence) =>
    stage.documents.add(keys.evidence(cluster, courseId(id)), evidence.request.id, evidence);
  const uploadsAsked = (): readonly Readonly<Record<string, unknown>>[] =>
    stage.slack.control
      .journal()
      .filter(({ method }) => method === 'files.getUploadURLExternal')
      .map(({ args }) => args);
  const altTexts = (): string => JSON.stringify(uploadsAsked());
  const noted = async ({ asked, id }: Applied) =>
    (await stage.redis.hexists(keys.posted(asked.id), `message:chart-${id}`)) === 1;

  test('shows what the cause did before and after, with words for those who do not see it', async () => {
    await stage.startBot();
    const it = await applied();
    await keep(it.id, course(it.at));
    await stage.happen(it.id, { kind: 'verified', outcome: fixed });
    await it.followed();
    await until(() => it.pictures().length > 0);
    expect(it.pictures()).toEqual([
      expect.objectContaining({
        mimetype: 'image/png',
        title: expect.stringMatching(/^Requests per second, until \d.* after the change$/),
      }),
    ]);
    expect(altTexts()).toMatch(
      /Changed at \d\d:\d\d UTC\. 503 from 3\.5\/s to 3\.5\/s before, from 0\/s to 0\/s after/,
    );
  });

  test('comes once, whatever happens to the change and to the bot after it', async () => {
    const bot = await stage.startBot();
    const it = await applied();
    await keep(it.id, course(it.at));
    const following = it.followed();
    await until(() => it.asked.root().text.endsWith('fix applied, checking again'));
    await bot.close();
    const second = await stage.startBot();
    await stage.happen(it.id, { kind: 'verified', outcome: fixed });
    await following;
    expect(it.uploads()).toBe(1);
    await until(() => it.pictures().length > 0);

    await stage.happen(it.id, { kind: 'undo', by: carol }, { kind: 'undone' });
    await it.followed();
    expect(it.uploads()).toBe(1);

    // As if the bot had died right after the upload.
    await second.close();
    await stage.redis.hdel(keys.posted(it.asked.id), `message:chart-${it.id}`);
    await stage.startBot();
    await it.followed();
    expect(it.uploads()).toBe(1);
    expect(await noted(it)).toBe(true);
  });

  test('is of the probes where nothing was measured over time', async () => {
    await stage.startBot();
    const it = await applied();
    await stage.happen(it.id, { kind: 'verified', outcome: { ...fixed, compared: probed } });
    await it.followed();
    expect(it.uploads()).toBe(1);
    expect(altTexts()).toContain(
      "TCP handshakes: from the target's own pod 30 % (12 of 40; 16.6 % to 46.5 %) → 0 of 40",
    );
  });

  test.each<[string, Partial<Outcome>, (() => Evidence) | undefined]>([
    ['where there is nothing to compare', {}, undefined],
    [
      'where nothing went wrong, before or after',
      { compared: probed.map((one) => ({ ...one, before: { failed: 0, of: 40 } }) as never) },
      undefined,
    ],
    [
      'where nothing was measured after the change',
      {},
      () => {
        const { observation, ...rest } = course(Date.now());
        if (observation.status !== 'observed') throw new Error('nothing was observed');
        const series = observation.series?.map((one) => ({ ...one, points: one.points.slice(0, 20) })) ?? [];
        return { ...rest, observation: { ...observation, series } };
      },
    ],
  ])('is not drawn %s', async (_name, changes, kept) => {
    await stage.startBot();
    const it = await applied();
    if (kept !== undefined) await keep(it.id, kept());
    await stage.happen(it.id, { kind: 'verified', outcome: { ...fixed, ...changes } });
    await it.followed();
    expect(it.uploads()).toBe(0);
    expect(await noted(it)).toBe(false);
  });

  test('that Slack does not take harms nothing', async () => {
    await stage.startBot();
    const it = await applied();
    await keep(it.id, course(it.at));
    await until(() => it.asked.replies().some(({ files = [] }) => files.length > 0));
    stage.slack.control.fault({
      kind: 'error',
      method: 'files.getUploadURLExternal',
      error: 'missing_scope',
    });
    await stage.happen(it.id, { kind: 'verified', outcome: fixed });
    await it.followed();
    expect(await noted(it)).toBe(false);
    expect(it.asked.root().text).toMatch(/fixed$/);
  });
});
