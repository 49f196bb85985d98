import type { Store } from '../store.ts';
import { badRequest, forbidden } from './api-error.ts';
import { authorize, wordRefusal, type Attributes, type User } from './rbac.ts';
import { rbacObjects } from './rbac-objects.ts';
import type { ApiRequest } from './request.ts';

const account = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** Who the request acts as: `kubectl --as` needs the verb `impersonate` on that user and on each group. */
export function actingUser(store: Store, { user, headers }: ApiRequest): User {
  const name = headers['impersonate-user'];
  const asked = headers['impersonate-group'];
  const groups = (typeof asked === 'string' ? asked.split(',') : (asked ?? [])).map((group) => group.trim());
  if (typeof name !== 'string') {
    if (groups.length === 0) return user;
    throw badRequest('requested [{Group}] without impersonating a user');
  }
  const [, namespace = '', accountName = ''] = account.exec(name) ?? [];
  const wanted =
    accountName === ''
      ? [impersonating('users', name)]
      : [impersonating('serviceaccounts', accountName, namespace)];
  for (const one of [...wanted, ...groups.map((group) => impersonating('groups', group))]) {
    const { allowed, reason } = authorize(user, one, rbacObjects(store));
    if (!allowed)
      throw forbidden({ group: '', resource: one.resource }, one.name, wordRefusal(user, one, reason));
  }
  const inherent =
    accountName === '' ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return { name, groups: [...(groups.length === 0 ? inherent : groups), 'system:authenticated'] };
}

const impersonating = (
  resource: string,
  name: string,
  namespace = '',
): Exclude<Attributes, { path: string }> => ({
  verb: 'impersonate',
  group: '',
  version: 'v1',
  resource,
  subresource: '',
  namespace,
  name,
});
