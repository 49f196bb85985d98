import { expect, it } from '@jest/globals';
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
