import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PatchStrategy, setHeaderOptions, Watch } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../../sim/cluster/identities.ts';
import type { Pod } from '../../../../sim/cluster/objects/kinds.ts';
import { startCluster, type ClusterSim } from '../../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf, until } from '../clients.ts';
import { nodes, shop } from '../manifests.ts';
import { podsOf } from './pods.ts';

const more = `
apiVersion: v1
kind: Node
metadata: { name: node-c, labels: { disk: ssd } }
spec: { unschedulable: true, podCIDR: 10.244.2.0/24 }
---
apiVersion: v1
kind: Node
metadata: { name: node-d, labels: { disk: ssd } }
spec:
  podCIDR: 10.244.3.0/24
  taints: [{ key: dedicated, value: batch, effect: NoSchedule }, { key: dying, effect: NoExecute }]
---
apiVersion: v1
kind: Node
metadata: { name: node-e }
spec: { podCIDR: 10.244.4.0/24, taints: [{ key: only, effect: NoSchedule }] }
status: { conditions: [{ type: Ready, status: Unknown }] }
`;

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;
let pods: ReturnType<typeof podsOf>;

beforeAll(async () => {
  const images = { known: ['probe:1'] };
  sim = await startCluster({ manifests: [nodes, more, shop], images, podStartAfter: 50 });
  clients = clientsFor(sim, clusterAdmin);
  pods = podsOf(sim, clients);
});

afterAll(() => sim.close());

const probe = { name: 'probe', image: 'probe:1' };
const at = (name: string) => ({ namespace: 'shop', name });
const logOf = (name: string, container = 'probe') =>
  clients.core.readNamespacedPodLog({ ...at(name), container });
const waitingIn = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0]?.state?.waiting;

const missing =
  'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/none:1": failed to resolve reference "docker.io/library/none:1": docker.io/library/none:1: not found';

describe('a container that does not run yet', () => {
  test('is being created for as long as that takes, and has no log', async () => {
    const slow = await startCluster({ manifests: [nodes, shop], podStartAfter: 600_000 });
    const there = clientsFor(slow, clusterAdmin);
    const itsPods = podsOf(slow, there);
    await itsPods.create('slow', [probe]);
    await until(() => waitingIn(itsPods.now('slow')) !== undefined);

    const refused = await refusalOf(there.core.readNamespacedPodLog({ ...at('slow'), container: 'probe' }));
    await slow.close();

    expect(refused).toMatchObject({
      code: 400,
      message: 'container "probe" in pod "slow" is waiting to start: ContainerCreating',
    });
    expect(itsPods.now('slow')?.status?.phase).toBe('Pending');
  });

  test('runs after that, on the node that it names', async () => {
    await pods.create('named', [probe], { nodeName: 'node-b' });

    expect((await pods.untilPhase('named', 'Running'))?.podIP).toMatch(/^10\.244\.1\./);
    expect(await logOf('named')).toBe('');
  });

  test('an image that nobody has: ErrImagePull, then ImagePullBackOff', async () => {
    const seen: (string | undefined)[] = [];
    const watch = await new Watch(clients.config).watch(
      '/api/v1/namespaces/shop/pods',
      { fieldSelector: 'metadata.name=imageless' },
      (_type, pod: Pod) => seen.push(waitingIn(pod)?.reason),
      () => undefined,
    );
    await pods.create('imageless', [{ name: 'probe', image: 'none:1' }]);
    await until(() => seen.includes('ImagePullBackOff'));
    watch.abort();

    expect(seen.filter((reason) => reason !== undefined)).toEqual([
      'ContainerCreating',
      'ErrImagePull',
      'ImagePullBackOff',
    ]);
    expect(waitingIn(pods.now('imageless'))?.message).toBe(
      `Back-off pulling image "none:1": ErrImagePull: ${missing}`,
    );
    expect((await pods.events('imageless')).slice(1)).toEqual([
      'Normal Pulling: Pulling image "none:1"',
      `Warning Failed: Failed to pull image "none:1": ${missing}`,
      'Warning Failed: Error: ErrImagePull',
      'Normal BackOff: Back-off pulling image "none:1"',
      'Warning Failed: Error: ImagePullBackOff',
    ]);
    expect((await refusalOf(logOf('imageless'))).message).toBe(
      'container "probe" in pod "imageless" is waiting to start: trying and failing to pull image',
    );
  });

  test('the image of an ephemeral container can be missing as well, its pod runs on', async () => {
    await pods.create('beside', [probe]);
    await pods.untilPhase('beside', 'Running');
    await clients.core.patchNamespacedPodEphemeralcontainers(
      { ...at('beside'), body: { spec: { ephemeralContainers: [{ name: 'debug', image: 'none:1' }] } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    const state = () => pods.now('beside')?.status?.ephemeralContainerStatuses?.[0]?.state;

    await until(() => state()?.waiting?.reason === 'ImagePullBackOff');

    expect(pods.now('beside')?.status?.phase).toBe('Running');
    const [event] = (await clients.core.listNamespacedEvent({ namespace: 'shop' })).items.filter(
      ({ involvedObject, reason }) => involvedObject.name === 'beside' && reason === 'BackOff',
    );
    expect(event?.involvedObject.fieldPath).toBe('spec.ephemeralContainers{debug}');
    expect(event?.source).toMatchObject({ component: 'kubelet' });
  });

  test('the images of what runs are known, and those named missing are not', async () => {
    const other = await startCluster({ manifests: [nodes, shop], images: { missing: ['none:1'] } });
    const there = podsOf(other, clientsFor(other, clusterAdmin));
    await there.create('some', [{ name: 'probe', image: 'some:1' }]);
    await there.create('none', [{ name: 'probe', image: 'none:1' }]);

    await there.untilPhase('some', 'Running');
    await until(() => waitingIn(there.now('none')) !== undefined);
    await other.close();

    await pods.create('web-too', [{ name: 'probe', image: 'registry.example/web:1' }]);
    await pods.untilPhase('web-too', 'Running');
  });
});

describe('a pod that no node takes', () => {
  const fields = (name: string) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
        },
      },
    },
  });

  test.each([
    [
      'by its selector',
      { nodeSelector: { disk: 'ssd' } },
      "1 node(s) had untolerated taint {dedicated: batch}, 1 node(s) had untolerated taint {only: }, 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'because it is cordoned',
      fields('node-c'),
      "1 node(s) were unschedulable, 4 node(s) didn't satisfy plugin(s) [NodeAffinity]",
    ],
    ['because it is not there', fields('node-x'), "5 node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  ])('%s', async (title, spec, why) => {
    const name = title.replaceAll(' ', '-');
    const message = `0/5 nodes are available: ${why}. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.`;
    await pods.create(name, [probe], spec);
    await until(() => pods.now(name)?.status?.conditions !== undefined);

    const { status } = await clients.core.readNamespacedPod(at(name));

    expect(status?.conditions).toMatchObject([{ type: 'PodScheduled', reason: 'Unschedulable', message }]);
    expect(await pods.events(name)).toEqual([`Warning FailedScheduling: ${message}`]);
    const { items } = await clients.core.listNamespacedEvent({
      namespace: 'shop',
      fieldSelector: `involvedObject.name=${name}`,
    });
    expect(items[0]?.lastTimestamp ?? undefined).toBeUndefined();
    expect(items[0]?.eventTime).toBeDefined();
  });

  test('affinity to a node that takes it puts it there', async () => {
    await pods.create('pinned', [probe], fields('node-b'));

    const status = await pods.untilPhase('pinned', 'Running');

    expect(pods.now('pinned')?.spec.nodeName).toBe('node-b');
    expect(status?.podIP).toMatch(/^10\.244\.1\./);
  });

  test('nodeName goes past cordons and NoSchedule, and the kubelet has the last word', async () => {
    const tolerations = [{ key: 'dying', operator: 'Exists' }];
    await pods.create('cordoned', [probe], { nodeName: 'node-c' });
    await pods.create('tainted', [probe], { nodeName: 'node-d', tolerations });
    await pods.create('evicted', [probe], { nodeName: 'node-d' });
    await pods.create('elsewhere', [probe], { nodeName: 'node-a', nodeSelector: { disk: 'ssd' } });

    await pods.untilPhase('cordoned', 'Running');
    await pods.untilPhase('tainted', 'Running');
    expect(await pods.untilPhase('evicted', 'Failed')).toMatchObject({
      reason: 'TaintToleration',
      message: 'Pod was rejected: Predicate TaintToleration failed: node(s) had untolerated taint(s)',
    });
    expect(await pods.untilPhase('elsewhere', 'Failed')).toMatchObject({ reason: 'NodeAffinity' });
    expect(await pods.events('elsewhere')).toEqual([
      "Warning NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ]);
  });

  test('a node that is silent, or not there, does nothing with a pod that names it', async () => {
    await pods.create('lost', [probe], { nodeName: 'node-e' });
    await pods.create('nowhere', [probe], { nodeName: 'node-x' });
    await pods.create('after', [probe], { nodeName: 'node-a' });
    await pods.untilPhase('after', 'Running');

    expect(['lost', 'nowhere'].map((name) => pods.now(name)?.status)).toEqual([
      { phase: 'Pending', qosClass: 'BestEffort' },
      { phase: 'Pending', qosClass: 'BestEffort' },
    ]);
  });
});
