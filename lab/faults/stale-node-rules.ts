import type { EndpointSlice } from '../../sim/cluster/controllers/endpoint-slices.ts';
import { workingNodes } from '../cluster/topology.ts';
import type { Lab, LabPod } from '../lab.ts';
import type { Fault } from './fault.ts';
import { oneOf } from './support/draw.ts';

const service = 'payments.shop';

export const staleNodeRules: Fault = {
  id: 'stale-node-rules',
  title: "One node's Service rules hang, and lead to pods that have been replaced",
  ask: `${service} connection-errors`,
  causes: ['stale-service-rules'],
  async inject(lab, random) {
    const before = lab.podsOf(service);
    const [first, ...others] = workingNodes.map(({ name }) => name);
    if (first === undefined || before.length === 0) throw new Error(`${service} runs nowhere`);
    const node = oneOf(random, [first, ...others]);
    const replaced = before.slice(0, random.whole(1, before.length));
    const undo = lab.freezeServiceRules(node);
    for (const { namespace, name } of replaced)
      lab.cluster.objects.remove({ resource: 'pods', namespace, name });
    await lab.until(`new pods of ${service}`, () => isReplaced(lab, before, replaced));
    return {
      said: `${node} still sends what is for ${service} to ${replaced.length} of ${before.length} pods that are gone`,
      names: [node],
      undo,
    };
  },
};

/** As many as before, all of them ready, and none of those that were to go. */
function isReplaced(lab: Lab, before: readonly LabPod[], replaced: readonly LabPod[]): boolean {
  const now = lab.podsOf(service);
  const slices = lab.cluster.objects.list(
    'endpointslices.discovery.k8s.io',
    'shop',
  ) as readonly EndpointSlice[];
  const ready = slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'payments')
    .flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions.ready));
  return (
    now.length === before.length &&
    ready.length === before.length &&
    replaced.every(({ name }) => now.every((pod) => pod.name !== name))
  );
}
