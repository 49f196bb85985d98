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

/**
 * From a pod to a backend on its own node and to its own node itself, to a backend on each other node and to that node
 * itself: what is late on the way to its own node is late for another reason than the network.
 */
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
    const own = named(place.node);
    const near = backends.find(({ node }) => node === place.node);
    const staying: readonly ProbeTarget[] = [
      ...(near === undefined ? [] : [at(near.address, near.port, { path: 'same-node', node: place.node })]),
      ...kubelet(own, { path: 'own-node', node: place.node }),
    ];
    const leaving = oneOnEachNode(far, mostNodes).map(({ address, port, node }) => {
      const other = named(node);
      const labels = { node, ...zoneLabel(own, other) };
      return [
        at(address, port, { ...labels, path: 'overlay' }),
        ...kubelet(other, { ...labels, path: 'underlay' }),
      ];
    });
    if (near === undefined && leaving.length === 0)
      throw new CannotLook({
        reason: 'not-found',
        detail: `of no backend of ${destination.service.metadata.name} is the node known`,
      });
    // What stays on the node is tried as often as each way out. Where all backends are on this node, no call leaves it.
    const targets = leaving.length === 0 ? staying : leaving.flatMap((way) => [...way, ...staying]);
    return { kind: 'tcp', targets, timeout };
  },
};

function at(host: string, port: number, labels: Readonly<Record<string, string>>): ProbeTarget {
  return { host, port, labels: { ...labels } };
}

function kubelet(node: Node | undefined, labels: Readonly<Record<string, string>>): readonly ProbeTarget[] {
  const address = node && addressOf(node);
  return address === undefined ? [] : [at(address, kubeletPort, labels)];
}

/** Whether both are in the same zone, where both say. */
function zoneLabel(own: Node | undefined, other: Node | undefined): Readonly<Record<string, string>> {
  const [here, there] = [own, other].map((node) => node?.metadata.labels[zone]);
  return here === undefined || there === undefined ? {} : { zone: here === there ? 'same' : 'other' };
}
