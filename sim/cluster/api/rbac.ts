import type { KubeObject } from '../objects/kube-object.ts';

/** Who asks, after authentication. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
}

/** What is asked, as the API server's authorizer sees it. */
export type Attributes =
  | {
      readonly verb: string;
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: {
    readonly clusterRoleSelectors?: readonly { readonly matchLabels?: Readonly<Record<string, string>> }[];
  };
}

interface Binding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: { readonly kind: string; readonly name: string };
}

/** The four kinds of RBAC object, as the store holds them. */
export interface RbacObjects {
  readonly roles: readonly KubeObject[];
  readonly clusterRoles: readonly KubeObject[];
  readonly roleBindings: readonly KubeObject[];
  readonly clusterRoleBindings: readonly KubeObject[];
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

interface Grant {
  readonly rule: PolicyRule;
  readonly why: string;
}

interface Grants {
  readonly grants: readonly Grant[];
  /** Bindings to roles that do not exist, in Kubernetes' words. */
  readonly errors: readonly string[];
}

export function authorize(user: User, asked: Attributes, objects: RbacObjects): Decision {
  const namespace = 'path' in asked ? '' : asked.namespace;
  const { grants, errors } = grantsOf(user, namespace, objects);
  const grant = grants.find(({ rule }) => covers(rule, asked));
  if (grant !== undefined) return { allowed: true, reason: `RBAC: allowed by ${grant.why}` };
  return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${wordErrors(errors)}` };
}

/** All rules that hold for a user in a namespace, as SelfSubjectRulesReview lists them. */
export const rulesOf = (user: User, namespace: string, objects: RbacObjects): readonly PolicyRule[] =>
  grantsOf(user, namespace, objects).grants.map(({ rule }) => rule);

const wordErrors = (errors: readonly string[]) =>
  errors.length === 1 ? String(errors[0]) : `[${errors.join(', ')}]`;

function grantsOf(user: User, namespace: string, objects: RbacObjects): Grants {
  const grants: Grant[] = [];
  const errors: string[] = [];

  const addBinding = (binding: Binding, scope: string): void => {
    const subject = binding.subjects?.find((one) => isSubject(user, one, scope));
    if (subject === undefined) return;
    const { kind, name } = binding.roleRef;
    const role = findRole(kind, name, scope, objects);
    if (role === undefined) {
      errors.push(`${kind.toLowerCase()}.rbac.authorization.k8s.io "${name}" not found`);
      return;
    }
    const bound = scope === '' ? binding.metadata.name : `${binding.metadata.name}/${scope}`;
    const who =
      subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? scope}` : subject.name;
    const why = `${binding.kind} "${bound}" of ${kind} "${name}" to ${subject.kind} "${who}"`;
    for (const rule of rulesOfRole(role, objects)) grants.push({ rule, why });
  };

  for (const binding of objects.clusterRoleBindings) addBinding(binding as Binding, '');
  if (namespace !== '') {
    for (const binding of objects.roleBindings) {
      if (binding.metadata.namespace === namespace) addBinding(binding as Binding, namespace);
    }
  }
  return { grants, errors };
}

function findRole(kind: string, name: string, namespace: string, objects: RbacObjects): Role | undefined {
  if (kind === 'ClusterRole') return objects.clusterRoles.find((role) => role.metadata.name === name);
  return objects.roles.find((role) => role.metadata.name === name && role.metadata.namespace === namespace);
}

function rulesOfRole(role: Role, objects: RbacObjects): readonly PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  const aggregated = selectors.flatMap(({ matchLabels = {} }) =>
    objects.clusterRoles
      .filter((other) =>
        Object.entries(matchLabels).every(([key, value]) => other.metadata.labels?.[key] === value),
      )
      .flatMap((other) => (other as Role).rules ?? []),
  );
  return [...(role.rules ?? []), ...aggregated];
}

function isSubject(user: User, subject: Subject, bindingNamespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount':
      return user.name === `system:serviceaccount:${subject.namespace ?? bindingNamespace}:${subject.name}`;
    default:
      return false;
  }
}

export function covers(rule: PolicyRule, asked: Attributes): boolean {
  if (!rule.verbs.includes(asked.verb) && !rule.verbs.includes('*')) return false;
  if ('path' in asked) return rule.nonResourceURLs?.some((url) => matchesUrl(url, asked.path)) ?? false;
  const groups = rule.apiGroups ?? [];
  if (!groups.includes(asked.group) && !groups.includes('*')) return false;
  if (!coversResource(rule.resources ?? [], asked.resource, asked.subresource)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || names.includes(asked.name);
}

function coversResource(resources: readonly string[], resource: string, subresource: string): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some(
    (one) => one === '*' || one === combined || (subresource !== '' && one === `*/${subresource}`),
  );
}

const matchesUrl = (rule: string, path: string): boolean =>
  rule === '*' || rule === path || (rule.endsWith('*') && path.startsWith(rule.slice(0, -1)));

/** `User "x" cannot list resource "pods" in API group "" in the namespace "y"`: the API server's sentence. */
export function wordRefusal(user: User, asked: Attributes, reason: string): string {
  const tail = reason === '' ? '' : `: ${reason}`;
  const who = `User "${user.name}" cannot ${asked.verb}`;
  if ('path' in asked) return `${who} path "${asked.path}"${tail}`;
  const resource = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const where = asked.namespace === '' ? 'at the cluster scope' : `in the namespace "${asked.namespace}"`;
  return `${who} resource "${resource}" in API group "${asked.group}" ${where}${tail}`;
}
