import type { ProbeTarget } from '../../../core/probe-task.ts';
import { CannotLook, canList } from '../../ports.ts';
import { addressOf } from '../addresses.ts';
import { backendsOf, destinationNeeds, findDestination, type Backend } from '../destinations.ts';
import type { ProbeMaker } from '../draft.ts';

const timeout = 8;
/** The kubelet answers on every node's own address. */
const kubeletPort = 10_250;
/** Beyond so many each gets too few connects to tell. */
const mostNodes = 10;

/** From a pod to a backend on its own node, to one on each other node, and to that node itself. */
export const triangle: ProbeMaker = {
  id: 'triangle',
  needs: [...destinationNeeds, ...canList({ group: '', resource: 'nodes' })],
  async draft({ params, target, place, cluster, signal }) {
    const destination = await findDestination(params['to'] ?? '', target, cluster, signal);
    if (destination.kind === 'host')
      throw new CannotLook({
        reason: 'not-found',
        detail: `${destination.host} is outside the cluster: there is no overlay to it`,
      });
    if (place.kind !== 'pod')
      throw new CannotLook({ reason: 'rejected', detail: 'a triangle is measured from a fresh pod' });
    const backends = await backendsOf(destination.service, destination.port, cluster, signal);
    const near = backends.find(({ node }) => node === place.node);
    const far = backends.filter(({ node }) => node !== undefined && node !== place.node);
    if (far.length === 0)
      throw new CannotLook({
        reason: 'not-found',
        detail: `${destination.service.metadata.name} has no backend on another node than ${place.node}`,
      });
    const nodes = await cluster.list('nodes', {}, signal);
    const targets = farNodes(far).flatMap(({ address, port, node }): ProbeTarget[] => {
      const other = nodes.find(({ metadata }) => metadata.name === node);
      const underlay = other && addressOf(other);
      return [
        { host: address, port, labels: { path: 'overlay', node } },
        ...(underlay === undefined
          ? []
          : [{ host: underlay, port: kubeletPort, labels: { path: 'underlay', node } }]),
        ...(near === undefined
          ? []
          : [{ host: near.address, port: near.port, labels: { path: 'same-node', node: place.node } }]),
      ];
    });
    return { kind: 'tcp', targets, timeout };
  },
};

/** One backend of each far node; of many nodes the first ones. */
function farNodes(backends: readonly Backend[]): readonly (Backend & { readonly node: string })[] {
  const byNode = new Map<string, Backend & { readonly node: string }>();
  for (const one of backends) {
    const { node } = one;
    if (node !== undefined && !byNode.has(node)) byNode.set(node, { ...one, node });
  }
  return [...byNode.values()].slice(0, mostNodes);
}
