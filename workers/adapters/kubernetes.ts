import {
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  NetworkingV1Api,
  type ConfigurationOptions,
} from '@kubernetes/client-node';
import * as z from 'zod';
import { kinds, type Kind, type ObjectOf } from '../cluster-objects.ts';
import type { ClusterReader, ListOptions } from '../ports.ts';
import { abortable, answer, cannot, notTheApi } from './ask-kubernetes.ts';

const pageSize = 500;

/** A kubeconfig that cannot be used, in a sentence for whoever starts the process. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
}

/** Reads the kubeconfig named, or the one that the home folder or the pod's ServiceAccount give. */
export function loadKubeConfig(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  const source = path ?? 'the default kubeconfig';
  try {
    if (path === undefined) config.loadFromDefault();
    else config.loadFromFile(path);
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new KubeConfigError(`KUBECONFIG: cannot read ${source}: ${why ?? ''}`, { cause: error });
  }
  if (config.getCurrentCluster() === null)
    throw new KubeConfigError(`KUBECONFIG: ${source} names no cluster to use (see its current-context)`);
  return config;
}

const Page = z.object({
  items: z.array(z.unknown()),
  metadata: z.object({ _continue: z.string().optional() }).optional(),
});
interface PageRequest {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly limit: number;
  readonly _continue?: string;
}
type PageLister = (request: PageRequest, options: ConfigurationOptions) => Promise<unknown>;

export function createClusterReader(config: KubeConfig): ClusterReader {
  const listers = listersOf(config);
  return {
    async list<K extends Kind>(
      kind: K,
      options: ListOptions,
      signal: AbortSignal,
    ): Promise<readonly ObjectOf<K>[]> {
      const items: unknown[] = [];
      let next: string | undefined;
      do {
        const request: PageRequest = {
          ...options,
          limit: pageSize,
          ...(next !== undefined && { _continue: next }),
        };
        const page = pageOf(await answer(() => listers[kind](request, abortable(config, signal)), signal));
        items.push(...page.items);
        next = page.metadata?._continue === '' ? undefined : page.metadata?._continue;
      } while (next !== undefined);
      const parsed = z.array(kinds[kind].schema).safeParse(items);
      if (!parsed.success) throw new Error(`${kind} are not as expected: ${say(parsed.error)}`);
      return parsed.data as unknown as readonly ObjectOf<K>[];
    },
  };
}

function listersOf(config: KubeConfig): Readonly<Record<Kind, PageLister>> {
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const networking = config.makeApiClient(NetworkingV1Api);
  const namespacedOr =
    (
      inNamespace: (
        request: PageRequest & { namespace: string },
        options: ConfigurationOptions,
      ) => Promise<unknown>,
      everywhere: PageLister,
    ): PageLister =>
    ({ namespace, ...request }, options) =>
      namespace === undefined
        ? everywhere(request, options)
        : inNamespace({ ...request, namespace }, options);
  return {
    services: namespacedOr(
      (request, options) => core.listNamespacedService(request, options),
      (request, options) => core.listServiceForAllNamespaces(request, options),
    ),
    pods: namespacedOr(
      (request, options) => core.listNamespacedPod(request, options),
      (request, options) => core.listPodForAllNamespaces(request, options),
    ),
    configmaps: namespacedOr(
      (request, options) => core.listNamespacedConfigMap(request, options),
      (request, options) => core.listConfigMapForAllNamespaces(request, options),
    ),
    events: namespacedOr(
      (request, options) => core.listNamespacedEvent(request, options),
      (request, options) => core.listEventForAllNamespaces(request, options),
    ),
    nodes: ({ labelSelector, ...request }, options) =>
      core.listNode({ ...request, ...(labelSelector !== undefined && { labelSelector }) }, options),
    deployments: namespacedOr(
      (request, options) => apps.listNamespacedDeployment(request, options),
      (request, options) => apps.listDeploymentForAllNamespaces(request, options),
    ),
    statefulsets: namespacedOr(
      (request, options) => apps.listNamespacedStatefulSet(request, options),
      (request, options) => apps.listStatefulSetForAllNamespaces(request, options),
    ),
    daemonsets: namespacedOr(
      (request, options) => apps.listNamespacedDaemonSet(request, options),
      (request, options) => apps.listDaemonSetForAllNamespaces(request, options),
    ),
    endpointslices: namespacedOr(
      (request, options) => discovery.listNamespacedEndpointSlice(request, options),
      (request, options) => discovery.listEndpointSliceForAllNamespaces(request, options),
    ),
    networkpolicies: namespacedOr(
      (request, options) => networking.listNamespacedNetworkPolicy(request, options),
      (request, options) => networking.listNetworkPolicyForAllNamespaces(request, options),
    ),
  };
}

function say({ issues: [first] }: z.ZodError): string {
  return first === undefined ? '' : `${first.path.join('.')}: ${first.message}`;
}

function pageOf(answered: unknown): z.infer<typeof Page> {
  const page = Page.safeParse(answered);
  if (page.success) return page.data;
  throw cannot('rejected', notTheApi, page.error);
}
