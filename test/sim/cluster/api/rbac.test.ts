import { describe, expect, test } from '@jest/globals';
import {
  authorize,
  covers,
  type Attributes,
  type PolicyRule,
  type User,
} from '../../../../sim/cluster/api/rbac.ts';
import type { KubeObject } from '../../../../sim/cluster/objects/kube-object.ts';

const asked = (text: string): Attributes => {
  const [verb = '', path = ''] = text.split(' ');
  if (path.startsWith('/')) return { verb, path };
  const [scope = '', name = ''] = path.split('#');
  const [group = '', resource = '', subresource = ''] = scope.split(':');
  return { verb, group, version: 'v1', resource, subresource, namespace: 'ns', name };
};

describe('a rule covers', () => {
  const pods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
  const logs: PolicyRule = { verbs: ['*'], apiGroups: [''], resources: ['pods/log', '*/scale'] };
  const named: PolicyRule = {
    verbs: ['get'],
    apiGroups: ['apps'],
    resources: ['deployments'],
    resourceNames: ['web'],
  };
  const all: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const urls: PolicyRule = { verbs: ['get'], nonResourceURLs: ['/version', '/apis/*'] };

  test.each([
    [pods, 'get :pods', true],
    [pods, 'watch :pods', false],
    [pods, 'get apps:pods', false],
    [pods, 'get :pods:log', false],
    [pods, 'get /version', false],
    [logs, 'get :pods:log', true],
    [logs, 'get :pods', false],
    [logs, 'update :replicationcontrollers:scale', true],
    [named, 'get apps:deployments#web', true],
    [named, 'get apps:deployments#api', false],
    [named, 'get apps:deployments', false],
    [all, 'delete apps:deployments:scale#web', true],
    [all, 'get /version', false],
    [urls, 'get /version', true],
    [urls, 'get /apis/apps/v1', true],
    [urls, 'get /versions', false],
    [urls, 'post /version', false],
  ])('%j, %s: %s', (rule, text, expected) => {
    expect(covers(rule, asked(text))).toBe(expected);
  });
});

describe('a binding reaches', () => {
  const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }];
  const role = (kind: string, name: string, more: object = {}): KubeObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name, ...(kind === 'Role' ? { namespace: 'ns' } : {}) },
    rules,
    ...more,
  });
  const binding = (kind: string, subject: object, roleRef: object, namespace?: string): KubeObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name: 'b', ...(namespace === undefined ? {} : { namespace }) },
    roleRef,
    subjects: [subject],
  });
  const account: User = {
    name: 'system:serviceaccount:ns:sa',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'],
  };
  const clusterRole = { kind: 'ClusterRole', name: 'r' };
  const inNamespace = { kind: 'Role', name: 'r' };
  const sa = { kind: 'ServiceAccount', name: 'sa', namespace: 'ns' };

  test.each<readonly [string, boolean, KubeObject]>([
    ['its ServiceAccount by a Role', true, binding('RoleBinding', sa, inNamespace, 'ns')],
    [
      'its ServiceAccount by a ClusterRole in one namespace',
      true,
      binding('RoleBinding', sa, clusterRole, 'ns'),
    ],
    ['its ServiceAccount everywhere', true, binding('ClusterRoleBinding', sa, clusterRole)],
    ['not from another namespace', false, binding('RoleBinding', sa, clusterRole, 'other')],
    [
      'not the same name elsewhere',
      false,
      binding('ClusterRoleBinding', { ...sa, namespace: 'other' }, clusterRole),
    ],
    [
      'a group',
      true,
      binding('ClusterRoleBinding', { kind: 'Group', name: 'system:serviceaccounts:ns' }, clusterRole),
    ],
    [
      'a user by full name',
      true,
      binding('ClusterRoleBinding', { kind: 'User', name: account.name }, clusterRole),
    ],
    [
      'not a user called like the account',
      false,
      binding('ClusterRoleBinding', { kind: 'User', name: 'sa' }, clusterRole),
    ],
  ])('%s: %s', (_name, allowed, one) => {
    const objects = {
      roles: [role('Role', 'r')],
      clusterRoles: [role('ClusterRole', 'r')],
      roleBindings: one.kind === 'RoleBinding' ? [one] : [],
      clusterRoleBindings: one.kind === 'ClusterRoleBinding' ? [one] : [],
    };

    expect(authorize(account, asked('get :pods'), objects).allowed).toBe(allowed);
  });

  test('what other ClusterRoles add to an aggregated one', () => {
    const labelled = role('ClusterRole', 'part');
    const selectors = [{ matchLabels: { aggregate: 'yes' } }];
    const objects = {
      roles: [],
      clusterRoles: [
        role('ClusterRole', 'r', { rules: null, aggregationRule: { clusterRoleSelectors: selectors } }),
        { ...labelled, metadata: { ...labelled.metadata, labels: { aggregate: 'yes' } } },
      ],
      roleBindings: [],
      clusterRoleBindings: [binding('ClusterRoleBinding', sa, clusterRole)],
    };

    expect(authorize(account, asked('get :pods'), objects).allowed).toBe(true);
    expect(authorize(account, asked('get :secrets'), objects).allowed).toBe(false);
  });
});
