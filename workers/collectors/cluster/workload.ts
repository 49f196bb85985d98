import type { Container, Pod } from '../../cluster-objects.ts';
import { CannotLook, type ClusterLookup } from '../../ports.ts';
import { findService, podsOf, servicePodsNeeds } from '../../service-pods.ts';

const proxies = ['linkerd-proxy', 'istio-proxy'];

export const workload: ClusterLookup = {
  id: 'workload',
  needs: servicePodsNeeds,

  async look({ namespace, service: name }, cluster, { signal, now }) {
    const pods = await podsOf(await findService(namespace, name, cluster, signal), cluster, signal);
    if (pods.length === 0) throw new CannotLook({ reason: 'not-found', detail: `${name} has no pods` });
    const containers = pods.flatMap(({ spec }) => spec.containers);
    const ages = pods.flatMap(({ metadata }) =>
      metadata.creationTimestamp === undefined
        ? []
        : [(now.getTime() - metadata.creationTimestamp.getTime()) / 1000],
    );
    return {
      samples: pods.length,
      facts: {
        pods: pods.length,
        containers: containers.length,
        cpu_limited: containers.filter(({ resources }) => resources.limits?.['cpu'] !== undefined).length,
        pods_with_pre_stop: pods.filter(hasPreStop).length,
        host_network_pods: pods.filter(({ spec }) => spec.hostNetwork).length,
        meshed_pods: pods.filter(isMeshed).length,
        oldest_pod_seconds: Math.max(0, ...ages),
        youngest_pod_seconds: ages.length === 0 ? 0 : Math.min(...ages),
        serving: [...new Set(pods.flatMap(servingIn))].sort(),
      },
    };
  },
};

function hasPreStop({ spec }: Pod): boolean {
  return spec.containers.some(({ lifecycle }) => lifecycle?.preStop !== undefined);
}

function isMeshed(pod: Pod): boolean {
  return proxiesIn(pod).length > 0;
}

/** A port need not be declared to be served, but a container that declares none may well be a helper of another. */
function servingIn(pod: Pod): string[] {
  const declaring = pod.spec.containers.filter(({ ports }) => ports.length > 0);
  return [...declaring, ...proxiesIn(pod)].map(({ name }) => name);
}

/** Among the init containers as well: a sidecar that Kubernetes starts first is one of these. */
function proxiesIn({ spec }: Pod): Container[] {
  return [...spec.containers, ...spec.initContainers].filter(({ name }) => proxies.includes(name));
}
