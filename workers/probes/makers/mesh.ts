import { findService } from '../../service-pods.ts';
import { backendsOf, destinationNeeds } from '../destinations.ts';
import type { ProbeMaker } from '../draft.ts';
import { connectTimeout } from './tcp.ts';

/** Every endpoint of the Service by its own address, past the ClusterIP. */
export const mesh: ProbeMaker = {
  id: 'mesh',
  needs: destinationNeeds,
  async draft({ target, cluster, signal }) {
    const service = await findService(target.namespace, target.service, cluster, signal);
    const [first] = service.spec.ports;
    const backends = await backendsOf(service, first?.port ?? 0, cluster, signal);
    return {
      kind: 'mesh',
      targets: backends.map(({ address, port, node }) => ({
        host: address,
        port,
        labels: { peer: address, ...(node !== undefined && { node }) },
      })),
      timeout: connectTimeout,
    };
  },
};
