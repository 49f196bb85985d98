import type { ProbeTarget } from '../../../core/probe-task.ts';
import type { Node } from '../../cluster-objects.ts';
import { CannotLook, canList } from '../../ports.ts';
import { addressOf } from '../addresses.ts';
import { backendsOf, destinationNeeds, findDestination, oneOnEachNode } from '../destinations.ts';
import type { ProbeMaker } from '../draft.ts';

const timeout = 8;
/** The kubelet answers on every node's own address. */
const kubeletPort = 10_250;
const zone = 'topology.kubernetes.io/zone';
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
    const far = backends.filter(({ node }) => node !== undefined && node !== place.node);
    const nodes = await cluster.list('nodes', {}, signal);
    const named = (name: string) => nodes.find(({ metadata }) => metadata.name === name);
    const near = backends
      .filter(({ node }) => node === place.node)
      .slice(0, 1)
      .map(({ address, port }): ProbeTarget => ({
        host: address,
        port,
        labels: { path: 'same-node', node: place.node },
      }));
    const targets = oneOnEachNode(far, mostNodes).flatMap(({ address, port, node }): ProbeTarget[] => {
      const other = named(node);
      const underlay = other && addressOf(other);
      const labels = { node, ...zoneLabel(named(place.node), other) };
      return [
        { host: address, port, labels: { ...labels, path: 'overlay' } },
        ...(underlay === undefined
          ? []
          : [{ host: underlay, port: kubeletPort, labels: { ...labels, path: 'underlay' } }]),
        ...near,
      ];
    });
    if (targets.length + near.length === 0)
      throw new CannotLook({
        reason: 'not-found',
        detail: `of no backend of ${destination.service.metadata.name} is the node known`,
      });
    // Where all backends are on the same node, no call leaves it.
    return { kind: 'tcp', targets: targets.length > 0 ? targets : near, timeout };
  },
};

/** Whether both are in the same zone, where both say. */
function zoneLabel(own: Node | undefined, other: Node | undefined): Readonly<Record<string, string>> {
  const [here, there] = [own, other].map((node) => node?.metadata.labels[zone]);
  return here === undefined || there === undefined ? {} : { zone: here === there ? 'same' : 'other' };
}
