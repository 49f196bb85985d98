import { selects, type NetworkPolicy, type Pod } from '../../cluster-objects.ts';
import { canList, type ClusterLookup } from '../../ports.ts';
import { findService, podsOf, servicePodsNeeds } from '../../service-pods.ts';

export const networkPolicies: ClusterLookup = {
  id: 'network_policies',
  needs: [...servicePodsNeeds, ...canList({ group: 'networking.k8s.io', resource: 'networkpolicies' })],

  async look({ namespace, service: name }, cluster, { signal }) {
    const pods = await podsOf(await findService(namespace, name, cluster, signal), cluster, signal);
    const policies = await cluster.list('networkpolicies', { namespace }, signal);
    const selecting = policies.filter((policy) => pods.some((pod) => selectsPod(policy, pod)));
    const named = (type: string): string[] =>
      selecting
        .filter(({ spec }) => spec.policyTypes.includes(type))
        .map(({ metadata }) => metadata.name)
        .sort();
    return {
      samples: policies.length,
      facts: { ingress: named('Ingress'), egress: named('Egress'), count: selecting.length },
    };
  },
};

/** An empty podSelector selects every pod; expressions are not evaluated and count as selecting. */
function selectsPod({ spec }: NetworkPolicy, { metadata }: Pod): boolean {
  const { matchLabels, matchExpressions } = spec.podSelector;
  if (matchExpressions.length > 0 || Object.keys(matchLabels).length === 0) return true;
  return selects(matchLabels, metadata.labels);
}
