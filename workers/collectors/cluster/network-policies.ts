import { selects, type NetworkPolicy, type Pod } from '../../cluster-objects.ts';
import { egressAdmits } from '../egress-rules.ts';
import type { Answer } from '../policy-answers.ts';
import { canList, type ClusterLookup } from '../../ports.ts';
import { findService, podsOf, servicePodsNeeds } from '../../service-pods.ts';

export const networkPolicies: ClusterLookup = {
  id: 'network_policies',
  needs: [...servicePodsNeeds, ...canList({ group: 'networking.k8s.io', resource: 'networkpolicies' })],

  async look({ namespace, service: name, to = '' }, cluster, { signal }) {
    const pods = await podsOf(await findService(namespace, name, cluster, signal), cluster, signal);
    const policies = await cluster.list('networkpolicies', { namespace }, signal);
    const selecting = policies.filter((policy) => pods.some((pod) => selectsPod(policy, pod)));
    const egress = selecting.filter(({ spec }) => spec.policyTypes.includes('Egress'));
    const answering = (answer: Answer): string[] =>
      namesOf(
        egress.filter(
          (one) =>
            (pods.every((pod) => surelySelects(one, pod)) ? egressAdmits(one, to) : 'unclear') === answer,
        ),
      );
    return {
      samples: policies.length,
      facts: {
        ingress: namesOf(selecting.filter(({ spec }) => spec.policyTypes.includes('Ingress'))),
        egress: namesOf(egress),
        egress_admitting: answering('yes'),
        egress_unclear: answering('unclear'),
        count: selecting.length,
      },
    };
  },
};

function namesOf(policies: readonly NetworkPolicy[]): string[] {
  return policies.map(({ metadata }) => metadata.name).sort();
}

function surelySelects(policy: NetworkPolicy, pod: Pod): boolean {
  return policy.spec.podSelector.matchExpressions.length === 0 && selectsPod(policy, pod);
}

/** An empty podSelector selects every pod; expressions are not evaluated and count as selecting. */
function selectsPod({ spec }: NetworkPolicy, { metadata }: Pod): boolean {
  const { matchLabels, matchExpressions } = spec.podSelector;
  if (matchExpressions.length > 0 || Object.keys(matchLabels).length === 0) return true;
  return selects(matchLabels, metadata.labels);
}
