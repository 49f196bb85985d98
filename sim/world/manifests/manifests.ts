import { stringify } from 'yaml';
import type { WorldPlan } from '../plan.ts';
import { existsAt } from '../pods.ts';
import { corefile, namespaceManifest, nodeManifest } from './cluster.ts';
import type { Manifest } from './manifest.ts';
import { endpointSliceManifest, ingressManifest, serviceManifest } from './services.ts';
import { podManifest, replicaSetManifests, workloadManifest } from './workloads.ts';

/** The objects of a world as it is when it begins, one YAML document each, in an order in which they can be applied. */
export function worldManifests(plan: WorldPlan, startedAt: number): string[] {
  const namespaces = new Set(['kube-system', ...plan.workloads.map(({ namespace }) => namespace)]);
  const pods = plan.workloads.flatMap((workload) => workload.pods).filter((pod) => existsAt(pod, 0));
  const objects: Manifest[] = [
    ...[...namespaces].map(namespaceManifest),
    ...plan.nodes.map((node) => nodeManifest(node, startedAt)),
    corefile(),
    ...plan.workloads.map((workload) => workloadManifest(workload, startedAt)),
    ...plan.workloads.flatMap((workload) => replicaSetManifests(workload, startedAt)),
    ...pods.map((pod) => podManifest(pod, startedAt)),
    ...plan.services.map(serviceManifest),
    ...plan.services.map(endpointSliceManifest),
    ...plan.services.flatMap(ingressManifest),
  ];
  return objects.map((object) => stringify(object, { lineWidth: 0 }));
}
