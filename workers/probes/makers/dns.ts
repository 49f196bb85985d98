import type { ProbeTarget } from '../../../core/probe-task.ts';
import { findService } from '../../service-pods.ts';
import { backendsOf, destinationNeeds } from '../destinations.ts';
import type { ProbeMaker } from '../draft.ts';

/** glibc asks again after 5 s, twice in all. */
const retryAfter = 5;
const tries = 2;

/** The cluster's own DNS by three ways, in turn: by its ClusterIP, at one CoreDNS pod, and over TCP. */
export const dns: ProbeMaker = {
  id: 'dns',
  needs: destinationNeeds,
  async draft({ params, cluster, signal }) {
    const service = await findService('kube-system', 'kube-dns', cluster, signal);
    const [pod] = await backendsOf(service, 53, cluster, signal);
    const { clusterIP } = service.spec;
    const targets: ProbeTarget[] = [
      ...(clusterIP === undefined || clusterIP === 'None'
        ? []
        : [
            { host: clusterIP, port: 53, transport: 'udp' as const, labels: { via: 'cluster-ip' } },
            { host: clusterIP, port: 53, transport: 'tcp' as const, labels: { via: 'tcp' } },
          ]),
      ...(pod === undefined
        ? []
        : [
            {
              host: pod.address,
              port: pod.port,
              transport: 'udp' as const,
              labels: { via: 'coredns-pod' },
            },
          ]),
    ];
    return {
      kind: 'dns',
      targets,
      timeout: retryAfter * tries + 1,
      // Absolute, so that an attempt is one look-up and not a walk along the search path.
      options: { name: `${params['name'] ?? ''}.`, records: 'both', retryAfter, tries, search: [] },
    };
  },
};
