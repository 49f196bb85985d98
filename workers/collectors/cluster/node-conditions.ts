import type { Node } from '../../cluster-objects.ts';
import { canList, CannotLook, type ClusterLookup } from '../../ports.ts';
import { findService, podsOf, servicePodsNeeds } from '../../service-pods.ts';

export const nodeConditions: ClusterLookup = {
  id: 'node_conditions',
  needs: [...servicePodsNeeds, ...canList({ group: '', resource: 'nodes' })],

  async look({ namespace, service: name }, cluster, { signal }) {
    const pods = await podsOf(await findService(namespace, name, cluster, signal), cluster, signal);
    const names = new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []));
    const nodes = (await cluster.list('nodes', {}, signal)).filter(({ metadata }) =>
      names.has(metadata.name),
    );
    if (nodes.length === 0)
      throw new CannotLook({ reason: 'not-found', detail: `no node runs a pod of ${name}` });
    return {
      samples: nodes.length,
      facts: {
        nodes: nodes.length,
        not_ready: having(nodes, 'Ready', (status) => status !== 'True'),
        network_unavailable: having(nodes, 'NetworkUnavailable', (status) => status === 'True'),
        kernels: [...new Set(nodes.flatMap(({ status }) => status.nodeInfo?.kernelVersion ?? []))].sort(),
      },
    };
  },
};

function having(nodes: readonly Node[], type: string, is: (status: string) => boolean): string[] {
  return nodes
    .filter(({ status }) => status.conditions.some((one) => one.type === type && is(one.status)))
    .map(({ metadata }) => metadata.name)
    .sort();
}
