import { isObject, type JsonObject } from '../objects/kube-object.ts';
import { rbacObjects } from './rbac-objects.ts';
import { badRequest, invalid } from './api-error.ts';
import { decodeObject, readBody } from './decode.ts';
import { authorize, rulesOf, type Attributes, type User } from './rbac.ts';
import { json, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import type { Resource } from './resources.ts';
import type { Store } from '../store.ts';

/** Answers a review: a question put as an object, never stored. */
export function review(store: Store, resource: Resource, request: ApiRequest, target: ResourceTarget): Reply {
  const { object } = decodeObject(resource, readBody(request), request.query);
  const spec = isObject(object.spec) ? object.spec : {};
  const answer = (status: unknown): Reply =>
    json(201, { ...object, metadata: { creationTimestamp: null }, status });
  switch (resource.kind) {
    case 'SelfSubjectReview':
      return answer({
        userInfo: { username: request.user.name, uid: request.user.uid, groups: request.user.groups },
      });
    case 'SelfSubjectRulesReview':
      return answer(rulesStatus(store, request.user, textOf(spec['namespace'])));
    case 'SelfSubjectAccessReview':
      return answer(accessStatus(store, request.user, attributesOf(resource, spec)));
    default: {
      const asked = attributesOf(resource, spec);
      if (resource.namespaced && !('path' in asked) && asked.namespace !== target.namespace) {
        throw badRequest('spec.resourceAttributes.namespace must match the namespace of the request');
      }
      return answer(accessStatus(store, subjectOf(spec), asked));
    }
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function subjectOf(spec: JsonObject): User {
  const groups = Array.isArray(spec['groups']) ? spec['groups'].map(String) : [];
  return { name: textOf(spec['user']), groups };
}

function attributesOf(resource: Resource, spec: JsonObject): Attributes {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (isObject(resourceAttributes) === isObject(nonResourceAttributes)) {
    throw invalid(resource.group, resource.kind, '', [
      {
        reason: 'FieldValueInvalid',
        message:
          'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
        field: 'spec.resourceAttributes',
      },
    ]);
  }
  if (isObject(nonResourceAttributes)) {
    return { verb: textOf(nonResourceAttributes['verb']), path: textOf(nonResourceAttributes['path']) };
  }
  const asked = isObject(resourceAttributes) ? resourceAttributes : {};
  return {
    verb: textOf(asked['verb']),
    group: textOf(asked['group']),
    version: textOf(asked['version']),
    resource: textOf(asked['resource']),
    subresource: textOf(asked['subresource']),
    namespace: textOf(asked['namespace']),
    name: textOf(asked['name']),
  };
}

function accessStatus(store: Store, user: User, asked: Attributes) {
  const { allowed, reason } = authorize(user, asked, rbacObjects(store));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function rulesStatus(store: Store, user: User, namespace: string) {
  if (namespace === '') throw badRequest('no namespace on request');
  const rules = rulesOf(user, namespace, rbacObjects(store));
  return {
    resourceRules: rules
      .filter(({ resources = [] }) => resources.length > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        resourceNames,
      })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}
