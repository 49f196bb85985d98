import type { Node } from '../../cluster-objects.ts';
import { findService, servicePodsNeeds } from '../../service-pods.ts';
import { CannotLook, canList } from '../../ports.ts';
import { addressOf } from '../addresses.ts';
import type { ProbeMaker } from '../draft.ts';

const timeout = 3;

export const nodePorts: ProbeMaker = {
  id: 'node-ports',
  needs: [...servicePodsNeeds, ...canList({ group: '', resource: 'nodes' })],
  async draft({ target, cluster, signal }) {
    const service = await findService(target.namespace, target.service, cluster, signal);
    const ports = service.spec.ports.flatMap(({ nodePort, protocol }) =>
      nodePort === undefined || protocol !== 'TCP' ? [] : [nodePort],
    );
    if (ports.length === 0)
      throw new CannotLook({ reason: 'not-found', detail: `${target.service} has no NodePort` });
    const nodes = await cluster.list('nodes', {}, signal);
    const targets = nodes.filter(isBalancedTo).flatMap((node) => {
      const host = addressOf(node);
      if (host === undefined) return [];
      const { name } = node.metadata;
      return ports.map((port) => ({
        host,
        port,
        labels: { node: name, port: String(port), pair: `${name}:${port}` },
      }));
    });
    return { kind: 'tcp', targets, timeout };
  },
};

/** Whether a load balancer would send it traffic: cloud controllers leave out the others. */
function isBalancedTo({ metadata, status }: Node): boolean {
  const isReady = status.conditions.some((one) => one.type === 'Ready' && one.status === 'True');
  const excluded = 'node.kubernetes.io/exclude-from-external-load-balancers' in metadata.labels;
  return isReady && !excluded;
}
