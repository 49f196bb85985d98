import type { ProbeTarget } from '../../../core/probe-task.ts';
import { findService } from '../../service-pods.ts';
import { backendsOf, destinationNeeds } from '../destinations.ts';
import type { ProbeMaker } from '../draft.ts';

/** glibc asks again after 5 s, twice in all. */
const retryAfter = 5;
const tries = 2;
/** Beyond so many replicas each gets too few questions to tell. */
const mostPods = 10;

/** The cluster's own DNS by three ways, in turn: by its ClusterIP, at each CoreDNS pod, and over TCP. */
export const dns: ProbeMaker = {
  id: 'dns',
  needs: destinationNeeds,
  async draft({ params, cluster, signal }) {
    const service = await findService('kube-system', 'kube-dns', cluster, signal);
    const pods = (await backendsOf(service, 53, cluster, signal)).slice(0, mostPods);
    const { clusterIP } = service.spec;
    const byService = (transport: 'udp' | 'tcp', via: string): ProbeTarget[] =>
      clusterIP === undefined || clusterIP === 'None'
        ? []
        : [{ host: clusterIP, port: 53, transport, labels: { via } }];
    // Every way as often as the others, and every replica as often as its neighbours.
    const targets: ProbeTarget[] = pods.flatMap(({ address, port, pod, node }) => [
      ...byService('udp', 'cluster-ip'),
      ...byService('tcp', 'tcp'),
      {
        host: address,
        port,
        transport: 'udp',
        labels: { via: 'coredns-pod', ...(pod && { pod }), ...(node && { node }) },
      },
    ]);
    return {
      kind: 'dns',
      targets,
      timeout: retryAfter * tries + 1,
      // Absolute, so that an attempt is one look-up and not a walk along the search path.
      options: { name: `${params['name'] ?? ''}.`, records: 'both', retryAfter, tries, search: [] },
    };
  },
};
