import type { Container, Pod } from '../../sim/cluster/objects/kinds.ts';
import { parseQuantity } from '../../sim/cluster/objects/quantity.ts';
import type { Cgroups, CpuGroup, CpuStat } from '../cgroups.ts';

/** What a container runtime does of `resources.limits.cpu`. */
export interface CpuLimits {
  /** What to put before a container's command: it starts within its limit. Nothing where it has none. */
  enter(pod: Pod, container: Container): readonly string[];
  /** What the kernel has counted of a container that has a limit and was started. */
  statOf(pod: Pod, container: Container): CpuStat | undefined;
  /** The processes of a container that has a limit, as this process counts them. */
  processesOf(pod: Pod, container: Container): readonly number[];
}

/** Without groups, as where the machine cannot make them, nothing is limited and nothing counted. */
export function cpuLimits(groups: Cgroups | undefined): CpuLimits {
  const started = new Map<string, CpuGroup>();
  return {
    enter(pod, container) {
      const cores = limitOf(container);
      if (groups === undefined || cores === undefined) return [];
      const group = groups.group(keyOf(pod, container));
      group.limit(cores);
      started.set(keyOf(pod, container), group);
      return group.enter;
    },
    statOf: (pod, container) => started.get(keyOf(pod, container))?.stat(),
    processesOf: (pod, container) => started.get(keyOf(pod, container))?.processes() ?? [],
  };
}

function keyOf({ metadata }: Pod, { name }: Container): string {
  return `${metadata.uid ?? ''}-${name}`;
}

/** In cores. */
function limitOf({ resources }: Container): number | undefined {
  const quantity = parseQuantity(resources?.limits?.['cpu'] ?? '');
  return quantity === undefined ? undefined : Number(quantity.milli) / 1000;
}
