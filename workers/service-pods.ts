import { nearest } from '../core/text.ts';
import { selects, selectorText, type Pod, type Service, type Workload } from './cluster-objects.ts';
import { CannotLook, canList, type ClusterReader, type Need } from './ports.ts';

/** What finding a Service and its pods takes. */
export const servicePodsNeeds: readonly Need[] = canList(
  { group: '', resource: 'services' },
  { group: '', resource: 'pods' },
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'statefulsets' },
  { group: 'apps', resource: 'daemonsets' },
);

type Selector = Readonly<Record<string, string>>;

/** The Service by name; CannotLook where there is none. */
export async function findService(
  namespace: string,
  name: string,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Service> {
  const services = await cluster.list('services', { namespace }, signal);
  const service = services.find(({ metadata }) => metadata.name === name);
  if (service !== undefined) return service;
  throw new CannotLook({
    reason: 'not-found',
    detail: `there is no Service ${name} in namespace ${namespace}`,
  });
}

/**
 * The pods of a Service: those its selector matches, or, where it matches none, those it most likely was meant for (so
 * that a broken selector does not hide what should have been behind it).
 */
export async function podsOf(
  service: Service,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const { namespace } = service.metadata;
  const pods = await cluster.list('pods', { namespace }, signal);
  const selected = pods.filter(({ metadata }) => selects(service.spec.selector, metadata.labels));
  if (selected.length > 0) return selected;
  const meant = await suggestSelector(service, pods, cluster, signal);
  return meant === undefined ? [] : pods.filter(({ metadata }) => selects(meant, metadata.labels));
}

/**
 * What the selector of a Service that matches no pod was meant to be: the labels of the workload of its name, or else
 * the only near values that pods carry for its keys and no other Service selects. Undefined where that is not certain.
 */
export async function suggestSelector(
  service: Service,
  pods: readonly Pod[],
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Selector | undefined> {
  const { namespace, name } = service.metadata;
  const { selector } = service.spec;
  if (Object.keys(selector).length === 0) return undefined;
  const workloads = await listWorkloads(namespace, cluster, signal);
  // A selector that fits a workload is right; its workload only runs no pods.
  if (workloads.some((one) => selects(selector, labelsOf(one)))) return undefined;
  const namesake = workloads.find(({ metadata }) => metadata.name === name);
  const meant = namesake?.spec.selector.matchLabels;
  if (meant !== undefined)
    return pods.some(({ metadata }) => selects(meant, metadata.labels)) ? meant : undefined;
  const services = await cluster.list('services', { namespace }, signal);
  const others = services.filter(({ metadata }) => metadata.name !== name);
  const free = pods.filter((pod) => !others.some(({ spec }) => selects(spec.selector, pod.metadata.labels)));
  const near = new Map(
    free.flatMap((pod) => nearValues(selector, pod)).map((one) => [selectorText(one), one]),
  );
  return near.size === 1 ? [...near.values()][0] : undefined;
}

/** The workload whose pods the selector is for, whether it runs any or none. */
export async function selectedWorkload(
  service: Service,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Workload | undefined> {
  const workloads = await listWorkloads(service.metadata.namespace, cluster, signal);
  return workloads.find((one) => selects(service.spec.selector, labelsOf(one)));
}

async function listWorkloads(
  namespace: string,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly Workload[]> {
  const kinds = ['deployments', 'statefulsets', 'daemonsets'] as const;
  return (await Promise.all(kinds.map((kind) => cluster.list(kind, { namespace }, signal)))).flat();
}

function labelsOf({ spec }: Workload): Selector {
  return spec.template.metadata.labels;
}

function nearValues(selector: Selector, { metadata }: Pod): Selector[] {
  const meant: Record<string, string> = {};
  for (const [key, value] of Object.entries(selector)) {
    const [close] = nearest(value, [metadata.labels[key] ?? ''], 1);
    if (close === undefined) return [];
    meant[key] = close;
  }
  return [meant];
}
