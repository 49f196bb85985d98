import { qualified } from './api-error.ts';

type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly string[];
  /** Kubernetes answers a delete of these with the object instead of a Status. */
  readonly returnsDeleted: boolean;
  /** An extra resource, as a CustomResourceDefinition would give: no schema, no strategic merge patch. */
  readonly custom: boolean;
}

const all: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

function row(
  groupVersion: string,
  kind: string,
  resource: string,
  more: Partial<Omit<Resource, 'group' | 'version' | 'kind' | 'resource'>> = {},
): Resource {
  const [group, version] = splitGroupVersion(groupVersion);
  return {
    group,
    version,
    kind,
    resource,
    singular: kind.toLowerCase(),
    shortNames: [],
    namespaced: true,
    verbs: all,
    subresources: [],
    returnsDeleted: false,
    custom: false,
    ...more,
  };
}

function splitGroupVersion(groupVersion: string): readonly [string, string] {
  const slash = groupVersion.indexOf('/');
  return slash === -1 ? ['', groupVersion] : [groupVersion.slice(0, slash), groupVersion.slice(slash + 1)];
}

const workload = { subresources: ['status', 'scale'] };
const status = { subresources: ['status'] };
const cluster = { namespaced: false };
const createOnly = { verbs: ['create'] as const };

/** Reviews are questions: answered, never stored. */
export const reviewKinds = [
  'SelfSubjectAccessReview',
  'SelfSubjectRulesReview',
  'SubjectAccessReview',
  'LocalSubjectAccessReview',
  'SelfSubjectReview',
] as const;

const builtinResources: readonly Resource[] = [
  row('v1', 'Namespace', 'namespaces', { ...cluster, ...status, shortNames: ['ns'] }),
  row('v1', 'Node', 'nodes', { ...cluster, ...status, shortNames: ['no'] }),
  row('v1', 'Pod', 'pods', {
    shortNames: ['po'],
    subresources: ['status', 'log', 'ephemeralcontainers', 'eviction'],
    returnsDeleted: true,
  }),
  row('v1', 'Service', 'services', { ...status, shortNames: ['svc'], returnsDeleted: true }),
  row('v1', 'Endpoints', 'endpoints', { shortNames: ['ep'], singular: 'endpoints' }),
  row('v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  row('v1', 'Secret', 'secrets'),
  row('v1', 'Event', 'events', { shortNames: ['ev'] }),
  row('v1', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'], returnsDeleted: true }),
  row('v1', 'ResourceQuota', 'resourcequotas', { ...status, shortNames: ['quota'], returnsDeleted: true }),
  row('v1', 'LimitRange', 'limitranges', { shortNames: ['limits'] }),
  row('apps/v1', 'Deployment', 'deployments', { ...workload, shortNames: ['deploy'] }),
  row('apps/v1', 'ReplicaSet', 'replicasets', { ...workload, shortNames: ['rs'] }),
  row('apps/v1', 'StatefulSet', 'statefulsets', { ...workload, shortNames: ['sts'] }),
  row('apps/v1', 'DaemonSet', 'daemonsets', { ...status, shortNames: ['ds'] }),
  row('batch/v1', 'Job', 'jobs', status),
  row('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  row('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', { shortNames: ['netpol'] }),
  row('networking.k8s.io/v1', 'Ingress', 'ingresses', { ...status, shortNames: ['ing'] }),
  row('events.k8s.io/v1', 'Event', 'events', { shortNames: ['ev'] }),
  row('coordination.k8s.io/v1', 'Lease', 'leases'),
  row('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', { ...status, shortNames: ['pdb'] }),
  row('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  row('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  row('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', cluster),
  row('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', cluster),
  row('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', {
    ...cluster,
    ...createOnly,
  }),
  row('authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', {
    ...cluster,
    ...createOnly,
  }),
  row('authorization.k8s.io/v1', 'SubjectAccessReview', 'subjectaccessreviews', {
    ...cluster,
    ...createOnly,
  }),
  row('authorization.k8s.io/v1', 'LocalSubjectAccessReview', 'localsubjectaccessreviews', createOnly),
  row('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews', { ...cluster, ...createOnly }),
];

/** A resource beyond the built-in ones, as a CustomResourceDefinition would add it. */
export interface ExtraResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced?: boolean;
  readonly subresources?: readonly string[];
}

export interface ResourceTable {
  readonly all: readonly Resource[];
  find(group: string, version: string, resource: string): Resource | undefined;
  ofKind(apiVersion: string, kind: string): Resource | undefined;
}

export function makeResourceTable(extra: readonly ExtraResource[]): ResourceTable {
  const rows = [
    ...builtinResources,
    ...extra.map(({ group, version, kind, resource, namespaced = true, subresources = [] }) =>
      row(`${group}/${version}`, kind, resource, { namespaced, subresources, custom: true }),
    ),
  ];
  return {
    all: rows,
    find: (group, version, resource) =>
      rows.find((one) => one.group === group && one.version === version && one.resource === resource),
    ofKind: (apiVersion, kind) => rows.find((one) => groupVersionOf(one) === apiVersion && one.kind === kind),
  };
}

export const groupVersionOf = ({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string => (group === '' ? version : `${group}/${version}`);

/** Where objects of a resource live: one Event, two API groups that show it. */
export const storageKey = (resource: Resource): string =>
  resource.group === 'events.k8s.io' ? 'events' : qualified(resource);
