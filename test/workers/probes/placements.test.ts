import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Observation } from '../../../core/evidence.ts';
import type { Intrusion, Placement } from '../../../core/probes.ts';
import type { Target } from '../../../core/target.ts';
import type { Pod } from '../../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { createProbeCluster } from '../../../workers/adapters/kubernetes-probes.ts';
import { createClusterReader } from '../../../workers/adapters/kubernetes.ts';
import { createLocalProber } from '../../../workers/adapters/local-prober.ts';
import { makeProbe, type Prober, type ProbeRequest } from '../../../workers/probes/prober.ts';
import { configFor, image, probePods, startFarEnd, startShop } from './support/shop.ts';

let farEnd: Awaited<ReturnType<typeof startFarEnd>>;
let sim: ClusterSim;
let audit: Readonly<Record<string, unknown>>[];

beforeAll(async () => {
  farEnd = await startFarEnd();
});
afterAll(() => new Promise((resolve) => farEnd.server.close(resolve)));
beforeEach(() => {
  audit = [];
});
afterEach(() => sim.close());

const target = (): Target => ({
  namespace: 'shop',
  service: 'checkout',
  pods: [{ name: 'checkout-1', node: 'node-a', ready: true, ip: '10.244.1.7' }],
  nodes: ['node-a'],
  destination: farEnd.to,
  gaps: [],
});

function prober(overrides: Partial<Prober> = {}): Prober {
  return {
    launcher: {
      cluster: createProbeCluster(configFor(sim)),
      local: createLocalProber(),
      image,
      namespace: 'netcheck-probes',
    },
    enabled: new Set<Intrusion>(['own-pod', 'ephemeral', 'node']),
    limits: { perSecond: 2000, probesAtOnce: 4 },
    refuse: [],
    allow: ['127.0.0.0/8'],
    audit: (entry) => audit.push(entry),
    ...overrides,
  };
}

function ask(
  from: readonly Placement[],
  {
    with: who = prober(),
    on = target(),
    left = 30_000,
    ...request
  }: Partial<ProbeRequest> & { with?: Prober; on?: Target; left?: number } = {},
): Promise<Observation> {
  const asked: ProbeRequest = {
    source: 'probe',
    id: 'cause/reach',
    title: 'Connects',
    probe: 'tcp',
    params: { namespace: 'shop', service: 'checkout', to: farEnd.to },
    from: [...from],
    attempts: 10,
    first: 0,
    ...request,
  };
  const reserve = (wanted: number): Promise<number> => Promise.resolve(Math.min(wanted, left));
  const occasion = { investigation: 'inv-1', target: on, requester: 'U123', reserve };
  return makeProbe(who, asked, occasion, createClusterReader(configFor(sim)), AbortSignal.timeout(50_000));
}

const arms = (observation: Observation): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { from, ok } of observation.status === 'observed' ? (observation.attempts ?? []) : [])
    counts[from] = (counts[from] ?? 0) + Number(ok);
  return counts;
};
const whyNot = (observation: Observation): string =>
  observation.status === 'unavailable' ? `${observation.why.reason}: ${observation.why.detail}` : 'observed';

describe('every place', () => {
  it.each<[Placement, string | undefined]>([
    ['worker', undefined],
    ['pod', 'netcheck-probes'],
    ['other-node', 'netcheck-probes'],
    ['node', 'netcheck-probes-node'],
  ])('%s', async (from, namespace) => {
    sim = await startShop();
    const created: Pod[] = [];
    sim.objects.subscribe(({ resource, after }) => {
      if (resource === 'pods' && after.metadata.namespace === namespace) created.push(after as Pod);
    });
    expect(arms(await ask([from]))).toEqual({ [from]: 10 });
    if (namespace === undefined) return;
    expect(created[0]?.spec).toMatchObject({
      nodeName: from === 'other-node' ? 'node-b' : 'node-a',
      restartPolicy: 'Never',
      activeDeadlineSeconds: expect.any(Number) as unknown,
    });
    expect(created[0]?.spec.hostNetwork ?? false).toBe(from === 'node');
    expect(probePods(sim)).toEqual([]);
  });

  it('each node of the target', async () => {
    sim = await startShop();
    const nodesOf = (observation: Observation): readonly string[] =>
      observation.status === 'observed'
        ? (observation.attempts ?? []).map(({ labels = {} }) => labels['client'] ?? '').sort()
        : [];
    const both = await ask(['each-node', 'worker'], {
      on: { ...target(), nodes: ['node-b', 'node-a'] },
      attempts: 2,
      left: 6,
    });
    expect(arms(both)).toEqual({ 'each-node': 4, worker: 2 });
    expect(nodesOf(both)).toEqual(['', '', 'node-a', 'node-a', 'node-b', 'node-b']);
    expect(whyNot(await ask(['each-node'], { on: { ...target(), nodes: [] }, id: 'cause/none' }))).toBe(
      'not-found: checkout has no pod on any node',
    );
  });

  it("the target's own pod, as its own traffic and past its sidecar", async () => {
    sim = await startShop({ sidecar: true });
    const probed = await ask(['no-proxy'], {});
    expect(arms(probed)).toEqual({ 'no-proxy': 10 });
    const pod = sim.objects.get({ resource: 'pods', namespace: 'shop', name: 'checkout-1' }) as Pod;
    expect(pod.spec.ephemeralContainers).toMatchObject([
      { image, securityContext: { runAsUser: 2102, runAsNonRoot: true, capabilities: { drop: ['ALL'] } } },
    ]);
  });

  it('in a meshed pod the connect is not taken for an answer of the far end', async () => {
    sim = await startShop({ sidecar: true });
    // The far end says nothing that a sidecar could not say.
    expect(whyNot(await ask(['target-pod']))).toMatch(/^rejected: the sidecar answers the connect/);
  });

  it('a pod without a sidecar is probed past none', async () => {
    sim = await startShop();
    expect(arms(await ask(['target-pod', 'no-proxy']))).toEqual({ 'target-pod': 10, 'no-proxy': 10 });
  });
});

it('runs the arms of a comparison at the same time', async () => {
  sim = await startShop();
  const starts: { from: string; at: number }[] = [];
  const launcher = prober().launcher;
  const who = prober({
    launcher: {
      ...launcher,
      cluster: {
        ...launcher.cluster,
        async followLog(...args) {
          const text = await launcher.cluster.followLog(...args);
          for (const [, at] of text.matchAll(/"at":(\d+)/g)) starts.push({ from: args[1], at: Number(at) });
          return text;
        },
      },
    },
  });
  const probed = await ask(['pod', 'other-node'], { with: who, attempts: 40 });
  expect(arms(probed)).toEqual({ pod: 40, 'other-node': 40 });
  const firsts = [...new Set(starts.map(({ from }) => from))].map((from) =>
    Math.min(...starts.filter((one) => one.from === from).map(({ at }) => at)),
  );
  expect(firsts).toHaveLength(2);
  expect(Math.abs((firsts[0] ?? 0) - (firsts[1] ?? 0))).toBeLessThan(400);
});

describe('what keeps it from looking is said', () => {
  it('a class of probes that is off, and how it is switched on', async () => {
    sim = await startShop();
    const who = prober({ enabled: new Set<Intrusion>(['own-pod']) });
    expect(whyNot(await ask(['target-pod'], { with: who }))).toBe(
      "not-enabled: probes from the target's own pod are off, NETCHECK_PROBES=own-pod,ephemeral turns them on",
    );
    expect(audit).toEqual([]);
  });

  it('one arm of two: the other is there, and the reason with it', async () => {
    sim = await startShop();
    const who = prober({ enabled: new Set<Intrusion>(['own-pod']) });
    const probed = await ask(['worker', 'node'], { with: who });
    expect(arms(probed)).toEqual({ worker: 10 });
    expect(probed).toMatchObject({
      unseen: [
        {
          from: 'node',
          why: { reason: 'not-enabled', detail: expect.stringContaining('own-pod,node') as unknown },
        },
      ],
    });
  });

  it('an image that cannot be pulled', async () => {
    sim = await startShop({ images: { missing: [image] } });
    expect(whyNot(await ask(['pod']))).toMatch(
      /^rejected: the probe could not start: (ErrImagePull|ImagePullBackOff): .*netcheck:0\.1\.0/,
    );
    expect(probePods(sim)).toEqual([]);
  });

  it('a quota', async () => {
    sim = await startShop();
    sim.apply(`
apiVersion: v1
kind: ResourceQuota
metadata: { name: none, namespace: netcheck-probes }
spec: { hard: { pods: '0' } }
`);
    expect(whyNot(await ask(['pod']))).toMatch(
      /^forbidden: pods "netcheck-probe-\w+" is forbidden: exceeded quota: none/,
    );
  });

  it('PodSecurity', async () => {
    sim = await startShop();
    sim.objects.change({ resource: 'namespaces', name: 'netcheck-probes-node' }, (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
    }));
    expect(whyNot(await ask(['node']))).toMatch(
      /^forbidden: .*violates PodSecurity "baseline:latest": .*host namespaces/,
    );
  });

  it('what PodSecurity restricted asks for, its own pods have', async () => {
    sim = await startShop();
    for (const name of ['netcheck-probes', 'shop'])
      sim.objects.change({ resource: 'namespaces', name }, (object) => ({
        ...object,
        metadata: { ...object.metadata, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      }));
    expect(arms(await ask(['pod']))).toEqual({ pod: 10 });
  });

  it('no other node', async () => {
    sim = await startShop();
    sim.objects.change({ resource: 'nodes', name: 'node-b' }, (object) => ({
      ...object,
      spec: { unschedulable: true },
    }));
    expect(whyNot(await ask(['other-node']))).toBe(
      'not-found: there is no other node that is ready and not cordoned',
    );
  });

  it('a node in another zone, and none', async () => {
    sim = await startShop();
    expect(whyNot(await ask(['other-zone']))).toBe(
      'not-found: there is no ready node in a zone that runs none of its pods',
    );
    for (const [name, zone] of [
      ['node-a', 'eu-1a'],
      ['node-b', 'eu-1b'],
    ] as const)
      sim.objects.change({ resource: 'nodes', name }, (object) => ({
        ...object,
        metadata: { ...object.metadata, labels: { 'topology.kubernetes.io/zone': zone } },
      }));
    expect(arms(await ask(['other-zone'], { id: 'cause/zone' }))).toEqual({ 'other-zone': 10 });
  });

  it('rights that were not granted', async () => {
    sim = await startShop();
    sim.objects.remove({
      resource: 'clusterroles.rbac.authorization.k8s.io',
      name: 'netcheck-probes-ephemeral',
    });
    expect(whyNot(await ask(['target-pod']))).toMatch(/^forbidden: .*cannot get resource "pods"/);
  });

  it('a target without pods', async () => {
    sim = await startShop();
    expect(whyNot(await ask(['pod'], { on: { ...target(), pods: [], nodes: [] } }))).toBe(
      'not-found: checkout has no pod on any node',
    );
  });

  it('the connections that an investigation may make', async () => {
    sim = await startShop();
    expect(arms(await ask(['worker', 'pod'], { left: 15 }))).toEqual({ worker: 7, pod: 7 });
    expect(whyNot(await ask(['worker', 'pod'], { left: 1, id: 'cause/more' }))).toBe(
      'rejected: this investigation has made all the connections that it may make',
    );
  });

  it('an API server whose own addresses cannot be read: it could be just that', async () => {
    sim = await startShop();
    sim.faults.fail({ verb: 'list', resource: 'services' }, { kind: 'status', code: 503 });
    const before = farEnd.accepted();
    await expect(ask(['worker'])).rejects.toThrow('the server is currently unable');
    expect(farEnd.accepted()).toBe(before);
  });
});

describe('what is no part of the investigation is refused, and nothing is sent', () => {
  it.each([
    ['169.254.169.254:80', /no part of this investigation|link-local/],
    ['2852039166:80', /usual form/],
    ['0251.0376.0251.0376:80', /usual form/],
    ['0xa9fea9fe:80', /usual form/],
    ['::ffff:169.254.169.254', /no part of this investigation|link-local/],
    ['metadata.google.internal:80', /no part of this investigation/],
    ['other.example:443', /no part of this investigation: only checkout.shop and the far end that was named/],
    ['kubernetes.default:443', /no part of this investigation|API server/],
    ['10.96.0.1:443', /no part of this investigation/],
    ['checkout:0', /Unexpected port 0/],
    ['checkout:70000', /Unexpected port 70000/],
    ['check out:80', /expected a DNS name/],
    ['checkout\n:80', /expected a DNS name/],
    [`${'a'.repeat(1000)}:80`, /at most 253/],
  ])('%j', async (to, why) => {
    sim = await startShop();
    const before = farEnd.accepted();
    const probed = await ask(['worker'], { params: { namespace: 'shop', service: 'checkout', to } });
    expect(whyNot(probed)).toMatch(why);
    expect(farEnd.accepted()).toBe(before);
    expect(audit).toEqual([]);
  });

  it.each([
    ['kubernetes.default', /API server/],
    ['169.254.169.254:80', /link-local/],
    ['127.0.0.1:1', /loopback/],
  ])('not even %s, named by a person', async (destination, why) => {
    sim = await startShop();
    const probed = await ask(['worker'], {
      with: prober({ allow: [] }),
      on: { ...target(), destination },
      params: { namespace: 'shop', service: 'checkout', to: destination },
    });
    expect(whyNot(probed)).toMatch(why);
  });
});

it('the audit log names who asked, what is probed and where from', async () => {
  sim = await startShop();
  await ask(['pod']);
  expect(audit).toEqual([
    {
      probe: 'tcp',
      from: 'pod',
      place: { kind: 'pod', node: 'node-a' },
      targets: [farEnd.to],
      attempts: 10,
      investigation: 'inv-1',
      target: 'checkout.shop',
      requester: 'U123',
    },
  ]);
});
