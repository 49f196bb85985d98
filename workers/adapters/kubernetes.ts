import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  NetworkingV1Api,
  PatchStrategy,
  setHeaderOptions,
  type ConfigurationOptions,
  type RequestContext,
} from '@kubernetes/client-node';
import * as z from 'zod';
import { kinds, type Kind, type ObjectOf } from '../cluster-objects.ts';
import { CannotLook, type ClusterReader, type ClusterWriter, type ListOptions } from '../ports.ts';

const fieldManager = 'netcheck';
const pageSize = 500;

/** Reads the kubeconfig named, or the one that KUBECONFIG, the home folder or the pod's ServiceAccount give. */
export function loadKubeConfig(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  return config;
}

interface Page {
  readonly items: readonly unknown[];
  readonly metadata?: { readonly _continue?: string };
}
interface PageRequest {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly limit: number;
  readonly _continue?: string;
}
type PageLister = (request: PageRequest, options: ConfigurationOptions) => Promise<Page>;

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
        const page = await answer(() => listers[kind](request, abortable(config, signal)), signal);
        items.push(...page.items);
        next = page.metadata?._continue === '' ? undefined : page.metadata?._continue;
      } while (next !== undefined);
      return z.array(kinds[kind].schema).parse(items) as unknown as readonly ObjectOf<K>[];
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
      ) => Promise<Page>,
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

export function createClusterWriter(config: KubeConfig): ClusterWriter {
  const core = config.makeApiClient(CoreV1Api);
  return {
    readService: (namespace, name, signal) =>
      answer(() => core.readNamespacedService({ namespace, name }, abortable(config, signal)), signal),
    patchService: (namespace, name, patch, { dryRun }, signal) =>
      answer(
        () =>
          core.patchNamespacedService(
            { namespace, name, body: patch, fieldManager, ...(dryRun && { dryRun: 'All' }) },
            { ...abortable(config, signal), ...setHeaderOptions('Content-Type', PatchStrategy.JsonPatch) },
          ),
        signal,
      ),
  };
}

/** Options that carry the signal into the request; the client has no parameter for it. */
function abortable(config: KubeConfig, signal: AbortSignal): ConfigurationOptions {
  return {
    authMethods: {
      default: {
        getName: () => 'kubeconfig',
        async applySecurityAuthentication(context: RequestContext) {
          await config.applySecurityAuthentication(context);
          context.setSignal(signal);
        },
      },
    },
  };
}

const Status = z.object({ message: z.string() });

async function answer<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explain(error, signal);
  }
}

function explain(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted)
    return new CannotLook({ reason: 'timed-out', detail: 'the API server did not answer in time' });
  if (!(error instanceof ApiException)) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (!isNetworkError(cause)) return error;
    return new CannotLook({ reason: 'unreachable', detail: `API server: ${cause.code}` }, { cause: error });
  }
  const detail = messageOf(error);
  if (error.code === 401 || error.code === 403)
    return new CannotLook({ reason: 'forbidden', detail }, { cause: error });
  if (error.code === 404) return new CannotLook({ reason: 'not-found', detail }, { cause: error });
  if (error.code === 429 || error.code >= 500)
    return new CannotLook({ reason: 'unreachable', detail }, { cause: error });
  return new CannotLook({ reason: 'rejected', detail }, { cause: error });
}

/** Kubernetes says what is wrong in a Status object, which arrives parsed or as text. */
function messageOf({ code, body }: ApiException<unknown>): string {
  const parsed = typeof body === 'string' ? parseJson(body) : body;
  const status = Status.safeParse(parsed);
  return status.success ? status.data.message : `the API server answered ${code}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isNetworkError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
