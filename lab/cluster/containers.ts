import type { Pod } from '../../sim/cluster/objects/kinds.ts';
import { localProcesses } from '../../sim/cluster/kubelet/local-processes.ts';
import type { PodRunner } from '../../sim/cluster/kubelet/run-containers.ts';
import type { LocalImage } from '../../sim/cluster/kubelet/local-image.ts';
import type { Sandbox } from '../net/sandbox.ts';
import type { CpuLimits } from './cpu-limits.ts';
import { netnsOf, type PodNetwork } from './pod-network.ts';

/** Containers of these images are processes in their pod's network, or in their node's, and within their CPU limit. */
export function containersIn(
  sandbox: Sandbox,
  network: PodNetwork,
  images: Readonly<Record<string, LocalImage>>,
  limits: CpuLimits,
): PodRunner {
  const processes = localProcesses({
    images,
    enter: (pod, container, { hostNetwork, node }) => {
      const { image = '' } = container;
      const inside = sandbox.enter(hostNetwork ? node : netnsOf(pod.status?.podIP ?? ''), {
        ...(images[image] !== undefined && { cwd: images[image].root }),
      });
      // First of all: within a network namespace there are no cgroups to be seen.
      return [...limits.enter(pod, container), ...inside];
    },
  });
  return {
    ...processes,
    async run(container) {
      if (!isOnHost(container.pod)) await network.ready(container.pod);
      return processes.run(container);
    },
  };
}

const isOnHost = ({ spec }: Pod): boolean => spec.hostNetwork === true;
