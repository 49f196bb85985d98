import { expect, it } from '@jest/globals';
import type { Node } from '../../../workers/cluster-objects.ts';
import type { ClusterReader } from '../../../workers/ports.ts';
import { findPlaces } from '../../../workers/probes/place.ts';

/** What the target says is enough. */
const cluster: ClusterReader = {
  list: () => Promise.reject(new Error('nothing of the cluster is asked for')),
};

const placesOn = async (nodes: readonly string[]): Promise<readonly unknown[]> => {
  const target = { namespace: 'shop', service: 'checkout', pods: [], nodes: [...nodes], gaps: [] };
  const places = await findPlaces('each-node', target, cluster, AbortSignal.timeout(1000));
  return places.map((place) => (place.kind === 'pod' ? place.node : place.kind));
};

it.each<[string, readonly string[], readonly string[]]>([
  ['one node', ['b'], ['b']],
  ['each, in an order of their own', ['b', 'a', 'd', 'c'], ['a', 'b', 'c', 'd']],
  ['of more as many evenly', ['1', '2', '3', '4', '5', '6', '7', '8', '9'], ['1', '4', '6', '8']],
])('%s', async (_, nodes, expected) => {
  expect(await placesOn(nodes)).toEqual(expected);
});

it('none', async () => {
  await expect(placesOn([])).rejects.toThrow('checkout has no pod on any node');
});

const nodeCalled = (name: string, { isReady = true, isCordoned = false } = {}): Node => ({
  metadata: { name, namespace: '', labels: {}, annotations: {}, uid: name, resourceVersion: '1' },
  spec: { unschedulable: isCordoned },
  status: { addresses: [], conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
});

it.each<[string, readonly Node[], readonly string[]]>([
  ['the own ones first', ['d', 'c', 'b', 'a'].map((name) => nodeCalled(name)), ['c', 'd', 'a', 'b']],
  [
    'those that are ready and not cordoned',
    [nodeCalled('a', { isReady: false }), nodeCalled('b', { isCordoned: true }), nodeCalled('c')],
    ['c'],
  ],
  [
    'eight of many',
    'k j i h g f e d c b a'.split(' ').map((name) => nodeCalled(name)),
    'c d a b e f g h'.split(' '),
  ],
])('all nodes: %s', async (_, nodes, expected) => {
  const target = { namespace: 'shop', service: 'checkout', pods: [], nodes: ['c', 'd'], gaps: [] };
  const known = { list: () => Promise.resolve(nodes) } as unknown as ClusterReader;
  const places = await findPlaces('all-nodes', target, known, AbortSignal.timeout(1000));
  expect(places).toEqual(expected.map((node) => ({ kind: 'pod', node })));
});
