import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Log } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../../sim/cluster/start-cluster.ts';
import { clientsFor, until } from '../clients.ts';
import { nodes, shop } from '../manifests.ts';
import { container, isRoot, podsOf, root, runner } from './pods.ts';

const asRoot = isRoot ? test : test.skip;

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;
let pods: ReturnType<typeof podsOf>;

beforeAll(async () => {
  sim = await startCluster({ manifests: [nodes, shop], runners: [runner] });
  clients = clientsFor(sim, clusterAdmin);
  pods = podsOf(sim, clients);
});

afterAll(() => sim.close());

const at = (name: string) => ({ namespace: 'shop', name });

describe('a pod of a known image', () => {
  test.each([
    [0, 'Succeeded', 'Completed'],
    [3, 'Failed', 'Error'],
  ])('exits with %i: %s', async (code, phase, reason) => {
    await pods.create(`exits-${String(code)}`, [container(['exit', code])]);

    const status = await pods.untilPhase(`exits-${String(code)}`, phase);

    expect(status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: code, reason });
  });

  test('says what its steps were, each from whom it comes', async () => {
    await pods.create('told', [container(['exit', 0])]);
    await pods.untilPhase('told', 'Succeeded');

    const [scheduled = '', ...rest] = await pods.events('told');
    expect(scheduled).toMatch(/^Normal Scheduled: Successfully assigned shop\/told to node-[ab]$/);
    expect(rest).toEqual([
      'Normal Pulled: Container image "netcheck:test" already present on machine',
      'Normal Created: Created container: probe',
      'Normal Started: Started container probe',
    ]);
  });

  test('ten thousand lines stream from the first one on, and the stream ends with the container', async () => {
    await pods.create('talks', [container(['lines', 10_000])]);
    const stream = new PassThrough();
    await new Log(clients.config).log('shop', 'talks', 'probe', stream, { follow: true });

    const lines = (await text(stream)).trimEnd().split('\n');

    expect(lines).toHaveLength(10_000);
    expect([lines[0], lines.at(-1)]).toEqual(['line 1', 'line 10000']);
  });

  test('a reader that goes away does not disturb it', async () => {
    await pods.create('left', [container(['serve'])]);
    const abort = new AbortController();
    const headers = { Authorization: `Bearer ${sim.token(clusterAdmin)}` };
    const url = `${sim.url}/api/v1/namespaces/shop/pods/left/log?follow=true&container=probe`;
    const { body } = await fetch(url, { headers, signal: abort.signal });
    const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
    const first = await reader?.read();
    abort.abort();

    expect(new TextDecoder().decode(first?.value)).toMatch(/^up \d+\n$/);
    await clients.core.deleteNamespacedPod(at('left'));
    await pods.untilGone('left');
  });

  test('has the environment of its spec, and nothing else', async () => {
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    const env = [
      { name: 'WHERE', value: 'here' },
      { name: 'TWICE', value: '$(WHERE) and $(WHERE), not $(NOWHERE) for $$' },
      field('POD', 'metadata.name'),
      field('NAMESPACE', 'metadata.namespace'),
      field('UID', 'metadata.uid'),
      field('NODE', 'spec.nodeName'),
      field('IP', 'status.podIP'),
    ];
    await pods.create('env', [container(['who'], { env })]);

    const status = await pods.untilPhase('env', 'Succeeded');

    const said = JSON.parse(pods.log('env')[0] ?? '') as { cwd: string; env: Record<string, string> };
    expect(said.env).toEqual({
      PATH: process.env['PATH'],
      HOSTNAME: 'env',
      WHERE: 'here',
      TWICE: 'here and here, not $(NOWHERE) for $',
      POD: 'env',
      NAMESPACE: 'shop',
      UID: pods.now('env')?.metadata.uid,
      NODE: pods.now('env')?.spec.nodeName,
      IP: status?.podIP,
    });
  });
});

test('it works in the folder that the container names', async () => {
  const inParent = { command: ['node', 'kubelet/program.ts'], workingDir: '/app/..' };
  await pods.create('parent', [container(['who'], inParent)]);
  await pods.untilPhase('parent', 'Succeeded');

  expect(JSON.parse(pods.log('parent')[0] ?? '')).toMatchObject({ cwd: dirname(root) });
});

describe('who it runs as', () => {
  const who = async (name: string, one: object, spec: object = {}) => {
    await pods.create(name, [one], spec);
    await pods.untilPhase(name, 'Succeeded');
    return JSON.parse(pods.log(name, (one as { name: string }).name)[0] ?? '') as unknown;
  };

  asRoot('the container overrides the pod, the pod the image', async () => {
    const securityContext = { runAsUser: 2000, runAsGroup: 2001 };
    const own = container(['who'], { securityContext: { runAsUser: 2102 } });
    const image = container(['who'], { image: 'netcheck:app' });

    const said = await Promise.all([
      who('overridden', own, { securityContext }),
      who('of-pod', container(['who']), { securityContext }),
      who('of-image', image, {}),
      who('numbered', container(['who'], { image: 'netcheck:app', securityContext: { runAsUser: 2102 } })),
    ]);

    expect(said).toMatchObject([
      { uid: 2102, gid: 2001, groups: '' },
      { uid: 2000, gid: 2001, groups: '' },
      { uid: 1000, gid: 1001 },
      { uid: 2102, gid: 0 },
    ]);
  });

  asRoot('root keeps what containerd leaves it, and nothing where all is dropped', async () => {
    const drop = { capabilities: { drop: ['ALL'], add: ['NET_RAW'] }, allowPrivilegeEscalation: false };
    const image = 'netcheck:root';

    const said = await Promise.all([
      who('usual', container(['who'], { image })),
      who('dropped', container(['who'], { image, securityContext: drop })),
      who('user', container(['who'], { securityContext: { ...drop, runAsUser: 2102 } })),
    ]);

    expect(said).toMatchObject([
      { uid: 0, bounding: '00000000a80425fb', effective: '00000000a80425fb', noNewPrivileges: '0' },
      { uid: 0, bounding: '0000000000002000', effective: '0000000000002000', noNewPrivileges: '1' },
      { uid: 2102, effective: '0000000000000000', noNewPrivileges: '1' },
    ]);
  });

  asRoot('it is in the network that `enter` leads into', async () => {
    const [inside, outside] = await Promise.all([
      who('inside', container(['who'], { name: 'elsewhere' })),
      who('outside', container(['who']), { hostNetwork: true }),
    ]);

    expect(inside).toMatchObject({ links: [] });
    expect(outside).toMatchObject({ links: expect.arrayContaining(['lo']) });
  });

  test.each([
    ['netcheck:root', {}, 'container has runAsNonRoot and image will run as root'],
    ['netcheck:app', { runAsUser: 0 }, "container's runAsUser breaks non-root policy"],
    [
      'netcheck:named',
      {},
      'container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root',
    ],
  ])('runAsNonRoot refuses %s with %j', async (image, more, words) => {
    const name = `refused-${image.slice(9)}`;
    const securityContext = { runAsNonRoot: true, ...more };
    await pods.create(name, [container(['who'], { image, securityContext })]);
    const uid = pods.now(name)?.metadata.uid ?? '';
    await until(() => pods.now(name)?.status?.containerStatuses !== undefined);

    const { status } = await clients.core.readNamespacedPod(at(name));

    const message = `${words} (pod: "${name}_shop(${uid})", container: probe)`;
    expect(status?.phase).toBe('Pending');
    expect(status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message,
    });
    expect(await pods.events(name)).toContain(`Warning Failed: Error: ${message}`);
    expect(pods.log(name)).toEqual([]);
  });

  test.each([
    [['nonesuch'], {}, 'exec: "nonesuch": executable file not found in $PATH'],
    [['node'], { workingDir: '/nonesuch' }, 'no such file or directory'],
  ])('%j with %j is a StartError', async (command, more, words) => {
    const name = `unstartable-${command.join()}`;
    await pods.create(name, [container([], { command, ...more })]);

    const status = await pods.untilPhase(name, 'Failed');

    expect(status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: expect.stringContaining(words),
    });
  });
});
