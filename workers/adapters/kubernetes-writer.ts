import {
  CoreV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  type ConfigurationOptions,
  type KubeConfig,
  type CoreV1Event,
  type V1DeleteOptions,
  type V1Eviction,
  type V1Node,
  type V1Pod,
  type V1Service,
} from '@kubernetes/client-node';
import {
  KubeObject,
  type ObjectKind,
  type ObjectRef,
  type Operation,
} from '../../core/remediation/change.ts';
import type { ClusterWriter } from '../ports.ts';
import { abortable, answer, cannot, notTheApi } from './ask-kubernetes.ts';

const netcheck = 'netcheck';

/** Where the API server keeps a kind. */
interface Place {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const places: Readonly<Record<ObjectKind, Place>> = {
  Service: { group: '', version: 'v1', plural: 'services', namespaced: true },
  Pod: { group: '', version: 'v1', plural: 'pods', namespaced: true },
  Node: { group: '', version: 'v1', plural: 'nodes', namespaced: false },
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments', namespaced: true },
  StatefulSet: { group: 'apps', version: 'v1', plural: 'statefulsets', namespaced: true },
  DaemonSet: { group: 'apps', version: 'v1', plural: 'daemonsets', namespaced: true },
  NetworkPolicy: { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies', namespaced: true },
  FelixConfiguration: {
    group: 'crd.projectcalico.org',
    version: 'v1',
    plural: 'felixconfigurations',
    namespaced: false,
  },
};

/** What every write carries besides its body. A field that the server does not know is refused, not dropped. */
interface Asking {
  readonly dryRun?: string;
  readonly fieldManager: string;
  readonly fieldValidation: string;
}

/** The requests about one object. */
interface Requests {
  read(options: ConfigurationOptions): Promise<unknown>;
  patch(body: unknown, asking: Asking, options: ConfigurationOptions): Promise<unknown>;
  create(body: unknown, asking: Asking, options: ConfigurationOptions): Promise<unknown>;
  remove(body: V1DeleteOptions, dryRun: DryRun, options: ConfigurationOptions): Promise<unknown>;
}
type DryRun = Pick<Asking, 'dryRun'>;

/** Reads and changes objects of the kinds that remediations are about. */
export function createClusterWriter(config: KubeConfig): ClusterWriter {
  const core = config.makeApiClient(CoreV1Api);
  const custom = config.makeApiClient(CustomObjectsApi);
  const requestsOf = (object: ObjectRef): Requests =>
    places[object.kind].group === '' ? coreRequests(core, object) : groupRequests(custom, object);
  const ask = (request: (options: ConfigurationOptions) => Promise<unknown>, signal: AbortSignal) =>
    answer(() => request(abortable(config, signal)), signal);
  return {
    async read(object, signal) {
      return objectOf(await ask((options) => requestsOf(object).read(options), signal));
    },
    async write(operation, { dryRun, resourceVersion }, signal) {
      const answered = await ask(
        (options) =>
          send(
            core,
            requestsOf(operation.object),
            guarded(operation, resourceVersion),
            dryRun ? { dryRun: 'All' } : {},
            options,
          ),
        signal,
      );
      return operation.do === 'patch' || operation.do === 'create' ? objectOf(answered) : undefined;
    },
    async note({ object, uid, reason, message }, signal) {
      // Of an object without a namespace the event lives in `default`, where the real recorder puts it.
      const namespace = object.namespace ?? 'default';
      const body: unknown = {
        metadata: { generateName: `${netcheck}-`, namespace },
        involvedObject: {
          apiVersion: apiVersionOf(object.kind),
          kind: object.kind,
          name: object.name,
          ...(object.namespace !== undefined && { namespace: object.namespace }),
          uid,
        },
        type: 'Normal',
        reason,
        message,
        source: { component: netcheck },
        reportingComponent: netcheck,
        reportingInstance: netcheck,
        firstTimestamp: new Date(),
        lastTimestamp: new Date(),
        count: 1,
      };
      await ask(
        (options) =>
          core.createNamespacedEvent(
            { namespace, body: body as CoreV1Event, fieldManager: netcheck },
            options,
          ),
        signal,
      );
    },
  };
}

/** A patch for the very object that it is meant for, and where one is given for that version of it. */
function guarded(operation: Operation, resourceVersion: string | undefined): Operation {
  if (operation.do !== 'patch') return operation;
  const test = (path: string, value: string) => ({ op: 'test' as const, path, value });
  const version = resourceVersion === undefined ? [] : [test('/metadata/resourceVersion', resourceVersion)];
  return { ...operation, patch: [test('/metadata/uid', operation.uid), ...version, ...operation.patch] };
}

/** Each names the very object that it is meant for by its uid: one of the same name that came later is left alone. */
function send(
  core: CoreV1Api,
  requests: Requests,
  operation: Operation,
  dryRun: DryRun,
  options: ConfigurationOptions,
): Promise<unknown> {
  const asking = { ...dryRun, fieldManager: netcheck, fieldValidation: 'Strict' };
  switch (operation.do) {
    case 'patch': {
      const headers = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
      return requests.patch(operation.patch, asking, { ...options, ...headers });
    }
    case 'create':
      return requests.create(operation.manifest, asking, options);
    case 'delete':
      return requests.remove(preconditionsOf(operation), dryRun, options);
    case 'evict': {
      const { name, namespace } = inNamespace(operation.object);
      const body: unknown = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
        deleteOptions: preconditionsOf(operation),
      };
      return core.createNamespacedPodEviction(
        { name, namespace, body: body as V1Eviction, ...asking },
        options,
      );
    }
  }
}

function preconditionsOf({ uid }: { readonly uid: string }): V1DeleteOptions {
  const options: unknown = { preconditions: { uid } };
  return options as V1DeleteOptions;
}

function coreRequests(core: CoreV1Api, object: ObjectRef): Requests {
  const { name } = object;
  if (object.kind === 'Node')
    return {
      read: (options) => core.readNode({ name }, options),
      patch: (body, asking, options) => core.patchNode({ name, body, ...asking }, options),
      create: (body, asking, options) => core.createNode({ body: body as V1Node, ...asking }, options),
      remove: (body, dryRun, options) => core.deleteNode({ name, body, ...dryRun }, options),
    };
  const at = inNamespace(object);
  const { namespace } = at;
  if (object.kind === 'Pod')
    return {
      read: (options) => core.readNamespacedPod(at, options),
      patch: (body, asking, options) => core.patchNamespacedPod({ ...at, body, ...asking }, options),
      create: (body, asking, options) =>
        core.createNamespacedPod({ namespace, body: body as V1Pod, ...asking }, options),
      remove: (body, dryRun, options) => core.deleteNamespacedPod({ ...at, body, ...dryRun }, options),
    };
  return {
    read: (options) => core.readNamespacedService(at, options),
    patch: (body, asking, options) => core.patchNamespacedService({ ...at, body, ...asking }, options),
    create: (body, asking, options) =>
      core.createNamespacedService({ namespace, body: body as V1Service, ...asking }, options),
    remove: (body, dryRun, options) => core.deleteNamespacedService({ ...at, body, ...dryRun }, options),
  };
}

/** As JSON with the names that the API gives its fields: the typed client calls some otherwise, and loses the unknown. */
function groupRequests(custom: CustomObjectsApi, object: ObjectRef): Requests {
  const { namespaced, ...place } = places[object.kind];
  const { name } = object;
  if (!namespaced)
    return {
      read: (options) => custom.getClusterCustomObject({ ...place, name }, options),
      patch: (body, asking, options) =>
        custom.patchClusterCustomObject({ ...place, name, body, ...asking }, options),
      create: (body, asking, options) =>
        custom.createClusterCustomObject({ ...place, body, ...asking }, options),
      remove: (body, dryRun, options) =>
        custom.deleteClusterCustomObject({ ...place, name, body, ...dryRun }, options),
    };
  const at = { ...place, ...inNamespace(object) };
  const { namespace } = at;
  return {
    read: (options) => custom.getNamespacedCustomObject(at, options),
    patch: (body, asking, options) => custom.patchNamespacedCustomObject({ ...at, body, ...asking }, options),
    create: (body, asking, options) =>
      custom.createNamespacedCustomObject({ ...place, namespace, body, ...asking }, options),
    remove: (body, dryRun, options) =>
      custom.deleteNamespacedCustomObject({ ...at, body, ...dryRun }, options),
  };
}

function inNamespace({ kind, namespace, name }: ObjectRef): {
  readonly namespace: string;
  readonly name: string;
} {
  if (namespace === undefined) throw new Error(`${kind} ${name} without its namespace`);
  return { namespace, name };
}

function apiVersionOf(kind: ObjectKind): string {
  const { group, version } = places[kind];
  return group === '' ? version : `${group}/${version}`;
}

/** Plain JSON: the typed client answers with instances of classes, in which absent fields are there and undefined. */
function objectOf(answered: unknown): KubeObject {
  const parsed = KubeObject.safeParse(JSON.parse(JSON.stringify(answered)));
  if (parsed.success) return parsed.data;
  throw cannot('rejected', notTheApi, parsed.error);
}
