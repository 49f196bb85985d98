import { selects, selectorText } from '../../cluster-objects.ts';
import { canList, type ClusterLookup } from '../../ports.ts';
import { findService, selectedWorkload, servicePodsNeeds, suggestSelector } from '../../service-pods.ts';

export const endpoints: ClusterLookup = {
  id: 'endpoints',
  needs: [...servicePodsNeeds, ...canList({ group: 'discovery.k8s.io', resource: 'endpointslices' })],

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
    const matching = (wanted: Readonly<Record<string, string>>): number =>
      pods.filter(({ metadata }) => selects(wanted, metadata.labels)).length;
    const selected = matching(selector);
    const meant = selected === 0 ? await suggestSelector(service, pods, cluster, signal) : undefined;
    const idle = selected === 0 ? await selectedWorkload(service, cluster, signal) : undefined;
    return {
      samples: all.length + 1,
      facts: {
        ready,
        not_ready: all.length - ready,
        selected_pods: selected,
        selector: selectorText(selector),
        suggested_selector: meant === undefined ? '' : selectorText(meant),
        suggested_pods: meant === undefined ? 0 : matching(meant),
        headless_selector: Object.keys(selector).length === 0,
        scaled_to_zero: idle !== undefined,
        external_traffic_policy: service.spec.externalTrafficPolicy ?? '',
        internal_traffic_policy: service.spec.internalTrafficPolicy ?? '',
      },
    };
  },
};
