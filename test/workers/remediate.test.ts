import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { keys, queueNames, retentionSeconds, type KeptPlaybooks, type Settled } from '../../core/jobs.ts';
import { Preview, rankOf, Remediation, type RemediationStep } from '../../core/remediation-state.ts';
import type { Proposal } from '../../core/remediations.ts';
import { Documents } from '../../platform/documents.ts';
import { openQueue, openQueueEvents } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import { writeKubeconfig } from '../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { freePort, startRedis } from '../../sim/world/processes.ts';
import { createMetricsReader } from '../../workers/adapters/prometheus.ts';
import { verify } from '../../workers/verify.ts';
import { bodyOf, serve } from '../support/servers.ts';
import { causeFile, symptomFile } from '../support/own-playbooks.ts';
import { shippedLibrary } from '../support/playbooks.ts';
import {
  eventually,
  killAll,
  startProcess,
  temporaryFolder,
  type Folder,
  type NetcheckProcess,
} from './support/lab.ts';
import { namespace, node, readerFor, service, workload, yaml } from './support/objects.ts';

/*
 * The remediator as a process of its own, under the shipped RBAC, on a real Redis and a stand-in cluster whose
 * controllers publish endpoints. A Service `cart` selects pods that are called otherwise.
 */
let folder: Folder;
let redisServer: Awaited<ReturnType<typeof startRedis>>;
let redis: Redis;
let documents: Documents;
let queue: Queue;
let events: QueueEvents;
let sim: ClusterSim;
let prometheusUrl: string;
const cluster = 'test';
const remediator = { namespace: 'netcheck', name: 'netcheck-remediator' };
const cart = { resource: 'services', namespace: 'shop', name: 'cart' };

beforeAll(async () => {
  folder = await temporaryFolder();
  redisServer = await startRedis();
  redis = connectRedis(redisServer.url);
  documents = new Documents(redis, retentionSeconds);
  queue = openQueue(queueNames.remediate(cluster), redisServer.url);
  events = openQueueEvents(queueNames.remediate(cluster), redisServer.url);
  await events.waitUntilReady();
  prometheusUrl = `http://127.0.0.1:${await freePort()}`;
  const rbac = await readFile(join(import.meta.dirname, '../../deploy/rbac.yaml'), 'utf8');
  sim = await startCluster({
    manifests: [
      rbac,
      yaml(
        namespace('shop'),
        node('node-a'),
        workload('Deployment', 'cart', { app: 'cart-v2' }),
        service('cart'),
      ),
    ],
  });
  await startRemediator(sim.kubeconfig(remediator));
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
  sim.objects.change(cart, (object) => ({
    ...object,
    spec: {
      ...(object.spec as object),
      selector: { app: 'cart' },
      ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
    },
  }));
  sim.journal.clear();
});

async function startRemediator(kubeconfig: string, name = cluster): Promise<NetcheckProcess> {
  const one = startProcess(['workers/main.ts', 'remediator'], {
    REDIS_URL: redisServer.url,
    PROMETHEUS_URL: prometheusUrl,
    NETCHECK_PROBES: 'off',
    KUBECONFIG: await folder.write(`${name}-${++tests}`, kubeconfig),
    NETCHECK_CLUSTER: name,
    NETCHECK_EVIDENCE_TIMEOUT: '3',
  });
  await eventually(
    'the remediator is ready',
    () => one.stderr().includes('remediator ready') || undefined,
    20_000,
  );
  return one;
}

const ana = { id: 'U1', name: 'ana' };
const ben = { id: 'U2', name: 'ben' };

async function propose(
  state: RemediationStep = { step: 'approved', by: ben },
  change: Partial<Proposal> = {},
  of = cluster,
  expiresAt = Date.now() + 60_000,
): Promise<Remediation> {
  const remediation: Remediation = {
    proposal: {
      id,
      cause: 'no-ready-endpoints',
      remediation: 'service-selector',
      namespace: 'shop',
      service: 'cart',
      params: { selector: 'app=cart-v2' },
      summary: 'Select the pods.',
      risk: '',
      workedIf: 'the Service has ready endpoints.',
      ...change,
    },
    investigation: 'i1',
    requester: ana,
    expiresAt,
    state,
  };
  await documents.write(keys.remediation(of, id), rankOf(remediation), remediation);
  return remediation;
}

async function preview(): Promise<Preview> {
  const job = await queue.add('preview', { proposal: id });
  return Preview.parse(await job.waitUntilFinished(events, 10_000));
}

async function apply(): Promise<RemediationStep> {
  const job = await queue.add('apply', { proposal: id }, { jobId: `apply-${id}` });
  await job.waitUntilFinished(events, 15_000).catch(() => undefined);
  return stateOf();
}

async function stateOf(of = cluster): Promise<RemediationStep> {
  return Remediation.parse((await documents.read(keys.remediation(of, id)))?.value).state;
}

function change(spec: object, metadata: object = {}): void {
  sim.objects.change(cart, (object) => ({
    ...object,
    metadata: { ...object.metadata, ...metadata },
    spec: { ...(object.spec as object), ...spec },
  }));
}

const selector = (): unknown => (sim.objects.get(cart)?.spec as { selector: unknown }).selector;
const patches = (): number => sim.journal.matching({ verb: 'patch', dryRun: false }).length;

describe('a preview', () => {
  test('shows what the API server would make of the Service, and changes nothing', async () => {
    await propose({ step: 'proposed' });
    const before = sim.objects.get(cart);
    const shown = await preview();
    expect(shown).toMatchObject({ kind: 'change', object: 'Service shop/cart' });
    const diff = shown.kind === 'change' ? shown.diff.split('\n') : [];
    expect(diff).toContain('-    app: cart');
    expect(diff).toContain('+    app: cart-v2');
    expect(diff.filter((line) => /^[-+]/.test(line))).toHaveLength(2);
    expect(sim.objects.get(cart)).toEqual(before);
    expect(await stateOf()).toEqual({ step: 'proposed' });
  });

  test('of another targetPort', async () => {
    await propose(
      { step: 'proposed' },
      { remediation: 'service-target-port', params: { target_port: '9090' } },
    );
    const shown = await preview();
    const diff = shown.kind === 'change' ? shown.diff.split('\n') : [];
    expect(diff.filter((line) => /^[-+]/.test(line)).map((line) => line.replace(/ +/, ' '))).toEqual([
      '- targetPort: 8080',
      '+ targetPort: 9090',
    ]);
  });

  test.each<[string, Partial<Proposal>, Preview]>([
    [
      'nothing to change',
      { params: { selector: 'app=cart' } },
      { kind: 'none', why: 'Service cart selects app=cart already' },
    ],
    [
      'the port that it has',
      { remediation: 'service-target-port', params: { target_port: '8080' } },
      { kind: 'none', why: 'Service cart targets 8080 already' },
    ],
    ['no selector', { params: { selector: 'cart' } }, { kind: 'refused', why: '"cart" is not a selector' }],
    [
      'no port',
      { remediation: 'service-target-port', params: { target_port: '70000' } },
      { kind: 'refused', why: '"70000" is not a port' },
    ],
    ['no such Service', { service: 'gone' }, { kind: 'refused', why: 'services "gone" not found' }],
    [
      'what the API server does not take',
      { params: { selector: 'app=not valid!' } },
      { kind: 'refused', why: expect.stringContaining('Invalid value') as unknown as string },
    ],
  ])('of %s says so', async (_name, changed, answer) => {
    await propose({ step: 'proposed' }, changed);
    expect(await preview()).toEqual(answer);
  });

  test('of a proposal that nobody knows says so', async () => {
    expect(await preview()).toEqual({ kind: 'refused', why: 'this proposal is no longer known' });
  });
});

describe('an approved change', () => {
  test('is made once, and verified with the endpoints that follow', async () => {
    await propose();
    await preview();
    const [state, again] = await Promise.all([apply(), apply()]);
    expect(state).toMatchObject({
      step: 'verified',
      by: ben,
      outcome: { kind: 'fixed', reason: 'What proved it is no longer so.' },
    });
    expect(again).toEqual(state);
    expect(selector()).toEqual({ app: 'cart-v2' });
    expect(patches()).toBe(1);

    const other = await queue.add('apply', { proposal: id });
    await other.waitUntilFinished(events, 10_000);
    expect(patches()).toBe(1);
    expect(await stateOf()).toEqual(state);
  });

  test('that was made by a run which died before it could say so is not made again', async () => {
    await propose();
    change({ selector: { app: 'cart-v2' } });
    expect(await apply()).toMatchObject({
      step: 'verified',
      diff: 'Service cart selects app=cart-v2 already',
      outcome: { kind: 'fixed' },
    });
    expect(patches()).toBe(0);
  });

  test('of a Service that changed since its preview fails, and nothing is done', async () => {
    await propose();
    expect(await preview()).toMatchObject({ kind: 'change' });
    change({ selector: { app: 'somebody-elses' } });
    expect(await apply()).toEqual({
      step: 'failed',
      by: ben,
      why: 'Service shop/cart changed since the preview, so nothing was done. Run netcheck again.',
    });
    expect(selector()).toEqual({ app: 'somebody-elses' });
    expect(patches()).toBe(0);
  });

  test('that nobody carried out in time is not carried out later', async () => {
    await propose(undefined, {}, cluster, Date.now() - 16 * 60_000);
    expect(await apply()).toMatchObject({
      step: 'failed',
      why: expect.stringContaining('not carried out in time'),
    });
    expect(patches()).toBe(0);
  });

  test('of one port among several fails: which one was meant is not certain', async () => {
    await propose(undefined, { remediation: 'service-target-port', params: { target_port: '9090' } });
    change({
      ports: [
        { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
        { name: 'metrics', port: 81, protocol: 'TCP', targetPort: 9091 },
      ],
    });
    expect(await apply()).toMatchObject({ step: 'failed', why: expect.stringContaining('several ports') });
    expect(patches()).toBe(0);
  });

  test('that the cluster took, though its answer never came, is applied and verified', async () => {
    await propose();
    sim.faults.fail({ resource: 'services', verb: 'patch' }, { kind: 'hang' });
    const applied = apply();
    await eventually('the patch', () => sim.journal.matching({ verb: 'patch' })[0], 5000);
    change({ selector: { app: 'cart-v2' } });
    expect(await applied).toMatchObject({ step: 'verified', outcome: { kind: 'fixed' } });
  });

  test('of a Service of which only an annotation changed is made', async () => {
    await propose();
    await preview();
    change({}, { annotations: { note: '<!channel>' } });
    expect(await apply()).toMatchObject({ step: 'verified', outcome: { kind: 'fixed' } });
  });

  test.each<[string, Partial<Proposal>, string]>([
    ['that is impossible', { params: { selector: '' } }, '"" is not a selector'],
    ['of a Service that is gone', { service: 'gone' }, 'services "gone" not found'],
  ])('%s fails with a sentence', async (_name, changed, why) => {
    await propose(undefined, changed);
    expect(await apply()).toEqual({ step: 'failed', by: ben, why });
    expect(patches()).toBe(0);
  });

  test.each<[string, Parameters<ClusterSim['faults']['fail']>[1], string]>([
    [
      'refuses',
      { kind: 'status', code: 403, message: 'services "cart" is forbidden' },
      'services "cart" is forbidden',
    ],
    ['breaks off', { kind: 'reset' }, 'the API server could not be reached (ECONNRESET)'],
    ['hangs', { kind: 'hang' }, 'the API server did not answer in time'],
  ])('where the API server %s fails with a sentence', async (_name, fault, why) => {
    await propose();
    sim.faults.fail({ resource: 'services', verb: 'patch' }, fault);
    expect(await apply()).toEqual({ step: 'failed', by: ben, why });
  });

  test('of an object that nobody understands fails, too', async () => {
    await propose();
    change({ ports: [{ port: 'eighty' }] });
    expect(await apply()).toMatchObject({
      step: 'failed',
      why: expect.stringContaining('netcheck could not go on'),
    });
  });

  test.each<[string, RemediationStep]>([
    ['only proposed', { step: 'proposed' }],
    ['dismissed', { step: 'dismissed', by: ben }],
    ['failed', { step: 'failed', by: ben, why: 'x' }],
  ])('that is %s is not made', async (_name, state) => {
    await propose(state);
    expect(await apply()).toEqual(state);
    expect(patches()).toBe(0);
  });
});

test('the worker, which may only read, can neither preview nor apply', async () => {
  const readOnly = 'read-only';
  await startRemediator(sim.kubeconfig({ namespace: 'netcheck', name: 'netcheck-worker' }), readOnly);
  const its = openQueue(queueNames.remediate(readOnly), redisServer.url);
  const itsEvents = openQueueEvents(queueNames.remediate(readOnly), redisServer.url);
  await propose(undefined, {}, readOnly);
  const shown = await its.add('preview', { proposal: id });
  expect(await shown.waitUntilFinished(itsEvents, 10_000)).toEqual({
    kind: 'refused',
    why: expect.stringMatching(/^services "cart" is forbidden: .* cannot get resource "services"/),
  });
  const applied = await its.add('apply', { proposal: id });
  await applied.waitUntilFinished(itsEvents, 10_000);
  expect(await stateOf(readOnly)).toMatchObject({
    step: 'failed',
    why: expect.stringContaining('services "cart" is forbidden'),
  });
  expect(selector()).toEqual({ app: 'cart' });
  await its.close();
  await itsEvents.close();
});

test('a remediator killed right after the patch: the next one verifies, and does not patch again', async () => {
  const name = 'killed';
  // In front of the API server: lets the patch through and keeps its answer.
  const { promise: patched, resolve: isPatched } = Promise.withResolvers<undefined>();
  const inFront = await serve((request, response) => {
    const forward = async (): Promise<void> => {
      const { authorization = '', 'content-type': type } = request.headers;
      const body = await bodyOf(request);
      const answer = await fetch(new URL(request.url ?? '', sim.url), {
        method: request.method ?? 'GET',
        headers: { authorization, ...(type !== undefined && { 'content-type': type }) },
        ...(body !== '' && { body }),
      });
      if (request.method === 'PATCH') {
        isPatched(undefined);
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    };
    forward().catch(() => response.destroy());
  });
  const first = await startRemediator(writeKubeconfig(inFront.url, sim.token(remediator), undefined), name);
  const its = openQueue(queueNames.remediate(name), redisServer.url);
  await propose(undefined, {}, name);
  await its.add('apply', { proposal: id });
  await patched;
  await first.kill();
  expect(selector()).toEqual({ app: 'cart-v2' });
  expect(await stateOf(name)).toMatchObject({ step: 'approved' });

  await startRemediator(sim.kubeconfig(remediator), name);
  const state = await eventually(
    'the change is verified',
    async () => {
      const now = await stateOf(name);
      return now.step === 'verified' ? now : undefined;
    },
    30_000,
  );
  expect(state).toMatchObject({ outcome: { kind: 'fixed' } });
  expect(patches()).toBe(1);
  await its.close();
  await inFront.close();
});

test('a change is verified by the playbooks that its investigation began with', async () => {
  const source = causeFile('moon', 'The moon is full');
  const playbooks: KeptPlaybooks = {
    files: [
      { path: 'causes/moon.md', source },
      { path: 'odd.md', source: symptomFile('odd', 'Odd', 'moon') },
    ],
  };
  const settled: Settled = {
    target: { namespace: 'shop', service: 'cart', pods: [], nodes: [], gaps: [] },
    window: { from: 0, to: 1800 },
    requester: 'U1',
    playbooks: 'of-then',
  };
  await documents.write(keys.playbooks('of-then'), 0, playbooks);
  await documents.write(keys.settled(cluster, 'i1'), 0, settled);
  await propose(undefined, { cause: 'moon' });
  try {
    expect(await apply()).toMatchObject({ step: 'verified', outcome: { kind: 'fixed' } });
  } finally {
    await redis.del(keys.settled(cluster, 'i1'));
  }
});

describe('a look after a change', () => {
  const library = shippedLibrary();
  const verifying = (patienceMs: number): Parameters<typeof verify>[0] => ({
    library,
    patienceMs,
    sources: {
      cluster: readerFor(sim, remediator),
      metrics: createMetricsReader({ url: prometheusUrl }),
      timeoutMs: 2000,
    },
  });

  afterEach(() => sim.faults.clear());

  test('that shows the cause still says not fixed', async () => {
    expect(await verify(verifying(0), await propose())).toEqual({
      kind: 'not-fixed',
      reason: 'The selector app=cart matches no pod, so cart has 0 endpoints.',
    });
  });

  test('waits until it shows', async () => {
    const verified = verify(verifying(20_000), await propose());
    await eventually(
      'it has looked once',
      () => sim.journal.matching({ resource: 'endpointslices' })[0],
      10_000,
    );
    change({ selector: { app: 'cart-v2' } });
    expect(await verified).toMatchObject({ kind: 'fixed' });
  });

  test.each<[string, Parameters<ClusterSim['faults']['fail']>[0], string]>([
    ['the endpoints', { resource: 'endpointslices' }, 'no look today'],
    ['the Service', { resource: 'services' }, 'no look today'],
  ])('that may not see %s cannot tell', async (_name, matcher, reason) => {
    sim.faults.fail(matcher, { kind: 'status', code: 403, message: 'no look today' });
    expect(await verify(verifying(0), await propose())).toEqual({
      kind: 'cannot-tell',
      reason: expect.stringContaining(reason),
    });
  });

  test.each<[string, Partial<Proposal>, string]>([
    ['a Service that is gone', { service: 'gone' }, 'Service gone is gone'],
    ['a cause without a playbook', { cause: 'gone' }, 'there is no playbook for gone any more'],
  ])('at %s cannot tell', async (_name, changed, reason) => {
    expect(await verify(verifying(0), await propose(undefined, changed))).toEqual({
      kind: 'cannot-tell',
      reason,
    });
  });
});
