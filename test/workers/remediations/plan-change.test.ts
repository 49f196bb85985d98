import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RemediationId } from '../../../core/remediation/kinds.ts';
import { planChange } from '../../../workers/remediations/index.ts';
import { proposalOf } from './cases.ts';
import { foundTown, handsOf, proposed, remediator, type Town } from './town.ts';

let town: Town;
let hands: ReturnType<typeof handsOf>;

beforeAll(async () => {
  town = await foundTown();
  hands = handsOf(town.sim, remediator);
});
afterAll(() => town.close());
beforeEach(() => town.rebuild());

type Params = Readonly<Record<string, string>>;
const plan = (id: RemediationId, params: Params, service?: string) =>
  planChange(proposalOf({ id, params, ...(service !== undefined && { service }) }), proposed, hands.objects);
const cart = { workload: 'Deployment/cart' };

test.each<[RemediationId, Params, string, string?]>([
  ['manual', { commands: 'rm -rf' }, 'this is for a person to do by hand'],
  ['service-selector', { selector: 'cart' }, 'selector: expected a selector such as app=cart,tier=web'],
  ['service-selector', {}, 'selector: Invalid input'],
  ['scale', { ...cart, replicas: '0' }, 'replicas: expected replicas from 1 to 50'],
  [
    'pod-annotation',
    { ...cart, name: 'linkerd.io/inject', value: 'maybe' },
    'expected a value that this annotation can have',
  ],
  [
    'service-selector',
    { selector: 'app=cart' },
    'Service shop/elsewhere is a name for another host and selects no pods',
    'elsewhere',
  ],
  [
    'service-target-port',
    { target_port: '9090' },
    'Service shop/two-ports has several ports; which one is not certain',
    'two-ports',
  ],
  ['service-target-port', { target_port: '9090' }, 'Service shop/portless has no port', 'portless'],
  [
    'service-traffic-policy',
    { policy: 'Local' },
    'Service shop/cart is of type ClusterIP: nothing from outside comes to it by the nodes',
  ],
  [
    'graceful-shutdown',
    { workload: 'Deployment/portless', pre_stop_seconds: '15', grace_seconds: '60' },
    'no container of Deployment shop/portless declares a port: which one serves is not certain',
  ],
  [
    'graceful-shutdown',
    { workload: 'Deployment/hooked', pre_stop_seconds: '15', grace_seconds: '60' },
    'container app of Deployment shop/hooked has a preStop hook of its own',
  ],
  [
    'readiness-probe',
    { workload: 'Deployment/hooked', port: '8080' },
    'container app of Deployment shop/hooked has a readiness probe of its own',
  ],
  ['readiness-probe', { ...cart, port: '9090' }, 'no container of Deployment shop/cart declares port 9090'],
  [
    'allow-dns',
    { workload: 'Deployment/plain' },
    'no NetworkPolicy limits what the pods of Deployment shop/plain may send: the first one would shut out all else',
  ],
  [
    'allow-ingress',
    { workload: 'Deployment/limited', from_namespace: 'web', from: 'app=front', port: '8080' },
    'no NetworkPolicy limits who may call the pods of Deployment shop/limited: the first one would shut out all else',
  ],
  [
    'allow-dns',
    { workload: 'StatefulSet/store' },
    'there is another NetworkPolicy shop/netcheck-allow-dns-store',
  ],
  [
    'scale',
    { ...cart, replicas: '1' },
    'Deployment shop/cart has 2 replicas: netcheck does not take any away',
  ],
  [
    'scale',
    { workload: 'kube-system/DaemonSet/aws-node', replicas: '9' },
    'DaemonSet kube-system/aws-node has one pod a node, not a number of replicas',
  ],
  [
    'rollout-restart',
    { workload: 'Deployment/hooked' },
    'Deployment shop/hooked is paused: its pods would not restart',
  ],
  [
    'rollout-restart',
    { workload: 'DaemonSet/by-hand' },
    'DaemonSet shop/by-hand replaces a pod only when somebody deletes it (OnDelete)',
  ],
  [
    'restart-daemonset-pod',
    { ...cart, node: 'node-a' },
    'Deployment cart is no DaemonSet: it has no one pod on a node',
  ],
  [
    'restart-daemonset-pod',
    { workload: 'DaemonSet/by-hand', node: 'node-a' },
    'DaemonSet shop/by-hand has no pod on node-a',
  ],
  ['drain', { node: 'node-a' }, 'no controller would start Pod shop/bare again'],
  [
    'cpu-limit',
    { ...cart, container: 'app', limit: '50m' },
    'container app of Deployment shop/cart requests 100m of CPU: a limit of 50m is below that',
  ],
  ['cpu-limit', { ...cart, container: 'gone', limit: '1' }, 'Deployment shop/cart has no container gone'],
])('%s %j is impossible: %s', async (...[id, params, impossible, service]) => {
  expect(await plan(id, params, service)).toEqual({ impossible: expect.stringContaining(impossible) });
});

test.each<[RemediationId, Params, string, string?]>([
  ['service-selector', { selector: 'app=cart' }, 'Service shop/cart selects app=cart already'],
  ['service-target-port', { target_port: '8080' }, 'Service shop/cart targets 8080 already'],
  [
    'service-traffic-policy',
    { policy: 'Local' },
    'Service shop/front has externalTrafficPolicy Local already',
    'front',
  ],
  [
    'pod-annotation',
    { ...cart, name: 'linkerd.io/inject', value: 'enabled' },
    'the pods of Deployment shop/cart have linkerd.io/inject: enabled already',
  ],
  [
    'pod-annotation',
    { ...cart, name: 'config.linkerd.io/opaque-ports', value: '3306' },
    'the pods of Deployment shop/cart have config.linkerd.io/opaque-ports: 3306 already',
  ],
  [
    'pod-annotation',
    { ...cart, name: 'sidecar.istio.io/inject' },
    'the pods of Deployment shop/cart have no sidecar.istio.io/inject already',
  ],
  [
    'cni-setting',
    { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT', value: 'hashrandom' },
    'DaemonSet kube-system/aws-node has AWS_VPC_K8S_CNI_RANDOMIZESNAT=hashrandom already',
  ],
  [
    'cni-setting',
    { name: 'AWS_VPC_K8S_CNI_EXTERNALSNAT' },
    'DaemonSet kube-system/aws-node has no AWS_VPC_K8S_CNI_EXTERNALSNAT already',
  ],
  [
    'pod-dns-option',
    { workload: 'StatefulSet/store', option: 'ndots', value: '5' },
    'the pods of StatefulSet shop/store resolve with ndots:5 already',
  ],
  ['scale', { ...cart, replicas: '2' }, 'Deployment shop/cart has 2 replicas already'],
  ['cordon', { node: 'node-d' }, 'Node node-d takes no more pods already'],
  ['uncordon', { node: 'node-a' }, 'Node node-a takes pods already'],
  ['drain', { node: 'node-d' }, 'Node node-d takes no more pods, and there is none on it to move'],
  [
    'cpu-limit',
    { ...cart, container: 'app', limit: '0.5' },
    'container app of Deployment shop/cart has the CPU limit 500m already',
  ],
  [
    'cpu-limit',
    { ...cart, container: 'helper', limit: 'none' },
    'container helper of Deployment shop/cart has no CPU limit already',
  ],
])('%s %j is done: %s', async (...[id, params, done, service]) => {
  expect(await plan(id, params, service)).toEqual({ done });
});

test.each<[RemediationId, Params, string]>([
  ['scale', { workload: 'Deployment/gone', replicas: '3' }, 'deployments.apps "gone" not found'],
  ['cordon', { node: 'gone' }, 'nodes "gone" not found'],
])('%s %j cannot look: %s', async (id, params, why) => {
  await expect(plan(id, params)).rejects.toThrow(why);
});

test.each([
  ['443', '25,3306,443'],
  ['3306,5432', '25,3306,5432'],
])('ports that an annotation names already stay: %s', async (value, wanted) => {
  const planned = await plan('pod-annotation', { ...cart, name: 'config.linkerd.io/opaque-ports', value });
  const path = '/spec/template/metadata/annotations/config.linkerd.io~1opaque-ports';
  expect(planned).toMatchObject({
    change: {
      operations: [
        {
          patch: expect.arrayContaining([{ op: 'replace', path, value: wanted }]) as unknown,
          undo: expect.arrayContaining([{ op: 'replace', path, value: '25,3306' }]) as unknown,
        },
      ],
    },
  });
});

test('a grace period that is longer than what is asked for stays', async () => {
  town.sim.objects.change({ resource: 'deployments.apps', namespace: 'shop', name: 'hooked' }, (hooked) =>
    withoutHooks(hooked),
  );
  const params = { workload: 'Deployment/hooked', pre_stop_seconds: '15', grace_seconds: '60' };
  const planned = await plan('graceful-shutdown', params);
  const text = JSON.stringify(planned);
  expect(text).toContain('killed after 90 s');
  expect(text).toContain('Deployment shop/hooked is paused: its pods stay as they are until it is resumed');
  expect(text).not.toContain('/terminationGracePeriodSeconds"');
});

function withoutHooks<O extends object>(object: O): O {
  const text = JSON.stringify(object, (key, value: unknown) => (key === 'lifecycle' ? undefined : value));
  return JSON.parse(text) as O;
}

test('a readiness probe says all that the API server would fill in, so that the undo finds what it tests for', async () => {
  const planned = await plan('readiness-probe', { ...cart, port: '8080' });
  expect(planned).toMatchObject({
    change: {
      operations: [
        {
          undo: expect.arrayContaining([
            {
              op: 'test',
              path: '/spec/template/spec/containers/0/readinessProbe',
              value: {
                tcpSocket: { port: 8080 },
                timeoutSeconds: 1,
                periodSeconds: 10,
                successThreshold: 1,
                failureThreshold: 3,
              },
            },
          ]) as unknown,
        },
      ],
    },
  });
});

test('a cordoned node is drained without a patch, and what was moved does not come back', async () => {
  town.sim.objects.change({ resource: 'nodes', name: 'node-c' }, (node) => ({
    ...node,
    spec: { ...(node.spec as object), unschedulable: true },
  }));
  const planned = await plan('drain', { node: 'node-c' });
  expect(planned).toMatchObject({
    change: {
      operations: [{ do: 'evict' }, { do: 'evict' }],
      lasting: 'pods that were moved do not come back by themselves',
    },
  });
});

test('a drain leaves alone what would be back at once, what leaves already and what has ended', async () => {
  const { sim } = town;
  const given = (name: string, change: (pod: Fields) => Fields) => {
    const [model] = sim.objects
      .list('pods', 'shop')
      .filter(({ metadata }) => metadata.name.startsWith('on-c-'));
    const { spec, status, metadata } = model as unknown as { spec: Fields; status: Fields; metadata: Fields };
    const { annotations, labels } = metadata;
    sim.apply(
      JSON.stringify(
        change({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name, namespace: 'shop', annotations, labels },
          spec,
          status,
        }),
      ),
    );
  };
  given('of-the-kubelet', (pod) => ({
    ...pod,
    metadata: {
      name: 'of-the-kubelet',
      namespace: 'shop',
      annotations: { 'kubernetes.io/config.mirror': 'x' },
    },
  }));
  given('ended', (pod) => ({
    ...pod,
    metadata: { name: 'ended', namespace: 'shop' },
    status: { phase: 'Succeeded' },
  }));
  const planned = await plan('drain', { node: 'node-c' });
  const names = 'change' in planned ? planned.change.operations.map(({ object }) => object.name) : [];
  expect(names).toEqual(['node-c', expect.stringMatching(/^on-c-/), expect.stringMatching(/^on-c-/)]);
});

type Fields = Readonly<Record<string, unknown>>;
