import { selects, selectorText, type Service } from '../../cluster-objects.ts';
import { canList, type ClusterLookup, type ClusterReader } from '../../ports.ts';
import { findService, workloadLabels } from '../../service-pods.ts';

export const endpoints: ClusterLookup = {
  id: 'endpoints',
  needs: canList(
    { group: '', resource: 'services' },
    { group: '', resource: 'pods' },
    { group: 'discovery.k8s.io', resource: 'endpointslices' },
    { group: 'apps', resource: 'deployments' },
    { group: 'apps', resource: 'daemonsets' },
  ),

  async look({ namespace, service: name }, cluster, { signal }) {
    const service = await findService(namespace, name, cluster, signal);
    const [slices, pods] = await Promise.all([
      cluster.list(
        'endpointslices',
        { namespace, labelSelector: `kubernetes.io/service-name=${name}` },
        signal,
      ),
      cluster.list('pods', { namespace }, signal),
    ]);
    const all = slices.flatMap(({ endpoints: some }) => some ?? []);
    // A null condition means "unknown", which consumers take for ready (discovery.k8s.io/v1).
    const ready = all.filter(({ conditions }) => conditions.ready !== false).length;
    const { selector } = service.spec;
    const selected = pods.filter(({ metadata }) => selects(selector, metadata.labels)).length;
    const suggestion = selected === 0 ? await suggest(service, cluster, signal) : undefined;
    return {
      samples: all.length + 1,
      facts: {
        ready,
        not_ready: all.length - ready,
        selected_pods: selected,
        selector: selectorText(selector),
        suggested_selector: suggestion === undefined ? '' : selectorText(suggestion),
        suggested_pods:
          suggestion === undefined
            ? 0
            : pods.filter(({ metadata }) => selects(suggestion, metadata.labels)).length,
        headless_selector: Object.keys(selector).length === 0,
      },
    };
  },
};

/** The labels of the workload of the Service's name, for the keys that its selector uses. */
async function suggest(
  service: Service,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  const { namespace, name } = service.metadata;
  const labels = await workloadLabels(namespace, name, cluster, signal);
  if (labels === undefined) return undefined;
  const wanted = Object.keys(service.spec.selector).filter((key) => key in labels);
  if (wanted.length === 0) return labels;
  return Object.fromEntries(wanted.map((key) => [key, labels[key] ?? '']));
}
