import { isReady } from '../../cluster-objects.ts';
import { canList, CannotLook, type ClusterLookup } from '../../ports.ts';

const namespace = 'kube-system';
/** The label of cluster DNS, kept from the days of kube-dns. */
const labelSelector = 'k8s-app=kube-dns';

export const coredns: ClusterLookup = {
  id: 'coredns',
  needs: canList(
    { group: '', resource: 'pods' },
    // The Corefile; other namespaces' ConfigMaps are nobody's business.
    { group: '', resource: 'configmaps', namespace },
    { group: 'apps', resource: 'daemonsets' },
  ),

  async look(_params, cluster, { signal }) {
    const [pods, configMaps, daemonSets] = await Promise.all([
      cluster.list('pods', { namespace, labelSelector }, signal),
      cluster.list('configmaps', { namespace }, signal),
      cluster.list('daemonsets', { namespace }, signal),
    ]);
    // A cluster may resolve names by other means: that these pods are missing is no outage.
    if (pods.length === 0)
      throw new CannotLook({
        reason: 'not-found',
        detail: `there are no pods with ${labelSelector} in ${namespace}`,
      });
    const corefile = configMaps.find(({ metadata }) => metadata.name === 'coredns')?.data['Corefile'] ?? '';
    return {
      samples: pods.length,
      facts: {
        pods: pods.length,
        ready: pods.filter(isReady).length,
        nodes: [...new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []))].sort(),
        node_local_cache: daemonSets.some(({ metadata }) => metadata.name === 'node-local-dns'),
        upstreams: upstreamsOf(corefile),
      },
    };
  },
};

/** The servers of `forward . <server> …` lines; https://coredns.io/plugins/forward/ */
function upstreamsOf(corefile: string): string[] {
  return [...corefile.matchAll(/^\s*forward\s+\S+\s+([^{\n]+)/gm)].flatMap((match) =>
    (match[1] ?? '').trim().split(/\s+/),
  );
}
