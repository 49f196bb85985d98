import { nameOfObject, type ObjectRef } from '../../core/remediation/change.ts';
import type { NetworkPolicy } from '../cluster-objects.ts';
import type { Need } from '../ports.ts';
import { selectorMatches } from './label-selector.ts';
import { isMadeFrom, madeByNetcheck } from './made-by-netcheck.ts';
import type { Objects, Planned } from './remediation.ts';
import { nameOf, Workload, workloadNeeds } from './workload.ts';

export const policyNeeds: readonly Need[] = [
  ...workloadNeeds,
  {
    group: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: ['create', 'delete', 'get', 'list'],
  },
];

/** What a NetworkPolicy for the pods of a workload shall admit. */
export interface Admission {
  readonly policy: string;
  readonly direction: 'Egress' | 'Ingress';
  readonly rule: Readonly<Record<string, unknown>>;
  /** `DNS queries to kube-dns in kube-system` */
  readonly what: string;
}

/**
 * NetworkPolicies add up, so that one more only admits more. But pods that none selects in this direction may do all, and
 * the first that selects them shuts out everything else.
 */
export async function planAdmission(
  objects: Objects,
  workloadAt: ObjectRef,
  admission: Admission,
): Promise<Planned> {
  const { direction, what } = admission;
  const workload = Workload.parse(await objects.read(workloadAt));
  const { namespace = '' } = workload.metadata;
  const policies = await objects.list('networkpolicies', { namespace });
  const object: ObjectRef = { kind: 'NetworkPolicy', namespace, name: admission.policy };
  const manifest = manifestOf(workload, object, admission);
  if (policies.some(({ metadata }) => metadata.name === object.name))
    return planned(objects, object, manifest, what);
  const selecting = policies.filter((one) => limits(one, direction, workload));
  if (selecting.length === 0) return { impossible: wouldShut(nameOf(workload), direction) };
  return {
    change: {
      operations: [{ do: 'create', object, manifest }],
      effects: [
        `the pods of ${nameOf(workload)} may ${direction === 'Egress' ? 'send' : 'take'} ${what}, besides what ${selecting.map(({ metadata }) => metadata.name).join(', ')} ${selecting.length === 1 ? 'admits' : 'admit'}`,
      ],
    },
    before: [workload],
  };
}

/** Where a policy of that name is there. */
async function planned(
  objects: Objects,
  object: ObjectRef,
  manifest: Readonly<Record<string, unknown>>,
  what: string,
): Promise<Planned> {
  return isMadeFrom(await objects.read(object), manifest)
    ? { done: `${nameOfObject(object)} admits ${what} already` }
    : { impossible: `there is another ${nameOfObject(object)}` };
}

function manifestOf(workload: Workload, { namespace, name }: ObjectRef, { direction, rule }: Admission) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name, labels: madeByNetcheck },
    spec: {
      podSelector: workload.spec.selector,
      policyTypes: [direction],
      [direction.toLowerCase()]: [rule],
    },
  };
}

function limits({ spec }: NetworkPolicy, direction: Admission['direction'], workload: Workload): boolean {
  return (
    spec.policyTypes.includes(direction) &&
    selectorMatches(spec.podSelector, workload.spec.template.metadata?.labels ?? {})
  );
}

function wouldShut(name: string, direction: Admission['direction']): string {
  const limited =
    direction === 'Egress' ? `what the pods of ${name} may send` : `who may call the pods of ${name}`;
  return `no NetworkPolicy limits ${limited}: the first one would shut out all else`;
}

/** The pods with these labels, in one namespace. */
export function podsIn(namespace: string, labels: Readonly<Record<string, string>>) {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: labels },
  };
}
