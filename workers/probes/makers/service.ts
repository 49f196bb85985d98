import type { ProbeTarget } from '../../../core/probe-task.ts';
import type { Service } from '../../cluster-objects.ts';
import { CannotLook } from '../../ports.ts';
import { backendsOf, destinationNeeds, findDestination, type Backend } from '../destinations.ts';
import type { Asked, ProbeMaker } from '../draft.ts';

/** Seconds: long enough to see the third SYN answered, which is sent after 3 s at most. */
const timeout = 4;
/** Beyond so many endpoints each gets too few connects to tell. */
const mostEndpoints = 10;

/** The address that a Service is called by, and what is behind it: apart where the rules between them are wrong. */
export const service: ProbeMaker = {
  id: 'service',
  needs: destinationNeeds,
  async draft(asked) {
    const { params, target, cluster, signal } = asked;
    const destination = await findDestination(params['to'] ?? '', target, cluster, signal);
    if (destination.kind === 'host')
      throw new CannotLook({
        reason: 'not-found',
        detail: `${destination.host} is outside the cluster: no Service leads to it`,
      });
    const { clusterIP = 'None' } = destination.service.spec;
    const byService: ProbeTarget[] =
      clusterIP === 'None' || clusterIP === ''
        ? []
        : [{ host: clusterIP, port: destination.port, labels: { way: 'cluster-ip' } }];
    const endpoints = (await readyBackends(destination, asked)).slice(0, mostEndpoints);
    const targets = endpoints.flatMap(({ address, port, node }) => [
      ...byService,
      {
        host: address,
        port,
        labels: { way: 'endpoint', backend: address, ...(node !== undefined && { node }) },
      },
    ]);
    return { kind: 'tcp', targets: targets.length > 0 ? targets : byService, timeout };
  },
};

/** None is an answer, too: then the Service's address alone is tried. */
async function readyBackends(
  { service: of, port }: { readonly service: Service; readonly port: number },
  { cluster, signal }: Asked,
): Promise<readonly Backend[]> {
  try {
    return await backendsOf(of, port, cluster, signal);
  } catch (error) {
    if (error instanceof CannotLook && error.why.reason === 'not-found') return [];
    throw error;
  }
}
