import type { NetworkPolicy, Pod, Service } from '../../cluster-objects.ts';
import { ingressAdmits } from '../ingress-rules.ts';
import type { Answer } from '../policy-answers.ts';
import { canList, CannotLook, type ClusterLookup, type ClusterReader } from '../../ports.ts';
import { backendsOf } from '../../probes/destinations.ts';
import { findService, podsOf, servicePodsNeeds } from '../../service-pods.ts';

export const farService: ClusterLookup = {
  id: 'far_service',
  needs: [
    ...servicePodsNeeds,
    ...canList(
      { group: 'discovery.k8s.io', resource: 'endpointslices' },
      { group: 'networking.k8s.io', resource: 'networkpolicies' },
    ),
  ],

  async look({ namespace, service: name, to = '' }, cluster, { signal }) {
    const callers = await podsOf(await findService(namespace, name, cluster, signal), cluster, signal);
    const far = await farEndOf(to, namespace, cluster, signal);
    const backends = await readyBackends(far, cluster, signal);
    const where = far.service.metadata.namespace;
    const pods = await cluster.list('pods', { namespace: where }, signal);
    const called = backends.flatMap(({ address, port }) => {
      const pod = pods.find(({ status }) => status.podIP === address);
      return pod === undefined ? [] : [{ pod, port }];
    });
    const policies = await cluster.list('networkpolicies', { namespace: where }, signal);
    const ingress = policies.filter(
      (one) =>
        one.spec.policyTypes.includes('Ingress') && called.some(({ pod }) => selectsPod(one, pod) !== 'no'),
    );
    const answering = (answer: Answer): string[] =>
      namesOf(ingress.filter((one) => admits(one, callers, called) === answer));
    return {
      samples: policies.length + 1,
      facts: {
        ready: backends.length,
        internal_traffic_policy: far.service.spec.internalTrafficPolicy ?? '',
        ingress: namesOf(ingress),
        ingress_admitting: answering('yes'),
        ingress_unclear: answering('unclear'),
      },
    };
  },
};

interface FarEnd {
  readonly service: Service;
  readonly port: number;
}

async function farEndOf(
  to: string,
  own: string,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<FarEnd> {
  const [, host = '', port] = /^(.*?)\.?(?::(\d+))?$/.exec(to) ?? [];
  const [name = '', namespace = own] = host.split('.');
  const service = await findService(namespace, name, cluster, signal);
  const [first] = service.spec.ports;
  return { service, port: Number(port ?? first?.port) };
}

async function readyBackends({ service, port }: FarEnd, cluster: ClusterReader, signal: AbortSignal) {
  try {
    return await backendsOf(service, port, cluster, signal);
  } catch (error) {
    if (error instanceof CannotLook && error.why.reason === 'not-found') return [];
    throw error;
  }
}

/** All of the callers at all of the pods, or none of them: else it is not plain. */
function admits(
  policy: NetworkPolicy,
  callers: readonly Pod[],
  all: readonly { readonly pod: Pod; readonly port: number }[],
): Answer {
  const answers = all.flatMap(({ pod: called, port }) =>
    callers.map((caller) =>
      selectsPod(policy, called) === 'yes' ? ingressAdmits(policy, { caller, called, port }) : 'unclear',
    ),
  );
  const [first] = answers;
  return first !== undefined && answers.every((one) => one === first) ? first : 'unclear';
}

/** An empty podSelector selects every pod; expressions are not evaluated. */
function selectsPod({ spec }: NetworkPolicy, { metadata }: Pod): Answer {
  const { matchLabels, matchExpressions } = spec.podSelector;
  const isPossible = Object.entries(matchLabels).every(([key, value]) => metadata.labels[key] === value);
  if (!isPossible) return 'no';
  return matchExpressions.length === 0 ? 'yes' : 'unclear';
}

function namesOf(policies: readonly NetworkPolicy[]): string[] {
  return policies.map(({ metadata }) => metadata.name).sort();
}
