import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { queueNames, retentionSeconds } from '../../core/jobs.ts';
import type { RemediationEvent } from '../../core/remediation/advance.ts';
import { isSettled, netcheck, type Remediation } from '../../core/remediation/state.ts';
import { Documents } from '../../platform/documents.ts';
import { openPlaybooks, type PlaybookSource } from '../../platform/playbook-source.ts';
import { openQueue } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import { RemediationRecords } from '../../platform/remediation-records.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { InvestigationStore } from '../../workers/investigation-store.ts';
import type { ClusterWriter } from '../../workers/ports.ts';
import { PlaybookVersions } from '../../workers/playbook-versions.ts';
import { remediate, type Remediator } from '../../workers/remediate.ts';
import { proposal as example } from '../core/remediation/remediations.ts';
import { OneServiceServer, type Fate } from './support/api-server.ts';

/*
 * One proposal, and everything at once: people who click twice, late and against each other, Slack that delivers again,
 * remediators that die at any moment or stall and wake up too late, an API server that refuses, breaks and loses
 * answers, and somebody who changes the object by hand. Whatever the order: never applied twice, never lost, and what
 * is said is true.
 */
const cluster = 'interleaved';
const logger = pino({ level: 'silent' });
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
let investigate: Queue;
let source: PlaybookSource;

beforeAll(async () => {
  redisServer = await startRedis();
  redis = connectRedis(redisServer.url);
  documents = new Documents(redis, retentionSeconds);
  investigate = openQueue(queueNames.investigate(cluster), redisServer.url);
  source = await openPlaybooks(undefined, logger);
});
afterAll(async () => {
  source.close();
  await investigate.close();
  redis.disconnect();
  await redisServer.close();
});

const ben = { id: 'U2', name: 'ben' };
const carol = { id: 'U3', name: 'carol' };
/** Of the preview that there is at that moment. */
const approve = { kind: 'approve', basis: '', needed: 1, undoUnlessBetter: false } as const;

interface Action {
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly does: RemediationEvent | 'preview' | 'change' | 'touch' | 'change-back' | 'change-beside';
}

type Written = ReturnType<ClusterWriter['write']>;

/** One run of the remediator: what the API server makes of its requests, how long it stalls, when it dies. */
interface Run {
  readonly at: number;
  readonly fates: readonly Fate[];
  readonly stalls: readonly number[];
  /** It dies at its so-manieth step, if at all. */
  readonly dies: number | undefined;
  /** What happens around its writes, other than dry runs. */
  readonly around?: (write: () => Written) => Written;
  /** How long it tries. */
  readonly patienceMs?: number;
}

/** What happens at once. */
interface Scene {
  readonly actions: readonly Action[];
  readonly runs: readonly Run[];
}

interface Story {
  readonly needed: 1 | 2;
  readonly expired: boolean;
  /** Before it is decided, and after. */
  readonly scenes: readonly [Scene, Scene];
}

const moments = fc.integer({ min: 0, max: 40 });
type Does = Action['does'];
const yes = { ...approve, by: ben };
const anything: readonly Does[] = [
  { ...approve, by: carol },
  { kind: 'dismiss', by: carol },
  { kind: 'undo', by: ben },
  { kind: 'withdraw', why: 'the alert is resolved' },
  'preview',
  'change',
  'change-back',
  'change-beside',
  'touch',
];
const mostly = (does: Does): fc.Arbitrary<Does> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(does) },
    { weight: 1, arbitrary: fc.constantFrom(...anything) },
  );
const fates = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fate>('answered') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Fate[]>(
        'conflict',
        'too-many',
        'broken',
        'lost-before',
        'lost-after',
        'forbidden',
      ),
    },
  ),
  { maxLength: 12 },
);
const runsOf = fc.array(
  fc.record({
    at: moments,
    fates,
    stalls: fc.array(fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: moments }), {
      maxLength: 16,
    }),
    dies: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 4 },
);
const sceneOf = (does: Does): fc.Arbitrary<Scene> =>
  fc.record({
    actions: fc.array(fc.record({ at: moments, does: mostly(does) }), { minLength: 1, maxLength: 6 }),
    runs: runsOf,
  });
const stories: fc.Arbitrary<Story> = fc.record({
  needed: fc.constantFrom<(1 | 2)[]>(1, 1, 2),
  expired: fc.nat({ max: 19 }).map((chance) => chance === 0),
  scenes: fc.tuple(sceneOf(yes), sceneOf({ kind: 'undo', by: carol })),
});

const old = { app: 'cart' };
const wanted = { app: 'cart-v2' };
let played = 0;

interface Stage {
  readonly id: string;
  readonly server: OneServiceServer;
  readonly records: RemediationRecords;
}

interface Told {
  readonly server: OneServiceServer;
  readonly end: Remediation;
  readonly answers: readonly string[];
  /** Whether a remediator died, or a request failed so that nobody knows whether it was done. */
  readonly uncertain: boolean;
}

const calm: Run = { at: 0, fates: [], stalls: [], dies: undefined };

/** A proposal that was previewed, of an object that is as it should not be. */
async function propose(expired = false): Promise<Stage> {
  const id = `story-${++played}`;
  const server = new OneServiceServer(old);
  const records = new RemediationRecords(documents, cluster, () => Promise.resolve());
  const at = Date.now();
  await records.create({
    proposal: { ...example, id },
    investigation: 'forgotten',
    requester: { id: 'U1', name: 'ana' },
    expiresAt: expired ? at - 1 : at + 60_000,
    revision: 0,
    approvals: [],
    undoUnlessBetter: false,
    state: { step: 'proposed' },
    trail: [{ at, who: netcheck, what: 'proposed' }],
  });
  await runRemediator('preview', id, server, calm);
  return { id, server, records };
}

async function play({ needed, expired, scenes }: Story): Promise<Told> {
  const { id, server, records } = await propose(expired);
  const answers: string[] = [];
  const act = async ({ at: ms, does }: Action): Promise<void> => {
    await pause(ms);
    if (does === 'preview') await runRemediator('preview', id, server, calm);
    else if (does === 'change') server.change({ app: 'somebody-elses' });
    else if (does === 'change-back') server.change(old);
    else if (does === 'touch') server.change(server.selector);
    else if (does === 'change-beside') server.label(`note-${ms}`);
    else {
      const { preview } = (await records.read(id)) ?? {};
      const basis = preview?.kind === 'change' ? preview.basis : '';
      const event = does.kind === 'approve' ? { ...does, needed, basis } : does;
      const taken = await records.take(id, event);
      answers.push('refused' in taken ? taken.refused : 'taken');
    }
  };
  const used: Fate[] = [];
  for (const { actions, runs } of scenes) {
    await Promise.all([
      ...actions.map(act),
      ...runs.map(async (run) => {
        await pause(run.at);
        await runRemediator('carry-on', id, server, run, used);
      }),
    ]);
    // Jobs come again until they are done: by then the API server answers.
    await runRemediator('carry-on', id, server, calm);
  }
  const end = await records.read(id);
  if (end === undefined) throw new Error('it is lost');
  const failed = used.some((fate) => fate !== 'answered' && fate !== 'forbidden');
  return {
    server,
    end,
    answers,
    uncertain: failed || scenes.some(({ runs }) => runs.some(({ dies }) => dies !== undefined)),
  };
}

/** A remediator of its own; resolves when it is done or dead. */
async function runRemediator(
  name: string,
  proposal: string,
  server: OneServiceServer,
  { fates: given, stalls, dies, around = (write) => write(), patienceMs = 600 }: Run,
  used: Fate[] = [],
): Promise<void> {
  let requests = 0;
  let steps = 0;
  const { promise: dead, resolve: die } = Promise.withResolvers<undefined>();
  const meet = async (): Promise<void> => {
    const step = steps++;
    if (step === dies) {
      die(undefined);
      await new Promise(() => undefined);
    }
    const stall = stalls[step] ?? 0;
    if (stall > 0) await pause(stall);
  };
  const fateOf = (): Fate => {
    const fate = given[requests++] ?? 'answered';
    used.push(fate);
    return fate;
  };
  const client = server.clientOf(fateOf, meet);
  const remediator: Remediator = {
    playbooks: new PlaybookVersions(source, documents),
    store: new InvestigationStore(documents, cluster),
    records: new RemediationRecords(documents, cluster, meet),
    reader: { list: () => Promise.resolve([]) },
    writer: {
      ...client,
      write: (operation, options, signal) => {
        const write = (): Written => client.write(operation, options, signal);
        return options.dryRun ? write() : around(write);
      },
    },
    investigate,
    remediate: investigate,
    timeoutMs: 1000,
    patienceMs,
    keepCourse: () => Promise.resolve(),
  };
  const job = { name, data: { proposal }, opts: {}, attemptsMade: 0 } as unknown as Job;
  await Promise.race([remediate(remediator, job), dead]);
}

/** What must be true of every story, whatever happened in it. */
function expectTruth({ server, end, answers, uncertain }: Told): void {
  const { state, trail } = end;
  const happened = trail.map(({ what }) => what);
  const count = (what: (typeof happened)[number]): number => happened.filter((one) => one === what).length;
  const byNetcheck = server.history.filter(({ by }) => by === 'netcheck');
  const applied = byNetcheck.filter(({ selector }) => isSame(selector, wanted)).length;
  const tookBack = byNetcheck.length - applied;
  const appliedAt = server.history.findIndex(({ by }) => by === 'netcheck');
  const before = server.history[appliedAt - 1]?.selector ?? old;

  // Never without a yes, never twice, and taken back to what it was.
  for (const { selector } of byNetcheck) expect([wanted, before]).toContainEqual(selector);
  expect(applied).toBeLessThanOrEqual(1);
  if (applied > 0) expect(happened.indexOf('approved')).toBeLessThan(happened.indexOf('begun'));
  expect(count('begun')).toBeLessThanOrEqual(1);
  expect(applied).toBeLessThanOrEqual(count('begun'));
  expect(tookBack).toBeLessThanOrEqual(count('undo-asked'));

  // To the very object that was shown to whoever approved.
  const [operation] = 'change' in state ? state.change.operations : [];
  if (applied === 1 && operation?.do === 'patch') expect(server.writtenTo[0]).toBe(operation.digest);

  // Never lost: it is over, or it waits for a person.
  expect(isSettled(end) || state.step === 'proposed').toBe(true);
  expect(answers.every((answer) => answer !== 'unknown')).toBe(true);
  expect(end.revision).toBeGreaterThanOrEqual(trail.length - 1);

  // What is said is true.
  if (['proposed', 'dismissed', 'withdrawn', 'failed'].includes(state.step)) expect(applied).toBe(0);
  const wasCertain = !happened.includes('lost-track');
  if (['verified', 'undone', 'undo-failed'].includes(state.step) && wasCertain) expect(applied).toBe(1);
  if (state.step === 'undone') expect(server.selector).not.toEqual(wanted);
  if (state.step === 'verified') expect(tookBack).toBe(0);
  if (state.step === 'unknown') expect(uncertain).toBe(true);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

test('2,000 stories, fifty at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stories, { minLength: 50, maxLength: 50, size: 'max' }), async (batch) => {
      const told = await Promise.all(batch.map(play));
      for (const [index, one] of told.entries())
        try {
          expectTruth(one);
        } catch (error) {
          const { trail, state } = one.end;
          const said = { state: state.step, trail, history: one.server.history, story: batch[index] };
          throw new Error(JSON.stringify(said, undefined, 1), { cause: error });
        }
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 240_000);

interface HeldRun {
  /** It is about to write. */
  readonly arrived: Promise<undefined>;
  /** Lets it write, and die right after if so wished; resolves when it is over or dead. */
  readonly release: (dies?: boolean) => Promise<void>;
}

/** A remediator that is held before its first write. */
function startHeld({ id, server }: Stage): HeldRun {
  const arrived = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<boolean>();
  const died = Promise.withResolvers<undefined>();
  const around = async (write: () => Written): Written => {
    arrived.resolve(undefined);
    const dies = await released.promise;
    const object = await write();
    if (!dies) return object;
    died.resolve(undefined);
    return new Promise(() => undefined);
  };
  const over = runRemediator('carry-on', id, server, { ...calm, around, patienceMs: 2500 });
  return {
    arrived: arrived.promise,
    release: async (dies = false) => {
      released.resolve(dies);
      await Promise.race([over, died.promise]);
    },
  };
}

/** Two remediators are about to make the same change: the one that began it, and one that took it for dead. */
async function twoAboutToWrite(): Promise<Stage & { readonly runs: readonly [HeldRun, HeldRun] }> {
  const stage = await propose();
  const { preview } = (await stage.records.read(stage.id)) ?? {};
  const basis = preview?.kind === 'change' ? preview.basis : '';
  await stage.records.take(stage.id, { ...approve, by: ben, basis });
  const first = startHeld(stage);
  await first.arrived;
  const second = startHeld(stage);
  await second.arrived;
  return { ...stage, runs: [first, second] };
}

describe('two remediators that are about to write the same', () => {
  const writes = ({ server }: Stage): number => server.history.filter(({ by }) => by === 'netcheck').length;
  const step = async ({ records, id }: Stage): Promise<string | undefined> =>
    (await records.read(id))?.state.step;
  const orders: [string, 0 | 1][] = [
    ['the one that began', 0],
    ['the one that came in its place', 1],
  ];

  test.each(orders)('%s writes, somebody changes it back: the other does not write again', async (_, one) => {
    const stage = await twoAboutToWrite();
    await stage.runs[one].release();
    stage.server.change(old);
    await stage.runs[one === 0 ? 1 : 0].release();
    expect(writes(stage)).toBe(1);
    expect(await step(stage)).toBe('verified');
  });

  test.each(orders)('%s writes and dies, somebody changes it back: a person has to look', async (_, one) => {
    const stage = await twoAboutToWrite();
    await stage.runs[one].release(true);
    stage.server.change(old);
    await stage.runs[one === 0 ? 1 : 0].release();
    expect(writes(stage)).toBe(1);
    expect(await step(stage)).toBe('unknown');
  });

  test('the object is written, and is as it was: one of them makes the change all the same', async () => {
    const stage = await twoAboutToWrite();
    stage.server.change(old);
    await Promise.all(stage.runs.map((run) => run.release()));
    expect(writes(stage)).toBe(1);
    expect(await step(stage)).toBe('verified');
  });
});
