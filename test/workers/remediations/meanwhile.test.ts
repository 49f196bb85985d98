import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Operation } from '../../../core/remediation/change.ts';
import type { KubeObject } from '../../../sim/cluster/objects/kube-object.ts';
import { CannotLook } from '../../../workers/ports.ts';
import { planChange, stateOf, undoOf } from '../../../workers/remediations/index.ts';
import { proposalOf, type Case } from './cases.ts';
import { foundTown, handsOf, proposed, remediator, soon, type Town } from './town.ts';

/* Others change the same objects, between a plan and its write or between a change and its undo. */

let town: Town;
let hands: ReturnType<typeof handsOf>;

beforeAll(async () => {
  town = await foundTown();
  hands = handsOf(town.sim, remediator);
});
afterAll(() => town.close());
beforeEach(() => town.rebuild());

type Meanwhile = (object: KubeObject) => unknown;
const awsNode = { resource: 'daemonsets.apps', namespace: 'kube-system', name: 'aws-node' };
const cart = { resource: 'deployments.apps', namespace: 'shop', name: 'cart' };
const store = { resource: 'statefulsets.apps', namespace: 'shop', name: 'store' };

/** In place, on a copy. */
function changeWith(at: typeof cart, change: Meanwhile): void {
  town.sim.objects.change(at, (object) => {
    const copy = structuredClone(object);
    change(copy);
    return copy;
  });
}

interface Draft {
  readonly spec: {
    readonly template: {
      readonly metadata: { annotations: Record<string, string> };
      readonly spec: {
        readonly containers: { name: string; image: string; env: { name: string; value: string }[] }[];
        readonly dnsConfig: { readonly options: { name: string; value?: string }[] };
      };
    };
  };
}
const templateOf = (object: KubeObject) => (object as unknown as Draft).spec.template;
const envOf = (object: KubeObject) => templateOf(object).spec.containers[0]?.env ?? [];

type Asked = Pick<Case, 'id' | 'params'>;
const prng: Asked = { id: 'cni-setting', params: { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT', value: 'prng' } };
const external: Asked = {
  id: 'cni-setting',
  params: { name: 'AWS_VPC_K8S_CNI_EXTERNALSNAT', value: 'true' },
};
const noRandom: Asked = { id: 'cni-setting', params: { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT' } };
const skip: Asked = {
  id: 'pod-annotation',
  params: { workload: 'Deployment/cart', name: 'config.linkerd.io/skip-outbound-ports', value: '443' },
};
const noInject: Asked = {
  id: 'pod-annotation',
  params: { workload: 'Deployment/cart', name: 'linkerd.io/inject' },
};
const limit: Asked = {
  id: 'cpu-limit',
  params: { workload: 'Deployment/cart', container: 'app', limit: '1' },
};
const ndots: Asked = {
  id: 'pod-dns-option',
  params: { workload: 'StatefulSet/store', option: 'ndots', value: '2' },
};

async function planned({ id, params }: Asked): Promise<readonly Operation[]> {
  const answer = await planChange(proposalOf({ id, params }), proposed, hands.objects);
  if ('change' in answer) return answer.change.operations;
  throw new Error(JSON.stringify(answer));
}

function first([operation]: readonly Operation[]): Operation {
  if (operation === undefined) throw new Error('no operation');
  return operation;
}

/** Which operations the API server refused. */
async function send(operations: readonly Operation[]): Promise<boolean[]> {
  const refused: boolean[] = [];
  for (const operation of operations) {
    const outcome: unknown = await hands.writer
      .write(operation, { dryRun: false }, soon())
      .catch((error: unknown) => error);
    refused.push(outcome instanceof CannotLook && outcome.why.reason === 'rejected');
  }
  return refused;
}

function stored(at: typeof cart): KubeObject {
  const object = town.sim.objects.get(at);
  if (object === undefined) throw new Error(`${at.name} is gone`);
  return object;
}

test.each<[string, Asked, typeof cart, Meanwhile]>([
  [
    'the value that is to be replaced',
    prng,
    awsNode,
    (one) => envOf(one).splice(1, 1, { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT', value: 'none' }),
  ],
  [
    'another variable of the same value in its place',
    prng,
    awsNode,
    (one) => envOf(one).splice(1, 0, { name: 'OTHER', value: 'hashrandom' }),
  ],
  ['the place in the list', prng, awsNode, (one) => envOf(one).unshift({ name: 'FIRST', value: 'x' })],
  [
    'the same variable, put in',
    external,
    awsNode,
    (one) => envOf(one).push({ name: 'AWS_VPC_K8S_CNI_EXTERNALSNAT', value: 'false' }),
  ],
  ['the order of the containers', limit, cart, (one) => templateOf(one).spec.containers.reverse()],
  [
    'the value that is to be taken away',
    noInject,
    cart,
    (one) => (templateOf(one).metadata.annotations['linkerd.io/inject'] = 'ingress'),
  ],
  ['an option of the resolver', ndots, store, (one) => templateOf(one).spec.dnsConfig.options.reverse()],
])('before the write: %s. Nothing is overwritten', async (_name, asked, at, meanwhile) => {
  const operations = await planned(asked);
  changeWith(at, meanwhile);
  const before = stored(at);
  expect(await stateOf(first(operations), hands.objects)).toBe('changed');
  expect(await send(operations)).toEqual([true]);
  expect(stored(at)).toEqual(before);
});

test.each<[string, Asked, typeof cart, Meanwhile]>([
  [
    'another value',
    prng,
    awsNode,
    (one) => envOf(one).splice(1, 1, { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT', value: 'none' }),
  ],
  [
    'another variable of the same value in its place',
    prng,
    awsNode,
    (one) => envOf(one).splice(1, 0, { name: 'OTHER', value: 'prng' }),
  ],
  ['a list that moved', prng, awsNode, (one) => envOf(one).unshift({ name: 'FIRST', value: 'x' })],
  ['a list that moved under what was put in', external, awsNode, (one) => envOf(one).shift()],
  ['a list that moved under what was taken away', noRandom, awsNode, (one) => envOf(one).shift()],
  ['containers in another order', limit, cart, (one) => templateOf(one).spec.containers.reverse()],
  [
    'an annotation that somebody changed',
    skip,
    cart,
    (one) => (templateOf(one).metadata.annotations['config.linkerd.io/skip-outbound-ports'] = '443,444'),
  ],
  [
    'options of the resolver in another order',
    ndots,
    store,
    (one) => templateOf(one).spec.dnsConfig.options.reverse(),
  ],
])('before the undo: %s. Nothing is overwritten', async (_name, asked, at, meanwhile) => {
  const operations = await planned(asked);
  expect(await send(operations)).toEqual([false]);
  changeWith(at, meanwhile);
  const before = stored(at);
  const undo = await undoOf({ operations: [...operations], effects: [] }, hands.objects);
  expect(await stateOf(first(undo), hands.objects)).toBe('changed');
  expect(await stateOf(first(operations), hands.objects)).toBe('changed');
  expect(await send(undo)).toEqual([true]);
  expect(stored(at)).toEqual(before);
});

test('what somebody else put where netcheck took something away is known to be theirs', async () => {
  const operations = await planned(noInject);
  await send(operations);
  changeWith(cart, (one) => (templateOf(one).metadata.annotations['linkerd.io/inject'] = 'ingress'));
  expect(await stateOf(first(operations), hands.objects)).toBe('changed');
});

test.each<[string, Asked, typeof cart, Meanwhile]>([
  [
    'another image',
    prng,
    awsNode,
    (one) => ((templateOf(one).spec.containers[0] as { image: string }).image = 'registry.example/cni:2'),
  ],
  [
    'another annotation',
    skip,
    cart,
    (one) => (templateOf(one).metadata.annotations['example.com/team'] = 'cart'),
  ],
])('what has nothing to do with it stays: %s', async (_name, asked, at, meanwhile) => {
  const operations = await planned(asked);
  changeWith(at, meanwhile);
  const before = templateOf(stored(at));
  expect(await send(operations)).toEqual([false]);
  expect(await stateOf(first(operations), hands.objects)).toBe('done');
  expect(await send(await undoOf({ operations: [...operations], effects: [] }, hands.objects))).toEqual([
    false,
  ]);
  expect(templateOf(stored(at))).toEqual(before);
});

test('an object that was deleted and made anew is another one', async () => {
  const operations = await planned(skip);
  const before = stored(cart);
  town.sim.objects.remove(cart);
  expect(await stateOf(first(operations), hands.objects)).toBe('changed');
  const metadata = { ...before.metadata, uid: undefined };
  town.sim.apply(JSON.stringify({ ...before, metadata }));
  expect(await stateOf(first(operations), hands.objects)).toBe('changed');
  expect(await send(operations)).toEqual([true]);
});

const allowDns: Asked = { id: 'allow-dns', params: { workload: 'Deployment/cart' } };
const dnsPolicy = {
  resource: 'networkpolicies.networking.k8s.io',
  namespace: 'shop',
  name: 'netcheck-allow-dns-cart',
};

test('a policy that somebody changed is not what was made, and still ours to take away', async () => {
  const operations = await planned(allowDns);
  await send(operations);
  changeWith(dnsPolicy, (one) => ((one as { spec: { egress: unknown } }).spec.egress = []));
  expect(await stateOf(first(operations), hands.objects)).toBe('changed');
  const undo = await undoOf({ operations: [...operations], effects: [] }, hands.objects);
  expect(undo).toMatchObject([{ do: 'delete' }]);
});

test('a policy of that name that is somebody else’s is left alone, and one that is gone needs no undo', async () => {
  const operations = await planned(allowDns);
  await send(operations);
  const change = { operations: [...operations], effects: [] };
  changeWith(dnsPolicy, (one) => ((one as { metadata: { labels: object } }).metadata.labels = {}));
  expect(await undoOf(change, hands.objects)).toEqual([]);
  town.sim.objects.remove(dnsPolicy);
  expect(await undoOf(change, hands.objects)).toEqual([]);
});

test('where the API server does not say, nobody guesses', async () => {
  const operations = await planned(skip);
  town.sim.faults.fail({ resource: 'deployments' }, { kind: 'status', code: 503 });
  await expect(stateOf(first(operations), hands.objects)).rejects.toThrow(CannotLook);
});
