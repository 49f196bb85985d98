import type { ClusterState } from '../state.ts';
import { forbidden, methodNotAllowed } from './api-error.ts';
import { deleteCollection, deleteOne } from './delete.ts';
import { answerUnknown, discover } from './discovery.ts';
import { toWire } from './events.ts';
import { create, update } from './mutate.ts';
import { patch } from './patch.ts';
import { authorize, wordRefusal } from './rbac.ts';
import { rbacObjects } from './rbac-objects.ts';
import { actingUser } from './impersonate.ts';
import { getObject, list } from './read.ts';
import { attributesOf, json, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import { reviewKinds, type Resource } from './resources.ts';
import { review } from './reviews.ts';
import { serveSubresource } from './subresources.ts';
import { watch, type WatchOptions } from './watch.ts';

/** One request of a known user: allowed or refused, then answered. */
export function route(state: ClusterState, incoming: ApiRequest, watches: WatchOptions): Reply {
  const { target } = incoming;
  const user = actingUser(state.store, incoming);
  const request = { ...incoming, user };
  const asked = attributesOf(target);
  const { allowed, reason } = authorize(user, asked, rbacObjects(state.store));
  if (!allowed) {
    const on = target.kind === 'path' ? { group: '', resource: '' } : target;
    throw forbidden(on, target.kind === 'path' ? '' : target.name, wordRefusal(user, asked, reason));
  }
  if (target.kind === 'path') return discover(state.table, request.method, request.path);
  const resource = state.table.find(target.group, target.version, target.resource);
  if (resource === undefined) return answerUnknown(state.table, target.group, target.version);
  const isReview = (reviewKinds as readonly string[]).includes(resource.kind);
  if (isReview) {
    if (target.verb !== 'create' || target.name !== '') throw methodNotAllowed();
    return review(state.store, resource, request, target);
  }
  if (target.subresource !== '') return serveSubresource(state, resource, request, target);
  return serveResource(state, resource, request, target, watches);
}

function serveResource(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
  watches: WatchOptions,
): Reply {
  const allNamespaces = resource.namespaced && target.namespace === '';
  switch (target.verb) {
    case 'get':
      return json(200, toWire(resource, getObject(state, resource, target)));
    case 'list':
      return list(state, resource, request, target);
    case 'watch':
      return watch(state, resource, request, target, watches);
    case 'create':
      if (allNamespaces || target.name !== '') throw methodNotAllowed();
      return create(state, resource, request, target);
    case 'update':
      if (target.name === '') throw methodNotAllowed();
      return update(state, resource, request, target);
    case 'patch':
      if (target.name === '') throw methodNotAllowed();
      return patch(state, resource, request, target);
    case 'delete':
      return deleteOne(state, resource, request, target);
    case 'deletecollection':
      if (allNamespaces || resource.kind === 'Namespace') throw methodNotAllowed();
      return deleteCollection(state, resource, request, target);
    default:
      throw methodNotAllowed();
  }
}
