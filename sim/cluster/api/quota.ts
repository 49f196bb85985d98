import { isObject, valueAt, type KubeObject } from '../objects/kube-object.ts';
import { isPodFinished, type Container, type Pod, type PodSpec } from '../objects/kinds.ts';
import { add, formatQuantity, parseQuantity, type Quantity } from '../objects/quantity.ts';
import type { ClusterState } from '../state.ts';
import { forbidden } from './api-error.ts';
import type { Resource } from './resources.ts';

type Amounts = ReadonlyMap<string, Quantity>;

const one: Quantity = { milli: 1000n, binary: false };
const none: Quantity = { milli: 0n, binary: false };

/** Which field of a container counts for a quota's resource; `cpu` and `memory` are what is requested. */
const computed: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'requests.cpu': ['requests', 'cpu'],
  'requests.memory': ['requests', 'memory'],
  'limits.cpu': ['limits', 'cpu'],
  'limits.memory': ['limits', 'memory'],
};

/**
 * ResourceQuota admission of a new pod, in the plugin's words: every container must say what the quota counts, and what
 * the namespace's pods take together must stay within it. Used is what there is now, not what a status claims.
 */
export function admitQuota(state: ClusterState, resource: Resource, object: KubeObject): void {
  if (resource.kind !== 'Pod') return;
  const pod = object as Pod;
  const { namespace = '', name } = pod.metadata;
  const quotas = state.store.list('resourcequotas', namespace).items.filter((quota) => isInScope(quota, pod));
  for (const quota of quotas) {
    const missing = missingAmounts(hardOf(quota), pod.spec);
    if (missing === '') continue;
    throw forbidden(resource, name, `failed quota: ${quota.metadata.name}: must specify ${missing}`);
  }
  const pods = state.store.list('pods', namespace).items as readonly Pod[];
  for (const quota of quotas) {
    const why = excess(quota, pod, pods);
    if (why !== undefined) throw forbidden(resource, name, why);
  }
}

function hardOf(quota: KubeObject): Amounts {
  const hard = valueAt(quota, 'spec.hard');
  const entries = Object.entries(isObject(hard) ? hard : {});
  return new Map(entries.map(([field, value]) => [field, parseQuantity(String(value)) ?? none]));
}

/** `limits.cpu for: a,b; requests.memory for: b`, or nothing where all is said. */
function missingAmounts(hard: Amounts, { containers, initContainers = [] }: PodSpec): string {
  return [...hard.keys()]
    .filter((field) => field in computed)
    .sort()
    .flatMap((field) => {
      const silent = [...containers, ...initContainers].filter(
        (container) => amountOf(container, field) === undefined,
      );
      const names = silent.map(({ name }) => name).sort();
      return names.length === 0 ? [] : [`${field} for: ${names.join(',')}`];
    })
    .join('; ');
}

/** What a container says it takes; what it does not request it requests by its limit. */
function amountOf({ resources }: Container, field: string): Quantity | undefined {
  const [kind = 'requests', what = ''] = computed[field] ?? [];
  const said = resources?.[kind]?.[what] ?? resources?.limits?.[what];
  return said === undefined ? undefined : parseQuantity(said);
}

/** What a pod takes: its containers together, or the largest of those that run before them. */
function usageOf({ spec, status }: Pod, field: string): Quantity {
  const isOver = isPodFinished({ status } as Pod);
  if (field === 'count/pods') return one;
  if (isOver) return none;
  if (field === 'pods') return one;
  if (!(field in computed)) return none;
  const amounts = (containers: readonly Container[]) =>
    containers.map((container) => amountOf(container, field) ?? none);
  const together = amounts(spec.containers).reduce(add, none);
  return amounts(spec.initContainers ?? []).reduce((a, b) => (b.milli > a.milli ? b : a), together);
}

function excess(quota: KubeObject, pod: Pod, pods: readonly Pod[]): string | undefined {
  const counted = pods.filter((other) => isInScope(quota, other));
  const over = [...hardOf(quota)]
    .map(([field, limited]) => {
      const requested = usageOf(pod, field);
      const used = counted.map((other) => usageOf(other, field)).reduce(add, none);
      return { field, limited, requested, used };
    })
    .filter(
      ({ limited, requested, used }) => requested.milli > 0n && requested.milli + used.milli > limited.milli,
    )
    .sort((a, b) => (a.field < b.field ? -1 : 1));
  if (over.length === 0) return undefined;
  const show = (which: 'requested' | 'used' | 'limited') =>
    `${which}: ${over.map((each) => `${each.field}=${formatQuantity(each[which])}`).join(',')}`;
  return `exceeded quota: ${quota.metadata.name}, ${show('requested')}, ${show('used')}, ${show('limited')}`;
}

/** A quota may count some pods only: those with a deadline (Terminating), those that reserve nothing (BestEffort), or not. */
function isInScope(quota: KubeObject, { spec }: Pod): boolean {
  const scopes = valueAt(quota, 'spec.scopes');
  const hasDeadline = spec.activeDeadlineSeconds !== undefined;
  const reservesNothing = [...spec.containers, ...(spec.initContainers ?? [])].every(
    ({ resources }) => Object.keys({ ...resources?.requests, ...resources?.limits }).length === 0,
  );
  const holds: Readonly<Record<string, boolean>> = {
    Terminating: hasDeadline,
    NotTerminating: !hasDeadline,
    BestEffort: reservesNothing,
    NotBestEffort: !reservesNothing,
  };
  return !Array.isArray(scopes) || scopes.every((scope) => holds[String(scope)] ?? true);
}
