import { isObject, valueAt, type KubeObject } from '../objects/kube-object.ts';
import {
  isPodReady,
  isPodFinished,
  scaled,
  type Pod,
  type PodDisruptionBudget,
  type Workload,
} from '../objects/kinds.ts';
import { validateEphemeralUpdate } from '../objects/validate-pod.ts';
import type { ClusterState } from '../state.ts';
import { admitPod } from './admit.ts';
import { badRequest, invalid, methodNotAllowed, tooManyRequests, unknownResource } from './api-error.ts';
import { compileLabelSelector } from './label-selector.ts';
import { decodeAs, decodeObject, readBody } from './decode.ts';
import { checkPreconditions, deleteObject, parseDeleteOptions } from './delete.ts';
import { readLog } from './logs.ts';
import { isDryRun, storeUpdate, update } from './mutate.ts';
import { patch, patchDocument } from './patch.ts';
import { getObject } from './read.ts';
import { json, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import type { Resource } from './resources.ts';

/** `/status`, `/scale`, `/log`, `/eviction`, `/ephemeralcontainers`: each with its own rules. */
export function serveSubresource(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  if (!resource.subresources.includes(target.subresource)) throw unknownResource();
  switch (`${target.verb} ${target.subresource}`) {
    case 'get status':
      return json(200, getObject(state, resource, target));
    case 'get ephemeralcontainers':
      return json(200, getObject(state, resource, target));
    case 'update status':
      return update(state, resource, request, target);
    case 'patch status':
      return patch(state, resource, request, target);
    case 'get log':
      return readLog(state, resource, request, target);
    case 'create eviction':
      return evict(state, resource, request, target);
    case 'get scale':
      return json(200, scaleOf(getObject(state, resource, target) as Workload));
    case 'update scale':
    case 'patch scale':
      return writeScale(state, resource, request, target);
    case 'patch ephemeralcontainers':
    case 'update ephemeralcontainers':
      return writeEphemeral(state, resource, request, target);
    default:
      throw methodNotAllowed();
  }
}

function scaleOf(workload: Workload): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = workload.metadata;
  const labels = workload.spec.selector.matchLabels ?? {};
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    spec: { replicas: workload.spec.replicas ?? 0 },
    status: {
      replicas: Number(workload.status?.['replicas'] ?? 0),
      selector: Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    },
  };
}

const autoscaling = { group: 'autoscaling', version: 'v1' };

function writeScale(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const before = getObject(state, resource, target) as Workload;
  const document =
    target.verb === 'patch' ? patchDocument(resource, request, scaleOf(before)) : readBody(request);
  const { object } = decodeAs(autoscaling, 'autoscaling/v1', 'Scale', document, request.query);
  const replicas = valueAt(object, 'spec.replicas') ?? 0;
  if (typeof replicas !== 'number' || replicas < 0) {
    const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
    throw invalid('autoscaling', 'Scale', target.name, [
      { reason: 'FieldValueInvalid', message, field: 'spec.replicas' },
    ]);
  }
  const { resourceVersion } = object.metadata;
  const metadata = { ...before.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const wanted = { ...before, metadata, spec: { ...before.spec, replicas } };
  const stored = storeUpdate(state, resource, request, before, wanted, 'scale', isDryRun(request.query));
  return json(200, scaleOf(stored as Workload));
}

function writeEphemeral(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const before = getObject(state, resource, target) as Pod;
  // Whatever else of the pod the body changes is not this endpoint's to write.
  const keepRest = (after: KubeObject): Pod => {
    const { ephemeralContainers = [] } = (after as Pod).spec;
    return { ...before, spec: { ...before.spec, ephemeralContainers } };
  };
  const document = target.verb === 'patch' ? patchDocument(resource, request, before) : readBody(request);
  const { object, warnings } = decodeObject(resource, document, request.query);
  const version = object.metadata.resourceVersion;
  const wanted = keepRest(object);
  const versioned = {
    ...wanted,
    metadata: { ...wanted.metadata, ...(version === undefined ? {} : { resourceVersion: version }) },
  };
  admitPod(state, resource, versioned);
  const stored = storeUpdate(
    state,
    resource,
    request,
    before,
    versioned,
    target.subresource,
    isDryRun(request.query),
    (old, young) => validateEphemeralUpdate(old as Pod, young as Pod),
  );
  return json(200, stored, warnings);
}

const policy = { group: 'policy', version: 'v1' };

/** Deletes the pod unless a PodDisruptionBudget needs it. */
function evict(state: ClusterState, resource: Resource, request: ApiRequest, target: ResourceTarget): Reply {
  const { object } = decodeAs(policy, 'policy/v1', 'Eviction', readBody(request), request.query);
  if (object.metadata.name !== target.name) {
    throw badRequest(`name in URL does not match name in Eviction object: ${target.name}`);
  }
  const pod = getObject(state, resource, target) as Pod;
  const deleteOptions = object['deleteOptions'];
  const options = parseDeleteOptions(isObject(deleteOptions) ? deleteOptions : {}, request.query);
  checkPreconditions(resource, pod, options);
  if (isPodReady(pod) && !isPodFinished(pod)) respectBudgets(state, pod);
  deleteObject(state, resource, pod, options);
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

function respectBudgets(state: ClusterState, pod: Pod): void {
  const { namespace = '', labels } = pod.metadata;
  for (const object of state.store.list('poddisruptionbudgets.policy', namespace).items) {
    const budget = object as PodDisruptionBudget;
    const matches = compileLabelSelector(budget.spec.selector);
    if (!matches(labels)) continue;
    const covered = (state.store.list('pods', namespace).items as readonly Pod[]).filter(
      (one) => matches(one.metadata.labels) && !isPodFinished(one),
    );
    const healthy = covered.filter(
      (one) => isPodReady(one) && one.metadata.deletionTimestamp === undefined,
    ).length;
    const { minAvailable, maxUnavailable } = budget.spec;
    const needed =
      minAvailable === undefined
        ? covered.length - scaled(maxUnavailable ?? 1, covered.length, 'up')
        : scaled(minAvailable, covered.length, 'up');
    if (healthy > needed) continue;
    const detail = `The disruption budget ${budget.metadata.name} needs ${String(needed)} healthy pods and has ${String(healthy)} currently`;
    throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0, [
      { reason: 'DisruptionBudget', message: detail },
    ]);
  }
}
