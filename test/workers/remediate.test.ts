import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import {
  keys,
  queueNames,
  remediateOptions,
  retentionSeconds,
  type InvestigateJob,
} from '../../core/jobs.ts';
import { isOver } from '../../core/progress.ts';
import type { RemediationEvent } from '../../core/remediation/advance.ts';
import { courseId } from '../../core/remediation/course.ts';
import type { Proposal } from '../../core/remediation/proposal.ts';
import {
  isSettled,
  netcheck,
  Preview,
  type Remediation,
  type RemediationStep,
} from '../../core/remediation/state.ts';
import { AuditLog } from '../../platform/audit-log.ts';
import { witnessOf } from '../../platform/audit-witness.ts';
import { Documents } from '../../platform/documents.ts';
import { openQueue, openQueueEvents } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import { RemediationRecords } from '../../platform/remediation-records.ts';
import { writeKubeconfig } from '../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { InvestigationStore } from '../../workers/investigation-store.ts';
import { bodyOf, serve } from '../support/servers.ts';
import {
  eventually,
  killAll,
  startProcess,
  temporaryFolder,
  type Folder,
  type NetcheckProcess,
} from './support/lab.ts';
import { namespace, node, service, workload, yaml } from './support/objects.ts';

/*
 * The remediator and a worker as processes of their own, under the shipped RBAC, on a real Redis and a stand-in cluster
 * whose controllers publish endpoints. A Service `cart` selects pods that are called otherwise, and the worker has found
 * that out.
 */
let folder: Folder;
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let records: RemediationRecords;
let audit: AuditLog;
let queue: Queue;
let events: QueueEvents;
let sim: ClusterSim;
let prometheusUrl: string;
const cluster = 'test';
const remediator = { namespace: 'netcheck', name: 'netcheck-remediator' };
const worker = { namespace: 'netcheck', name: 'netcheck-worker' };
const cart = { resource: 'services', namespace: 'shop', name: 'cart' };
const investigation = 'i1';
const deploy = join(import.meta.dirname, '../../deploy');
const silent = pino({ level: 'silent' });

beforeAll(async () => {
  folder = await temporaryFolder();
  redisServer = await startRedis({ dir: folder.path, aof: true });
  redis = connectRedis(redisServer.url);
  audit = new AuditLog(redis, cluster, silent);
  records = new RemediationRecords(new Documents(redis, retentionSeconds), cluster, witnessOf(audit));
  queue = openQueue(queueNames.remediate(cluster), redisServer.url);
  events = openQueueEvents(queueNames.remediate(cluster), redisServer.url);
  await events.waitUntilReady();
  prometheusUrl = `http://127.0.0.1:${await freePort()}`;
  const rbac = ['rbac.yaml', 'rbac-remediator.yaml'].map((name) => readFile(join(deploy, name), 'utf8'));
  const objects = [namespace('shop'), node('node-a'), workload('Deployment', 'cart', { app: 'cart-v2' })];
  sim = await startCluster({ manifests: [...(await Promise.all(rbac)), yaml(...objects, service('cart'))] });
  await Promise.all([start('worker', cluster), start('remediator', cluster)]);
  await findOut();
});
afterAll(async () => {
  await killAll();
  await queue.close();
  await events.close();
  redis.disconnect();
  await sim.close();
  await redisServer.close();
  await folder.remove();
});

let id: string;
let tests = 0;
beforeEach(() => {
  id = `p${++tests}`;
  sim.faults.clear();
  change({ selector: { app: 'cart' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] });
  sim.journal.clear();
});

async function start(
  role: 'worker' | 'remediator',
  name: string,
  kubeconfig = sim.kubeconfig(role === 'worker' ? worker : remediator),
): Promise<NetcheckProcess> {
  const one = startProcess(['workers/main.ts', role], {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: prometheusUrl,
    NETCHECK_PROBES: 'off',
    KUBECONFIG: await folder.write(`${role}-${name}-${++tests}`, kubeconfig),
    NETCHECK_CLUSTER: name,
    NETCHECK_EVIDENCE_TIMEOUT: '2',
    NETCHECK_CHANGE_PATIENCE: '4',
  });
  await eventually(`the ${role} is ready`, () => one.stderr().includes(`${role} ready`) || undefined, 20_000);
  return one;
}

/** Has the worker find the cause, as for a person who asked. */
async function findOut(): Promise<void> {
  const investigate = openQueue(queueNames.investigate(cluster), redisServer.url);
  const store = new InvestigationStore(new Documents(redis, retentionSeconds), cluster);
  const job: InvestigateJob = {
    id: investigation,
    request: { subject: { kind: 'named', service: 'cart', namespace: 'shop' }, windowSeconds: 1800 },
    requestedAt: Date.now(),
    requester: ana.id,
  };
  await investigate.add('investigate', job, { jobId: investigation });
  const ended = await eventually(
    'the investigation ends',
    async () => {
      const progress = (await store.read(investigation))?.progress;
      return progress !== undefined && isOver(progress) ? progress : undefined;
    },
    30_000,
  );
  if (ended.phase !== 'ended') throw new Error(ended.phase);
  const confirmed = ended.report.hypotheses.filter(({ status }) => status === 'confirmed');
  expect(confirmed.map(({ cause }) => cause)).toEqual(['no-ready-endpoints']);
  await investigate.close();
}

const ana = { id: 'U1', name: 'ana' };
const ben = { id: 'U2', name: 'ben' };
const yes = { kind: 'approve', by: ben, needed: 1, undoUnlessBetter: false } as const;

/** A click of somebody who saw the preview that there is now. */
async function approveNow(approval: Partial<typeof yes> = {}): Promise<void> {
  const { preview: shown } = await now();
  if (shown?.kind !== 'change') throw new Error(`nothing to approve: ${shown?.why ?? 'no preview'}`);
  await happen({ ...yes, ...approval, basis: shown.basis });
}

async function propose(
  changes: Partial<Proposal> = {},
  expiresAt = Date.now() + 60_000,
  led: Pick<Remediation, 'investigation' | 'foundBy'> = { investigation },
): Promise<void> {
  await records.create({
    proposal: {
      id,
      cause: 'no-ready-endpoints',
      remediation: 'service-selector',
      namespace: 'shop',
      service: 'cart',
      params: { selector: 'app=cart-v2' },
      summary: 'Select the pods.',
      why: 'The selector app=cart matches no pod.',
      risk: '',
      workedIf: 'the Service has ready endpoints.',
      ...changes,
    },
    ...led,
    requester: ana,
    expiresAt,
    revision: 0,
    approvals: [],
    undoUnlessBetter: false,
    state: { step: 'proposed' },
    trail: [{ at: Date.now(), who: netcheck, what: 'proposed' }],
  });
}

async function preview(): Promise<Preview> {
  const job = await queue.add('preview', { proposal: id });
  return Preview.parse(await job.waitUntilFinished(events, 10_000));
}

async function happen(event: RemediationEvent): Promise<void> {
  const taken = await records.take(id, event);
  if ('refused' in taken) throw new Error(`${event.kind}: ${taken.refused}`);
}

/** Proposed, previewed and approved. */
async function approved(changes: Partial<Proposal> = {}, approval: Partial<typeof yes> = {}): Promise<void> {
  await propose(changes);
  await preview();
  await approveNow(approval);
}

async function carryOn(): Promise<RemediationStep> {
  const job = await queue.add('carry-on', { proposal: id });
  await job.waitUntilFinished(events, 30_000).catch(() => undefined);
  return stateOf();
}

async function now(): Promise<Remediation> {
  const stored = await records.read(id);
  if (stored === undefined) throw new Error('there is no such proposal');
  return stored;
}

const stateOf = async (): Promise<RemediationStep> => (await now()).state;

function change(spec: object, metadata: object = {}): void {
  sim.objects.change(cart, (object) => ({
    ...object,
    metadata: { ...object.metadata, ...metadata },
    spec: { ...(object.spec as object), ...spec },
  }));
}

const selector = (): unknown => (sim.objects.get(cart)?.spec as { selector: unknown }).selector;
const patches = (): number => sim.journal.matching({ verb: 'patch', dryRun: false, status: 200 }).length;

/** The change itself, not its dry run. */
const thePatch = { resource: 'services', verb: 'patch', dryRun: false };
const without = (object: unknown): unknown =>
  JSON.parse(
    JSON.stringify(object, (key, value: unknown) =>
      ['managedFields', 'resourceVersion'].includes(key) ? undefined : value,
    ),
  );

describe('a preview', () => {
  test('shows what the API server would make of the Service, and changes nothing', async () => {
    await propose();
    const before = sim.objects.get(cart);
    const shown = await preview();
    if (shown.kind !== 'change') throw new Error(shown.why);
    expect(shown.objects).toEqual(['Service shop/cart']);
    const changed = shown.diff.split('\n').filter((line) => /^[-+]/.test(line));
    expect(changed).toEqual(['-    app: cart', '+    app: cart-v2']);
    expect(sim.objects.get(cart)).toEqual(before);
    expect(await now()).toMatchObject({ state: { step: 'proposed' }, preview: shown });
  });

  test.each<[string, Partial<Proposal>, Partial<Preview>]>([
    ['nothing to change', { params: { selector: 'app=cart' } }, { kind: 'none' }],
    ['no selector', { params: { selector: 'cart' } }, { kind: 'refused' }],
    ['no such Service', { service: 'gone' }, { kind: 'refused', why: 'services "gone" not found' }],
    [
      'what the API server does not take',
      { params: { selector: 'app=not valid!' } },
      { kind: 'refused', why: expect.stringContaining('Invalid value') as unknown as string },
    ],
  ])('of %s says so', async (_name, changes, answer) => {
    await propose(changes);
    expect(await preview()).toMatchObject(answer);
    expect(await now()).toMatchObject({ preview: answer });
  });

  test('of a proposal that nobody knows says so', async () => {
    expect(await preview()).toMatchObject({ kind: 'refused', why: 'this proposal is no longer known' });
  });
});

describe('an approved change', () => {
  test('is checked against the later look that found its cause, where one did', async () => {
    await propose({}, undefined, { investigation: 'of-the-thread', foundBy: investigation });
    await preview();
    await approveNow();
    expect(await carryOn()).toMatchObject({ step: 'verified', outcome: { kind: 'fixed' } });
  });

  test('is made once, checked by a worker, and noted on the object and in the audit', async () => {
    await approved();
    const [state, again] = await Promise.all([carryOn(), carryOn()]);
    expect(state).toMatchObject({
      step: 'verified',
      outcome: { kind: 'fixed', reason: 'No longer so: The selector app=cart matches no pod.' },
    });
    expect(again).toEqual(state);
    expect(selector()).toEqual({ app: 'cart-v2' });
    expect(patches()).toBe(1);
    const noted = sim.objects.list('events', 'shop').map(({ reason, message }) => ({ reason, message }));
    expect(noted).toContainEqual({
      reason: 'NetcheckApplied',
      message: `netcheck applied service-selector (${id}), approved by ben`,
    });

    await carryOn();
    expect(patches()).toBe(1);
    expect(await stateOf()).toEqual(state);
    const happened: string[] = [];
    for await (const { entry } of audit.read({ proposal: id }))
      happened.push(`${entry.who.name} ${entry.what}`);
    expect(happened).toEqual([
      'netcheck proposed',
      'netcheck previewed',
      'ben approved',
      'netcheck begun',
      'netcheck applied',
      'netcheck verified',
    ]);
    expect(await audit.verify()).toMatchObject({ ok: true });
  });

  test('is undone by whoever asks, and the object is as it was', async () => {
    const before = without(sim.objects.get(cart));
    await approved();
    expect(await carryOn()).toMatchObject({ step: 'verified' });
    await happen({ kind: 'undo', by: ben });
    expect(await carryOn()).toMatchObject({ step: 'undone', by: ben, outcome: { kind: 'fixed' } });
    expect(without(sim.objects.get(cart))).toEqual(before);
    expect(patches()).toBe(2);
    await carryOn();
    expect(patches()).toBe(2);
  });

  test('that does not help is taken back where the approver chose so', async () => {
    await approved({ params: { selector: 'app=nobody' } }, { undoUnlessBetter: true } as never);
    expect(await carryOn()).toMatchObject({
      step: 'undone',
      by: netcheck,
      outcome: {
        kind: 'unchanged',
        reason: 'The selector app=nobody matches no pod, so cart has 0 endpoints.',
      },
    });
    expect(selector()).toEqual({ app: 'cart' });
  });

  test('of which nobody can say whether it helped says why', async () => {
    await approved();
    sim.faults.fail({ resource: 'endpointslices' }, { kind: 'status', code: 403, message: 'no look today' });
    expect(await carryOn()).toMatchObject({
      step: 'verified',
      outcome: { kind: 'cannot-tell', reason: expect.stringContaining('no look today') },
    });
  });

  test('of a Service that changed since its preview is not made: it is shown and asked for again', async () => {
    await approved();
    change({ selector: { app: 'somebody-elses' } });
    expect(await carryOn()).toMatchObject({
      step: 'proposed',
      note: expect.stringContaining('Service shop/cart changed after the preview that was approved'),
    });
    expect(patches()).toBe(0);
    const asked = await now();
    expect(asked.approvals).toEqual([]);
    expect(asked.preview).toMatchObject({ diff: expect.stringContaining('-    app: somebody-elses') });
    await approveNow();
    expect(await carryOn()).toMatchObject({ step: 'verified' });
  });

  test('of a Service of which only the status or the resourceVersion changed is made', async () => {
    await approved();
    sim.objects.change(cart, (object) => ({ ...object, status: { loadBalancer: {} } }));
    expect(await carryOn()).toMatchObject({ step: 'verified', outcome: { kind: 'fixed' } });
  });

  test('goes on where it was when Redis was away, and is made once', async () => {
    await approved();
    sim.faults.fail(thePatch, { kind: 'delay', milliseconds: 1500 }, { times: 1 });
    await queue.add('carry-on', { proposal: id }, remediateOptions);
    await eventually(
      'it is being applied',
      async () => (await stateOf()).step === 'applying' || undefined,
      5000,
    );
    const { port } = new URL(redisServer.url);
    await redisServer.close();
    await eventually('the patch is made', () => patches() > 0 || undefined, 5000);
    redisServer = await startRedis({ dir: folder.path, aof: true, port: Number(port) });
    const state = await eventually(
      'it is verified',
      async () => {
        const { step } = await stateOf();
        return step === 'verified' ? step : undefined;
      },
      40_000,
    );
    expect(state).toBe('verified');
    expect(patches()).toBe(1);
    expect(selector()).toEqual({ app: 'cart-v2' });
    expect(await audit.verify()).toMatchObject({ ok: true });
  });

  test('that somebody else made already fails, and says so', async () => {
    await approved();
    change({ selector: { app: 'cart-v2' } });
    expect(await carryOn()).toMatchObject({
      step: 'failed',
      why: expect.stringContaining('nothing was left to do'),
    });
    expect(patches()).toBe(0);
  });

  test('that nobody carried out in time is not carried out later', async () => {
    await propose({}, Date.now() + 300);
    await preview();
    await approveNow();
    const stored = await now();
    const late = { ...stored, revision: stored.revision + 1, expiresAt: Date.now() - 16 * 60_000 };
    const documents = new Documents(redis, retentionSeconds);
    await documents.write(keys.remediation(cluster, id), late.revision, late);
    expect(await carryOn()).toMatchObject({
      step: 'failed',
      why: expect.stringContaining('nobody carried it out'),
    });
    expect(patches()).toBe(0);
  });

  test.each<[string, Parameters<ClusterSim['faults']['fail']>[1], string, 'failed' | 'unknown']>([
    ['forbids it', { kind: 'status', code: 403, message: 'no patch today' }, 'no patch today', 'failed'],
    ['denies it', { kind: 'webhook', name: 'w', message: 'not on Fridays' }, 'not on Fridays', 'failed'],
    ['has a conflict', { kind: 'status', code: 409 }, 'the server reported a conflict', 'failed'],
    ['has too much to do', { kind: 'status', code: 429 }, 'Too many requests', 'failed'],
    ['breaks', { kind: 'status', code: 500 }, 'Internal error', 'unknown'],
    ['breaks off', { kind: 'reset' }, 'could not be reached', 'unknown'],
    ['hangs', { kind: 'hang' }, 'did not answer in time', 'unknown'],
  ])(
    'where the API server %s to the end is not made, and says what is known',
    async (_name, fault, why, step) => {
      await approved();
      sim.faults.fail(thePatch, fault);
      expect(await carryOn()).toMatchObject({ step, why: expect.stringContaining(why) });
      expect(selector()).toEqual({ app: 'cart' });
    },
  );

  test.each<[string, Parameters<ClusterSim['faults']['fail']>[1]]>([
    ['is busy', { kind: 'status', code: 429 }],
    ['breaks', { kind: 'status', code: 503 }],
    ['breaks off', { kind: 'reset' }],
    ['loses its answer', { kind: 'lose-answer' }],
    ['hangs', { kind: 'hang' }],
  ])('where the API server %s once is made all the same', async (_name, fault) => {
    await approved();
    sim.faults.fail(thePatch, fault, { times: 1 });
    expect(await carryOn()).toMatchObject({ step: 'verified', outcome: { kind: 'fixed' } });
    expect(patches()).toBeLessThanOrEqual(2);
  });

  test.each<RemediationEvent>([
    { kind: 'dismiss', by: ben },
    { kind: 'withdraw', why: 'the alert is resolved' },
  ])('is not made when it is %j', async (event) => {
    await propose();
    await preview();
    await happen(event);
    const before = await stateOf();
    expect(await carryOn()).toEqual(before);
    expect(patches()).toBe(0);
  });
});

test('what may only read can neither preview nor apply, and says what it may not', async () => {
  const readOnly = 'read-only';
  await start('remediator', readOnly, sim.kubeconfig(worker));
  const its = openQueue(queueNames.remediate(readOnly), redisServer.url);
  const itsEvents = openQueueEvents(queueNames.remediate(readOnly), redisServer.url);
  const elsewhere = new RemediationRecords(new Documents(redis, retentionSeconds), readOnly, () =>
    Promise.resolve(),
  );
  await propose();
  await elsewhere.create(await now());
  const shown = await its.add('preview', { proposal: id });
  expect(await shown.waitUntilFinished(itsEvents, 10_000)).toMatchObject({
    kind: 'refused',
    why: expect.stringMatching(/^services "cart" is forbidden: .* cannot get resource "services"/),
  });
  await its.close();
  await itsEvents.close();
});

/** Kills the remediator at a moment that a proxy in front of the API server chooses, and starts another. */
async function killedAt(
  name: string,
  isMoment: (method: string, dryRun: boolean) => boolean,
  passesOn: boolean,
  changes: Partial<Proposal> = {},
): Promise<RemediationStep> {
  const { promise: reached, resolve } = Promise.withResolvers<undefined>();
  const inFront = await serve((request, response) => {
    const forward = async (): Promise<void> => {
      const { authorization = '', 'content-type': type } = request.headers;
      const body = await bodyOf(request);
      const url = new URL(request.url ?? '', sim.url);
      const now = isMoment(request.method ?? '', url.searchParams.has('dryRun'));
      if (now && !passesOn) {
        resolve(undefined);
        return;
      }
      const answer = await fetch(url, {
        method: request.method ?? 'GET',
        headers: { authorization, ...(type !== undefined && { 'content-type': type }) },
        ...(body !== '' && { body }),
      });
      if (now) {
        resolve(undefined);
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    };
    forward().catch(() => response.destroy());
  });
  const kubeconfig = writeKubeconfig(inFront.url, sim.token(remediator), undefined);
  const elsewhere = new RemediationRecords(new Documents(redis, retentionSeconds), name, () =>
    Promise.resolve(),
  );
  const its = openQueue(queueNames.remediate(name), redisServer.url);
  await approved(changes);
  await elsewhere.create(await now());
  const first = await start('remediator', name, kubeconfig);
  await its.add('carry-on', { proposal: id }, remediateOptions);
  await reached;
  await first.kill();
  await start('remediator', name);
  const state = await eventually(
    'it comes to an end',
    async () => {
      const stored = await elsewhere.read(id);
      const isOver = stored !== undefined && isSettled(stored);
      return isOver && (changes.trial === undefined || stored.state.step !== 'verified')
        ? stored.state
        : undefined;
    },
    30_000,
  );
  await its.close();
  await inFront.close();
  return state;
}

test.each<[string, (method: string, dryRun: boolean) => boolean, boolean]>([
  ['before the patch', (method, dryRun) => method === 'PATCH' && !dryRun, false],
  ['right after the patch', (method, dryRun) => method === 'PATCH' && !dryRun, true],
  ['right after the patch was noted', (method) => method === 'POST', true],
])('a remediator killed %s: the next one goes on, and patches once', async (moment, isMoment, passesOn) => {
  const state = await killedAt(moment.replaceAll(' ', '-'), isMoment, passesOn);
  // In that cluster nobody looks, so nobody can say whether it helped.
  expect(state).toMatchObject({ step: 'verified' });
  expect(selector()).toEqual({ app: 'cart-v2' });
  expect(patches()).toBe(1);
});

const trial = { seconds: 8, expected: [{ cause: 'no-ready-endpoints', then: 'the Service has endpoints' }] };

test('a trial measures, changes, measures again, and takes itself back', async () => {
  const before = without(sim.objects.get(cart));
  await approved({ trial });
  expect(await carryOn()).toMatchObject({ step: 'undone', by: netcheck, outcome: { kind: 'fixed' } });
  expect(without(sim.objects.get(cart))).toEqual(before);
  expect((await now()).trail.map(({ what }) => what)).toEqual([
    ...['proposed', 'previewed', 'approved', 'begun', 'applied', 'verified', 'undo-asked', 'undone'],
  ]);
});

test('a trial whose remediator is killed right after the change is taken back in its time by another', async () => {
  const begun = Date.now();
  const isPatch = (method: string, dryRun: boolean): boolean => method === 'PATCH' && !dryRun;
  expect(await killedAt('killed-in-trial', isPatch, true, { trial })).toMatchObject({ step: 'undone' });
  expect(selector()).toEqual({ app: 'cart' });
  // Starting two processes takes its time as well.
  expect(Date.now() - begun).toBeLessThan(trial.seconds * 1000 + 15_000);
});

test('what the cause did before a change and after it is kept, where Prometheus knows it', async () => {
  const range = [{ metric: { status: '503' }, values: [[Math.floor(Date.now() / 1000), '3.5']] }];
  const metrics = await serve(
    (request, response) => {
      const data = request.url?.endsWith('/query_range')
        ? { resultType: 'matrix', result: range }
        : { resultType: 'vector', result: [] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    },
    Number(new URL(prometheusUrl).port),
  );
  try {
    await approved();
    expect(await carryOn()).toMatchObject({ step: 'verified', outcome: { kind: 'fixed' } });
    const store = new InvestigationStore(new Documents(redis, retentionSeconds), cluster);
    expect([...(await store.evidence(courseId(id))).values()]).toEqual([
      expect.objectContaining({ request: expect.objectContaining({ id: 'no-ready-endpoints/answers' }) }),
    ]);
  } finally {
    await metrics.close();
  }
});
