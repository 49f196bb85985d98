import {
  compact,
  isObject,
  isSame,
  type JsonObject,
  type KubeObject,
  withMeta,
  without,
} from '../objects/kube-object.ts';
import { applyDefaults } from '../objects/defaults.ts';
import { validateCreate, validateUpdate } from '../objects/validate.ts';
import { completeNew, completeUpdate, replace } from '../objects/write.ts';
import { timestamp, type ClusterState } from '../state.ts';
import { admitNamespace, admitPod, withClusterIp, withServiceAccount } from './admit.ts';
import { alreadyExists, badRequest, conflict, invalid, modifiedMeanwhile, type Cause } from './api-error.ts';
import { decodeObject, readBody } from './decode.ts';
import { fromWire, involvedNamespace, toWire } from './events.ts';
import { admitQuota } from './quota.ts';
import { getObject } from './read.ts';
import { json, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import { groupVersionOf, storageKey, type Resource } from './resources.ts';

export function isDryRun(query: URLSearchParams): boolean {
  const asked = query.getAll('dryRun').filter((value) => value !== '');
  const unknown = asked.find((value) => value !== 'All');
  if (unknown === undefined) return asked.length > 0;
  throw invalid('meta.k8s.io', 'CreateOptions', '', [
    {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${unknown}": supported values: "All"`,
      field: 'dryRun',
    },
  ]);
}

/** Whoever writes leaves a name: the one given, or the first word of the User-Agent. */
function managerOf({ query, headers }: ApiRequest): string {
  const agent = headers['user-agent'];
  return (
    query.get('fieldManager') ?? (typeof agent === 'string' ? agent.split('/')[0] : undefined) ?? 'unknown'
  );
}

function managed(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  object: KubeObject,
  subresource: string,
): KubeObject {
  const manager = managerOf(request);
  const others = (object.metadata.managedFields ?? []).filter(
    (entry) => entry.manager !== manager || (entry.subresource ?? '') !== subresource,
  );
  const entry = {
    manager,
    operation: 'Update' as const,
    apiVersion: groupVersionOf(resource),
    time: timestamp(state.now()),
    fieldsType: 'FieldsV1' as const,
    fieldsV1: {},
    ...(subresource === '' ? {} : { subresource }),
  };
  return { ...object, metadata: { ...object.metadata, managedFields: [...others, entry] } };
}

function refuse(resource: Resource, name: string, faults: readonly Cause[]): void {
  if (faults.length > 0) throw invalid(resource.group, resource.kind, name, faults);
}

/** Kinds whose status only the status subresource writes. */
const withoutStatus = (resource: Resource, object: KubeObject): KubeObject => {
  if (!resource.subresources.includes('status') || resource.kind === 'Namespace') return object;
  return without(object, 'status') as KubeObject;
};

export function create(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const dryRun = isDryRun(request.query);
  const { object: decoded, warnings } = decodeObject(resource, readBody(request), request.query);
  const { metadata } = decoded;
  const namespace = resource.namespaced ? (metadata.namespace ?? target.namespace) : undefined;
  if (namespace !== undefined && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if ((metadata.resourceVersion ?? '') !== '')
    throw badRequest('resourceVersion should not be set on objects to be created');
  const fresh = {
    ...fromWire(resource, decoded),
    metadata: withMeta(metadata, {
      namespace,
      uid: undefined,
      creationTimestamp: undefined,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
      generation: undefined,
      managedFields: undefined,
    }),
  };
  const named = completeNew(state, resource, applyDefaults(withoutStatus(resource, fresh)));
  admitNamespace(state, resource, named);
  const served = withServiceAccount(state, resource, named);
  refuse(resource, named.metadata.name, validateCreate(served));
  admitPod(state, resource, served);
  if (request.denial !== undefined) throw request.denial;
  admitQuota(state, resource, served);
  refuseForeignEvent(resource, served);
  if (state.store.get(storageKey(resource), namespace ?? '', served.metadata.name) !== undefined) {
    throw alreadyExists(resource, served.metadata.name);
  }
  const complete = managed(state, resource, request, withClusterIp(state, resource, withPhase(served)), '');
  const stored = dryRun ? complete : state.store.put(storageKey(resource), complete);
  return json(201, toWire(resource, stored), warnings);
}

const withPhase = (object: KubeObject): KubeObject =>
  object.kind === 'Pod' ? { ...object, status: { phase: 'Pending', qosClass: 'BestEffort' } } : object;

function refuseForeignEvent(resource: Resource, object: KubeObject): void {
  if (storageKey(resource) !== 'events') return;
  const involved = involvedNamespace(object) ?? 'default';
  if (involved === (object.metadata.namespace ?? 'default')) return;
  refuse(resource, object.metadata.name, [
    {
      reason: 'FieldValueInvalid',
      message: `Invalid value: "${involved}": does not match event.namespace`,
      field: 'involvedObject.namespace',
    },
  ]);
}

export function update(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const dryRun = isDryRun(request.query);
  const { object: decoded, warnings } = decodeObject(resource, readBody(request), request.query);
  const { name, namespace } = decoded.metadata;
  if (name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  if (resource.namespaced && namespace !== undefined && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const before = getObject(state, resource, target);
  const stored = storeUpdate(
    state,
    resource,
    request,
    before,
    fromWire(resource, decoded),
    target.subresource,
    dryRun,
  );
  return json(200, toWire(resource, stored), warnings);
}

/** Kinds that may not be replaced without saying which version was read. */
const conditionalOnly = new Set(['Lease']);

/** The one way by which an update, a patch or a scale reaches the store. */
export function storeUpdate(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  before: KubeObject,
  wanted: KubeObject,
  subresource: string,
  dryRun: boolean,
  validate: (before: KubeObject, after: KubeObject) => readonly Cause[] = validateUpdate,
): KubeObject {
  const { name } = before.metadata;
  const version = wanted.metadata.resourceVersion ?? '';
  if (version === '' && (conditionalOnly.has(resource.kind) || resource.custom)) {
    refuse(resource, name, [
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0: must be specified for an update',
        field: 'metadata.resourceVersion',
      },
    ]);
  }
  if (version !== '' && version !== before.metadata.resourceVersion) throw modifiedMeanwhile(resource, name);
  if (wanted.metadata.uid !== undefined && wanted.metadata.uid !== before.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${wanted.metadata.uid}, UID in object meta: ${String(before.metadata.uid)}`;
    throw conflict(resource, name, why);
  }
  const scoped = scopedTo(resource, before, wanted, subresource);
  const metadata = withMeta(scoped.metadata, { name, namespace: before.metadata.namespace });
  const named: KubeObject = { ...scoped, metadata };
  const complete = completeUpdate(resource, before, applyDefaults(keepAllocated(before, named)));
  refuse(resource, name, validate(before, complete));
  if (request.denial !== undefined) throw request.denial;
  if (complete === before) return before;
  const signed = managed(state, resource, request, complete, subresource);
  return dryRun ? signed : replace(state, resource, before, signed);
}

/** Which part of the object this endpoint may change: `/status` the status alone, the others all but it. */
function scopedTo(
  resource: Resource,
  before: KubeObject,
  wanted: KubeObject,
  subresource: string,
): KubeObject {
  if (!resource.subresources.includes('status')) return wanted;
  if (subresource === 'status') {
    const { labels, annotations, finalizers, ownerReferences, managedFields } = wanted.metadata;
    return {
      ...before,
      metadata: withMeta(before.metadata, {
        labels,
        annotations,
        finalizers,
        ownerReferences,
        managedFields,
      }),
      ...(wanted.status === undefined ? {} : { status: wanted.status }),
    };
  }
  return {
    ...without(wanted, 'status'),
    ...(before.status === undefined ? {} : { status: before.status }),
  } as KubeObject;
}

/** A replacement that leaves out what the server once allocated keeps it. */
function keepAllocated(before: KubeObject, after: KubeObject): KubeObject {
  if (after.kind !== 'Service' || !isObject(after.spec) || !isObject(before.spec)) return after;
  const allocated: JsonObject = {
    clusterIP: before.spec['clusterIP'],
    clusterIPs: before.spec['clusterIPs'],
  };
  const wanted = compact({ ...allocated, ...after.spec });
  const isNowExternal = after.spec['type'] === 'ExternalName' && !isSame(before.spec['type'], 'ExternalName');
  return isNowExternal ? after : { ...after, spec: wanted };
}
