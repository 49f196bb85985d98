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
    // One after the other, as a rollout does: the Service has an endpoint at any time.
    for (const pod of replaced) {
      lab.cluster.objects.remove({ resource: 'pods', namespace: pod.namespace, name: pod.name });
      await lab.until(`a new pod of ${service}`, () => isReplaced(lab, before.length, pod));
    }
    return {
      said: `${node} still sends what is for ${service} to ${replaced.length} of ${before.length} pods that are gone`,
      names: [node],
      undo,
    };
  },
};

/** As many as before, all of them ready, without the one that was to go. */
function isReplaced(lab: Lab, count: number, gone: LabPod): boolean {
  const now = lab.podsOf(service);
  const slices = lab.cluster.objects.list(
    'endpointslices.discovery.k8s.io',
    'shop',
  ) as readonly EndpointSlice[];
  const ready = slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'payments')
    .flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions.ready));
  return now.length === count && ready.length === count && now.every(({ name }) => name !== gone.name);
}
