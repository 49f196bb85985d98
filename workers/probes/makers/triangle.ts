import type { ProbeTarget } from '../../../core/probe-task.ts';
import { CannotLook, canList } from '../../ports.ts';
import { addressOf } from '../addresses.ts';
import { backendsOf, destinationNeeds, findDestination } from '../destinations.ts';
import type { ProbeMaker } from '../draft.ts';

const timeout = 8;
/** The kubelet answers on every node's own address. */
const kubeletPort = 10_250;

/** From a pod to a backend on its own node, to one on another, and to that other node itself. */
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
    const far = backends.find(({ node }) => node !== undefined && node !== place.node);
    if (far?.node === undefined)
      throw new CannotLook({
        reason: 'not-found',
        detail: `${destination.service.metadata.name} has no backend on another node than ${place.node}`,
      });
    const nodes = await cluster.list('nodes', {}, signal);
    const other = nodes.find(({ metadata }) => metadata.name === far.node);
    const underlay = other && addressOf(other);
    const targets: ProbeTarget[] = [
      { host: far.address, port: far.port, labels: { path: 'overlay' } },
      ...(underlay === undefined
        ? []
        : [{ host: underlay, port: kubeletPort, labels: { path: 'underlay' } }]),
      ...(near === undefined ? [] : [{ host: near.address, port: near.port, labels: { path: 'same-node' } }]),
    ];
    return { kind: 'tcp', targets, timeout };
  },
};
