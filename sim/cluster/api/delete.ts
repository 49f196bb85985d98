import { isObject, type JsonObject, type KubeObject } from '../objects/kube-object.ts';
import { graceOf, markDeleted, remove } from '../objects/write.ts';
import type { ClusterState } from '../state.ts';
import { conflict, forbidden, invalid } from './api-error.ts';
import { parseJson } from './decode.ts';
import { toWire } from './events.ts';
import { isDryRun } from './mutate.ts';
import { compileSelectors, getObject } from './read.ts';
import { json, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import { groupVersionOf, storageKey, type Resource } from './resources.ts';

export interface DeleteOptions {
  readonly graceSeconds: number | undefined;
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly dryRun: boolean;
}

const policies = ['Background', 'Foreground', 'Orphan'] as const;

export function parseDeleteOptions(body: JsonObject, query: URLSearchParams): DeleteOptions {
  const preconditions = isObject(body['preconditions']) ? body['preconditions'] : {};
  const grace = body['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
  const policy = body['propagationPolicy'] ?? query.get('propagationPolicy') ?? 'Background';
  const propagation = policies.find((one) => one === policy);
  if (propagation === undefined) {
    throw invalid('meta.k8s.io', 'DeleteOptions', '', [
      {
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
        field: 'propagationPolicy',
      },
    ]);
  }
  const bodyDryRun = Array.isArray(body['dryRun']) ? body['dryRun'].map(String) : [];
  return {
    graceSeconds: grace === undefined ? undefined : Number(grace),
    propagation,
    uid: textOf(preconditions['uid']),
    resourceVersion: textOf(preconditions['resourceVersion']),
    dryRun: isDryRun(
      new URLSearchParams([...query, ...bodyDryRun.map((value): [string, string] => ['dryRun', value])]),
    ),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function readOptions(request: ApiRequest): DeleteOptions {
  const body = request.body === '' ? {} : parseJson(request.body);
  return parseDeleteOptions(isObject(body) ? body : {}, request.query);
}

export function checkPreconditions(
  resource: Resource,
  { metadata }: KubeObject,
  options: DeleteOptions,
): void {
  if (options.uid !== undefined && options.uid !== metadata.uid) {
    const why = `the UID in the precondition (${options.uid}) does not match the UID in record (${String(metadata.uid)}). The object might have been deleted and then recreated`;
    throw conflict(resource, metadata.name, why);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${String(metadata.resourceVersion)}). The object might have been modified`;
    throw conflict(resource, metadata.name, why);
  }
}

const eternal = new Set(['default', 'kube-system', 'kube-public']);

export function deleteOne(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const options = readOptions(request);
  const object = getObject(state, resource, target);
  if (resource.kind === 'Namespace' && eternal.has(target.name)) {
    throw forbidden(resource, target.name, 'this namespace may not be deleted');
  }
  checkPreconditions(resource, object, options);
  if (request.denial !== undefined) throw request.denial;
  const { object: left, gone } = deleteObject(state, resource, object, options);
  if (!gone || resource.returnsDeleted) return json(200, toWire(resource, left));
  const { name, uid } = object.metadata;
  return json(200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.resource,
      uid,
    },
  });
}

export function deleteObject(
  state: ClusterState,
  resource: Resource,
  object: KubeObject,
  options: DeleteOptions,
) {
  const seconds = graceOf(object, options.graceSeconds);
  if (options.dryRun) {
    const stays = seconds > 0 || (object.metadata.finalizers ?? []).length > 0;
    return { object: stays ? markDeleted(state, object, seconds) : object, gone: !stays };
  }
  if (options.propagation === 'Orphan') orphanDependents(state, object);
  return remove(state, resource, object, options.graceSeconds);
}

/** `Orphan`: the dependents stay, and forget their owner before it goes. */
function orphanDependents(state: ClusterState, owner: KubeObject): void {
  for (const resource of state.table.all) {
    if (resource.group === 'events.k8s.io') continue;
    for (const object of state.store.list(storageKey(resource)).items) {
      const owners = object.metadata.ownerReferences ?? [];
      const others = owners.filter(({ uid }) => uid !== owner.metadata.uid);
      if (others.length === owners.length) continue;
      state.store.put(storageKey(resource), {
        ...object,
        metadata: { ...object.metadata, ownerReferences: others },
      });
    }
  }
}

export function deleteCollection(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const options = readOptions(request);
  const matches = compileSelectors(request.query, resource);
  const namespace = resource.namespaced ? target.namespace : '';
  const objects = state.store.list(storageKey(resource), namespace).items.filter(matches);
  const deleted = objects.map((object) => deleteObject(state, resource, object, options).object);
  return json(200, {
    kind: `${resource.kind}List`,
    apiVersion: groupVersionOf(resource),
    metadata: { resourceVersion: String(state.store.resourceVersion) },
    items: deleted.map((object) => toWire(resource, object)),
  });
}
