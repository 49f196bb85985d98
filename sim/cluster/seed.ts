import { parseAllDocuments } from 'yaml';
import { admitNamespace, withClusterIp } from './api/admit.ts';
import { invalid, type Cause } from './api/api-error.ts';
import { decodeObject } from './api/decode.ts';
import { fromWire } from './api/events.ts';
import { storageKey, type Resource } from './api/resources.ts';
import { applyDefaults } from './objects/defaults.ts';
import { uidOf } from './objects/ids.ts';
import {
  compact,
  isObject,
  type JsonObject,
  type KubeObject,
  type OwnerReference,
  without,
} from './objects/kube-object.ts';
import { validateCreate } from './objects/validate.ts';
import { insert, replace } from './objects/write.ts';
import type { ClusterState } from './state.ts';

interface Given {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/** What others refer to comes first, as `kubectl apply` users learn to order it. */
const order = ['Namespace', 'Node', 'ServiceAccount'];

const rank = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length);

/**
 * Puts manifests into the store as they are, status included (a recorded cluster can be replayed): checked as strictly as
 * `kubectl apply --validate=strict` would, and replaced where an object of that name is already there.
 */
export function seed(state: ClusterState, manifests: readonly string[]): readonly KubeObject[] {
  const given = manifests
    .flatMap((text) => readDocuments(text))
    .map((document) => readManifest(state, document))
    .sort((a, b) => rank(a.resource.kind) - rank(b.resource.kind));
  const stored = given.map(({ resource, object }) => ({ resource, object: put(state, resource, object) }));
  return stored.map(({ resource, object }) => withOwnerUids(state, resource, object));
}

function readDocuments(text: string): readonly JsonObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    if (!isObject(value)) return [];
    return value['kind'] === 'List' && Array.isArray(value['items'])
      ? (value['items'] as JsonObject[])
      : [value];
  });
}

const strict = new URLSearchParams({ fieldValidation: 'Strict' });

function readManifest(state: ClusterState, document: JsonObject): Given {
  const { apiVersion, kind } = document;
  const resource = state.table.ofKind(String(apiVersion), String(kind));
  if (resource === undefined) {
    throw new Error(`no matches for kind "${String(kind)}" in version "${String(apiVersion)}"`);
  }
  const { object } = decodeObject(resource, document, strict);
  const metadata = without(object.metadata, 'resourceVersion');
  const namespace = resource.namespaced ? { namespace: metadata.namespace ?? 'default' } : {};
  return {
    resource,
    object: applyDefaults({ ...fromWire(resource, object), metadata: { ...metadata, ...namespace } }),
  };
}

function put(state: ClusterState, resource: Resource, object: KubeObject): KubeObject {
  const { namespace = '', name } = object.metadata;
  admitNamespace(state, resource, object);
  const faults = validateCreate(object).filter((fault) => !isMissingUid(fault));
  if (faults.length > 0) throw invalid(resource.group, resource.kind, name, faults);
  const before = state.store.get(storageKey(resource), namespace, name);
  if (before === undefined) return insert(state, resource, withClusterIp(state, resource, object));
  const allocated = allocatedOf(before);
  const spec = isObject(object.spec) ? { spec: { ...allocated, ...object.spec } } : {};
  const status = object.status ?? before.status;
  return replace(state, resource, before, {
    ...object,
    ...spec,
    ...(status === undefined ? {} : { status }),
  });
}

/** What the server once chose for an object and a manifest need not repeat. */
function allocatedOf({ kind, spec }: KubeObject): JsonObject {
  if (!isObject(spec)) return {};
  const { clusterIP, clusterIPs, nodeName, serviceAccountName } = spec;
  if (kind === 'Service') return compact({ clusterIP, clusterIPs });
  return kind === 'Pod' ? compact({ nodeName, serviceAccountName }) : {};
}

/** Manifests may name an owner without its uid, which nobody can know beforehand. */
const isMissingUid = ({ field = '' }: Cause): boolean =>
  /^metadata\.ownerReferences\[\d+\]\.uid$/.test(field);

/** Two pods that name the same absent owner must agree on its uid. */
const danglingUid = (namespace: string, { kind, name }: OwnerReference): string =>
  uidOf(`${kind} ${namespace}/${name}`);

const givenUid = ({ uid }: Partial<OwnerReference>): string | undefined => uid;

function withOwnerUids(state: ClusterState, resource: Resource, object: KubeObject): KubeObject {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.every((owner) => givenUid(owner) !== undefined)) return object;
  const resolved = owners.map((owner): OwnerReference => {
    const kind = state.table.ofKind(owner.apiVersion, owner.kind);
    const namespace = kind?.namespaced === true ? (object.metadata.namespace ?? '') : '';
    const found = kind === undefined ? undefined : state.store.get(storageKey(kind), namespace, owner.name);
    return { ...owner, uid: givenUid(owner) ?? found?.metadata.uid ?? danglingUid(namespace, owner) };
  });
  return replace(state, resource, object, {
    ...object,
    metadata: { ...object.metadata, ownerReferences: resolved },
  });
}
