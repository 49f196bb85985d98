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
import type { UnavailableReason } from '../../core/evidence.ts';
import { kinds, type Kind, type ObjectOf } from '../cluster-objects.ts';
import { CannotLook, type ClusterReader, type ClusterWriter, type ListOptions } from '../ports.ts';

const fieldManager = 'netcheck';
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

function say({ issues: [first] }: z.ZodError): string {
  return first === undefined ? '' : `${first.path.join('.')}: ${first.message}`;
}

function pageOf(answered: unknown): z.infer<typeof Page> {
  const page = Page.safeParse(answered);
  if (page.success) return page.data;
  throw cannot('rejected', notTheApi, page.error);
}

const notTheApi = 'what answers is not the Kubernetes API';
const Status = z.object({ message: z.string() });

async function answer<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explain(error, signal);
  }
}

function explain(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof ApiException) return cannot(reasonOf(error.code), messageOf(error), error);
  if (signal.aborted) return cannot('timed-out', 'the API server did not answer in time', error);
  const code = networkCode(error);
  if (code !== undefined)
    return cannot('unreachable', `the API server could not be reached (${code})`, error);
  // The client reads every answer as JSON, whatever its media type.
  if (Failure.safeParse(error).data?.name === 'SyntaxError') return cannot('rejected', notTheApi, error);
  return error;
}

function reasonOf(code: number): UnavailableReason {
  if (code === 401 || code === 403) return 'forbidden';
  if (code === 404) return 'not-found';
  if (code === 504) return 'timed-out';
  return code === 429 || code >= 500 ? 'unreachable' : 'rejected';
}

/** Kubernetes says what is wrong in a Status object, which arrives parsed or as text; of a 401 the client drops it. */
function messageOf({ code, body }: ApiException<unknown>): string {
  const parsed = typeof body === 'string' ? parseJson(body) : body;
  const status = Status.safeParse(parsed);
  if (status.success) return status.data.message;
  return code === 401
    ? 'the API server does not accept the credentials (401)'
    : `the API server answered ${code}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `fetch` fails with a TypeError; which way is in its cause. */
const Failure = z.object({
  name: z.string().optional(),
  code: z.string().optional(),
  cause: z.object({ code: z.string().optional() }).optional(),
});

function networkCode(error: unknown): string | undefined {
  const { data } = Failure.safeParse(error);
  return data?.cause?.code ?? data?.code;
}

function cannot(reason: UnavailableReason, detail: string, cause: unknown): CannotLook {
  return new CannotLook({ reason, detail }, { cause });
}
