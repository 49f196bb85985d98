import type { ProbeTarget } from '../../../core/probe-task.ts';
import { backendsOf, destinationNeeds, findDestination, oneOnEachNode } from '../destinations.ts';
import type { Asked, ProbeMaker } from '../draft.ts';
import { servernameOption } from '../servername.ts';

/** Data that got lost is sent again after 200 ms, doubling: what has not come after 4 s does not come. */
const timeout = 4;
const sizes = [56, 1200, 1350, 1372, 1400, 1422, 1450, 1472, 1500, 8900];
/** Each takes a sweep of its own. */
const mostNodes = 4;

/** Of a Service one backend on each other node: what is too large for one node's link is not for another's. */
export const mtu: ProbeMaker = {
  id: 'mtu',
  needs: destinationNeeds,
  draft: async (asked) => {
    const { to = '' } = asked.params;
    const tls = /:(443|8443|6443)$/.test(to);
    return {
      kind: 'mtu',
      targets: await targetsOf(asked),
      timeout,
      options: { sizes, ...(tls && { tls, ...servernameOption(to) }) },
    };
  },
};

async function targetsOf({ params, target, place, cluster, signal }: Asked): Promise<readonly ProbeTarget[]> {
  const destination = await findDestination(params['to'] ?? '', target, cluster, signal);
  if (destination.kind === 'host') return [{ host: destination.host, port: destination.port }];
  const backends = await backendsOf(destination.service, destination.port, cluster, signal);
  if (backends.every(({ node }) => node === undefined))
    return backends.slice(0, mostNodes).map(({ address, port }) => ({ host: address, port }));
  const own = 'node' in place ? place.node : undefined;
  const far = backends.filter(({ node }) => node !== own);
  const sameNode = far.length === 0 ? 'yes' : 'no';
  return oneOnEachNode(far.length === 0 ? backends : far, mostNodes).map(({ address, port, node }) => ({
    host: address,
    port,
    labels: { node, same_node: sameNode },
  }));
}
