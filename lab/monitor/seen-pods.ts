import { readFileSync } from 'node:fs';
import type { Pod } from '../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import type { CpuLimits } from '../cluster/cpu-limits.ts';
import type { SeenPod } from './cadvisor.ts';

/** The pods of a node as its kubelet sees them: what the kernel has counted of their CPU quota and their network. */
export function seenPods(cluster: ClusterSim, limits: CpuLimits, node: string): readonly SeenPod[] {
  const pods = cluster.objects.list('pods') as readonly Pod[];
  return pods
    .filter(({ spec, status }) => spec.nodeName === node && status?.phase === 'Running')
    .map((pod) => {
      const { namespace = '', name } = pod.metadata;
      const netDev = netDevOf(pod.spec.containers.flatMap((one) => limits.processesOf(pod, one)));
      return {
        ...{ namespace, name },
        ...(netDev !== undefined && { netDev }),
        containers: pod.spec.containers.map((container) => {
          const cpu = limits.statOf(pod, container);
          return {
            name: container.name,
            ...(container.image !== undefined && { image: container.image }),
            ...(cpu !== undefined && { cpu }),
          };
        }),
      };
    });
}

/** What a process sees of its network's devices; nothing if all have just ended. */
function netDevOf(processes: readonly number[]): string | undefined {
  for (const pid of processes) {
    try {
      return readFileSync(`/proc/${pid}/net/dev`, 'utf8');
    } catch {
      // It has just ended.
    }
  }
  return undefined;
}
