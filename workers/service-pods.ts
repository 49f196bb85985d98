import { selectorText, type Pod, type Service } from './cluster-objects.ts';
import { CannotLook, type ClusterReader } from './ports.ts';

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
 * The pods of a Service: those its selector matches, or, where it matches none, those of the workload of its name (so
 * that a broken selector does not hide what should have been behind it).
 */
export async function podsOf(
  service: Service,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const { namespace, name } = service.metadata;
  const labelSelector = selectorText(service.spec.selector);
  const selected =
    labelSelector === '' ? [] : await cluster.list('pods', { namespace, labelSelector }, signal);
  if (selected.length > 0) return selected;
  const template = await workloadLabels(namespace, name, cluster, signal);
  if (template === undefined) return [];
  return cluster.list('pods', { namespace, labelSelector: selectorText(template) }, signal);
}

/** The pod labels of the Deployment or DaemonSet that has the Service's name. */
export async function workloadLabels(
  namespace: string,
  name: string,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  for (const kind of ['deployments', 'daemonsets'] as const) {
    const workloads = await cluster.list(kind, { namespace }, signal);
    const found = workloads.find(({ metadata }) => metadata.name === name);
    if (found !== undefined) return found.spec.selector.matchLabels;
  }
  return undefined;
}
