import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import type { ObjectKind, ObjectRef, Operation } from '../../../core/remediation/change.ts';
import { clusterAdmin, type Identity } from '../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { createClusterWriter } from '../../../workers/adapters/kubernetes-writer.ts';
import { CannotLook, type ClusterWriter } from '../../../workers/ports.ts';
import { namespace, node, pod, service, workload, yaml } from '../support/objects.ts';

const soon = (): AbortSignal => AbortSignal.timeout(5000);
const dry = { dryRun: true };
const wet = { dryRun: false };

/** A cluster that stands still: nothing happens but what is written. */
let sim: ClusterSim;
let writer: ClusterWriter;

interface Case {
  readonly kind: ObjectKind;
  /** Where the stand-in keeps it. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly manifest: Readonly<Record<string, unknown>>;
}

const labelled = (manifest: object): Readonly<Record<string, unknown>> => {
  const { metadata, ...rest } = manifest as { metadata: object };
  return { ...rest, metadata: { ...metadata, labels: { was: 'there' } } };
};

const cases: readonly Case[] = [
  { kind: 'Service', resource: 'services', namespaced: true, manifest: labelled(service('cart')) },
  { kind: 'Pod', resource: 'pods', namespaced: true, manifest: labelled(unplaced('cart-1')) },
  { kind: 'Node', resource: 'nodes', namespaced: false, manifest: labelled(node('node-a')) },
  {
    kind: 'Deployment',
    resource: 'deployments.apps',
    namespaced: true,
    manifest: labelled(workload('Deployment', 'cart', { app: 'cart' })),
  },
  {
    kind: 'StatefulSet',
    resource: 'statefulsets.apps',
    namespaced: true,
    manifest: labelled({ ...workload('Deployment', 'store', { app: 'store' }), kind: 'StatefulSet' }),
  },
  {
    kind: 'DaemonSet',
    resource: 'daemonsets.apps',
    namespaced: true,
    manifest: labelled(workload('DaemonSet', 'agent', { app: 'agent' })),
  },
  {
    kind: 'NetworkPolicy',
    resource: 'networkpolicies.networking.k8s.io',
    namespaced: true,
    manifest: labelled({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
      },
    }),
  },
  {
    kind: 'FelixConfiguration',
    resource: 'felixconfigurations.crd.projectcalico.org',
    namespaced: false,
    manifest: labelled({
      apiVersion: 'crd.projectcalico.org/v1',
      kind: 'FelixConfiguration',
      metadata: { name: 'default' },
      spec: { logSeverityScreen: 'Info' },
    }),
  },
];

/** On no node, so that it is gone as soon as it is deleted. */
function unplaced(name: string): object {
  return JSON.parse(JSON.stringify(pod(name, { spec: { nodeName: undefined } }))) as object;
}

function account(name: string): object {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'shop' } };
}

function writerFor(identity: Identity): ClusterWriter {
  const config = new KubeConfig();
  config.loadFromString(sim.kubeconfig(identity));
  return createClusterWriter(config);
}

function refOf({ kind, namespaced, manifest }: Case): ObjectRef {
  const { name } = manifest['metadata'] as { name: string };
  return { kind, name, ...(namespaced && { namespace: 'shop' }) };
}

function stored({ resource }: Case, { namespace: where, name }: ObjectRef): unknown {
  return sim.objects.get({ resource, name, ...(where !== undefined && { namespace: where }) });
}

async function whyOf(doing: Promise<unknown>): Promise<{ reason: string; detail: string }> {
  const error: unknown = await doing.then(
    () => new Error('it was done'),
    (reason: unknown) => reason,
  );
  if (error instanceof CannotLook) return error.why;
  throw error;
}

beforeAll(async () => {
  sim = await startCluster({
    still: true,
    manifests: [yaml(namespace('shop'), account('default'), account('nobody'))],
    extraResources: [
      {
        group: 'crd.projectcalico.org',
        version: 'v1',
        kind: 'FelixConfiguration',
        resource: 'felixconfigurations',
        namespaced: false,
      },
    ],
  });
  writer = writerFor(clusterAdmin);
});
afterAll(() => sim.close());
beforeEach(() => {
  sim.apply(yaml(...cases.map(({ manifest }) => manifest)));
  sim.journal.clear();
});
afterEach(() => sim.faults.clear());

describe.each(cases)('of a $kind', (one) => {
  const ref = refOf(one);
  const patchOf = (uid: string, more: Extract<Operation, { do: 'patch' }>['patch'] = []): Operation => ({
    do: 'patch',
    object: ref,
    uid,
    patch: [...more, { op: 'add', path: '/metadata/labels/put', value: 'in' }],
    undo: [],
  });
  const uid = async (): Promise<string> => (await writer.read(ref, soon())).metadata.uid;

  test('it is read under the names that the API gives its fields', async () => {
    const read = await writer.read(ref, soon());
    expect(read).toMatchObject(one.manifest);
    expect(read.metadata.resourceVersion).not.toBe('');
  });

  test('a dry run of a patch shows what would be and stores nothing; a patch does it', async () => {
    const before = stored(one, ref);
    const operation = patchOf(await uid());
    const shown = await writer.write(operation, dry, soon());
    expect(shown?.metadata.labels).toEqual({ was: 'there', put: 'in' });
    expect(stored(one, ref)).toEqual(before);

    const after = await writer.write(operation, wet, soon());
    expect(after?.metadata.labels).toEqual({ was: 'there', put: 'in' });
    expect(stored(one, ref)).toMatchObject({
      metadata: { labels: { put: 'in' }, managedFields: [{ manager: 'netcheck' }] },
    });
  });

  test('a patch of another object of that name, or whose test does not hold, is refused', async () => {
    const before = stored(one, ref);
    const test = { op: 'test' as const, path: '/metadata/labels/was', value: 'gone' };
    for (const operation of [patchOf('another'), patchOf(await uid(), [test])])
      expect(await whyOf(writer.write(operation, wet, soon()))).toMatchObject({
        reason: 'rejected',
        detail: expect.stringMatching(/./),
      });
    expect(stored(one, ref)).toEqual(before);
  });

  test('a patch for a version of it that has passed is refused', async () => {
    const { resourceVersion, uid: its } = (await writer.read(ref, soon())).metadata;
    await writer.write(patchOf(its), { ...wet, resourceVersion }, soon());
    const before = stored(one, ref);
    const again = { ...wet, resourceVersion };
    expect(await whyOf(writer.write(patchOf(its), again, soon()))).toMatchObject({ reason: 'rejected' });
    expect(stored(one, ref)).toEqual(before);
  });

  test('it is deleted by its uid alone, and created', async () => {
    const deleting: Operation = { do: 'delete', object: ref, uid: await uid() };
    expect((await whyOf(writer.write({ ...deleting, uid: 'another' }, wet, soon()))).detail).toContain(
      'the UID in the precondition (another) does not match',
    );
    expect(await writer.write(deleting, dry, soon())).toBeUndefined();
    expect(stored(one, ref)).toBeDefined();
    expect(await writer.write(deleting, wet, soon())).toBeUndefined();
    expect(stored(one, ref)).toBeUndefined();
    expect(await whyOf(writer.read(ref, soon()))).toMatchObject({ reason: 'not-found' });

    const creating: Operation = { do: 'create', object: ref, manifest: one.manifest };
    expect(await writer.write(creating, dry, soon())).toMatchObject({ metadata: { name: ref.name } });
    expect(stored(one, ref)).toBeUndefined();
    expect(await writer.write(creating, wet, soon())).toMatchObject({ metadata: { name: ref.name } });
    expect((await whyOf(writer.write(creating, wet, soon()))).detail).toContain('already exists');
  });

  test('what may not be done names the verb and the resource', async () => {
    const nobody = writerFor({ namespace: 'shop', name: 'nobody' });
    const operations: readonly Operation[] = [
      patchOf('x'),
      { do: 'create', object: ref, manifest: one.manifest },
      { do: 'delete', object: ref, uid: 'x' },
    ];
    const [plural] = one.resource.split('.');
    for (const operation of operations)
      expect(await whyOf(nobody.write(operation, wet, soon()))).toEqual({
        reason: 'forbidden',
        detail: expect.stringContaining(`cannot ${operation.do} resource "${plural}"`),
      });
    expect((await whyOf(nobody.read(ref, soon()))).detail).toContain(`cannot get resource "${plural}"`);
  });

  test('a note of it is an event about it', async () => {
    const about = { object: ref, uid: await uid(), reason: 'NetcheckApplied', message: 'netcheck did it' };
    await writer.note(about, soon());
    const event = sim.objects
      .list('events')
      .find(
        ({ reason, involvedObject }) =>
          reason === about.reason && (involvedObject as { uid: string }).uid === about.uid,
      );
    expect(event).toMatchObject({
      metadata: { name: expect.stringMatching(/^netcheck-/), namespace: ref.namespace ?? 'default' },
      involvedObject: { ...ref, apiVersion: one.manifest['apiVersion'] },
      message: 'netcheck did it',
      reportingComponent: 'netcheck',
      type: 'Normal',
    });
  });
});

test('every kind is written above', () => {
  expect(cases).toHaveLength(8);
});

describe('an eviction', () => {
  const at = { resource: 'pods', namespace: 'shop', name: 'web-1' };
  let evicting: Operation;
  beforeEach(async () => {
    sim.apply(yaml(pod('web-1', { labels: { app: 'web' } }), pod('web-2', { labels: { app: 'web' } })));
    const object = { kind: 'Pod', namespace: 'shop', name: 'web-1' } as const;
    evicting = { do: 'evict', object, uid: (await writer.read(object, soon())).metadata.uid };
  });
  const budget = (minAvailable: number) =>
    yaml({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { minAvailable, selector: { matchLabels: { app: 'web' } } },
    });

  test('that a disruption budget does not allow is refused', async () => {
    sim.apply(budget(2));
    for (const options of [dry, wet])
      expect(await whyOf(writer.write(evicting, options, soon()))).toMatchObject({
        detail: "Cannot evict pod as it would violate the pod's disruption budget.",
      });
    expect(sim.objects.get(at)?.metadata.deletionTimestamp).toBeUndefined();
  });

  test('ends the very pod, and in a dry run none', async () => {
    sim.apply(budget(1));
    expect(
      (await whyOf(writer.write({ ...evicting, uid: 'another' } as Operation, wet, soon()))).reason,
    ).toBe('rejected');
    expect(await writer.write(evicting, dry, soon())).toBeUndefined();
    expect(sim.objects.get(at)?.metadata.deletionTimestamp).toBeUndefined();
    expect(await writer.write(evicting, wet, soon())).toBeUndefined();
    expect(sim.objects.get(at)?.metadata.deletionTimestamp).toBeDefined();
  });

  test('that may not be asked for names the verb and the resource', async () => {
    const nobody = writerFor({ namespace: 'shop', name: 'nobody' });
    expect((await whyOf(nobody.write(evicting, wet, soon()))).detail).toContain(
      'cannot create resource "pods/eviction"',
    );
  });
});

describe('a write', () => {
  const [one] = cases as readonly [Case, ...Case[]];
  const ref = refOf(one);

  test('with a field that the server does not know is refused, not taken without it', async () => {
    const { uid } = (await writer.read(ref, soon())).metadata;
    const patch = [{ op: 'add' as const, path: '/spec/selektor', value: { app: 'x' } }];
    const why = await whyOf(writer.write({ do: 'patch', object: ref, uid, patch, undo: [] }, wet, soon()));
    expect(why).toMatchObject({ reason: 'rejected', detail: expect.stringContaining('selektor') });
  });

  test('that nobody answers ends when its time is over', async () => {
    sim.faults.fail({ resource: 'services', verb: 'patch' }, { kind: 'hang' });
    const operation: Operation = { do: 'patch', object: ref, uid: 'x', patch: [], undo: [] };
    const started = performance.now();
    expect((await whyOf(writer.write(operation, wet, AbortSignal.timeout(200)))).reason).toBe('timed-out');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('of an object that has to be in a namespace, without one, is a bug', async () => {
    await expect(writer.read({ kind: 'Deployment', name: 'cart' }, soon())).rejects.toThrow(
      'Deployment cart without its namespace',
    );
  });
});
