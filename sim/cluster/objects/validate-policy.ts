import type { Cause } from '../api/api-error.ts';
import { forbiddenField, invalidValue, required, unsupported } from './faults.ts';
import { isObject, valueAt, type JsonObject, type KubeObject } from './kube-object.ts';

const listOf = (object: unknown, path: string): readonly unknown[] => {
  const value = valueAt(object, path);
  return Array.isArray(value) ? (value as unknown[]) : [];
};

/** The kinds that say who may do what, and where traffic goes. */
export function validatePolicy(object: KubeObject): readonly Cause[] {
  switch (object.kind) {
    case 'Role':
    case 'ClusterRole':
      return validateRules(object);
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return validateBinding(object);
    case 'NetworkPolicy':
      return validateNetworkPolicy(object);
    case 'EndpointSlice':
      return validateEndpointSlice(object);
    case 'PodDisruptionBudget':
      return validateBudget(object);
    default:
      return [];
  }
}

function validateRules(object: KubeObject): readonly Cause[] {
  return listOf(object, 'rules').flatMap((rule, index): readonly Cause[] => {
    const here = `rules[${String(index)}]`;
    if (listOf(rule, 'verbs').length === 0)
      return [required(`${here}.verbs`, 'verbs must contain at least one value')];
    const urls = listOf(rule, 'nonResourceURLs').length > 0;
    if (urls && object.kind === 'Role') {
      return [
        invalidValue(
          `${here}.nonResourceURLs`,
          listOf(rule, 'nonResourceURLs'),
          'namespaced rules cannot apply to non-resource URLs',
        ),
      ];
    }
    if (urls) return [];
    const faults: Cause[] = [];
    if (listOf(rule, 'apiGroups').length === 0)
      faults.push(required(`${here}.apiGroups`, 'resource rules must supply at least one api group'));
    if (listOf(rule, 'resources').length === 0)
      faults.push(required(`${here}.resources`, 'resource rules must supply at least one resource'));
    return faults;
  });
}

function validateBinding(object: KubeObject): readonly Cause[] {
  const faults: Cause[] = [];
  const kinds = object.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const kind = valueAt(object, 'roleRef.kind');
  if (typeof kind !== 'string' || !kinds.includes(kind))
    faults.push(unsupported('roleRef.kind', kind ?? '', kinds));
  if ((valueAt(object, 'roleRef.name') ?? '') === '') faults.push(required('roleRef.name'));
  for (const [index, subject] of listOf(object, 'subjects').entries()) {
    const here = `subjects[${String(index)}]`;
    const subjectKind = valueAt(subject, 'kind');
    if ((valueAt(subject, 'name') ?? '') === '') faults.push(required(`${here}.name`));
    if (subjectKind === 'ServiceAccount') {
      if ((valueAt(subject, 'namespace') ?? '') === '') faults.push(required(`${here}.namespace`));
    } else if (subjectKind !== 'User' && subjectKind !== 'Group') {
      faults.push(unsupported(`${here}.kind`, subjectKind ?? '', ['ServiceAccount', 'User', 'Group']));
    }
  }
  return faults;
}

function validateNetworkPolicy(object: KubeObject): readonly Cause[] {
  const faults: Cause[] = [];
  for (const [index, type] of listOf(object, 'spec.policyTypes').entries()) {
    if (type !== 'Ingress' && type !== 'Egress')
      faults.push(unsupported(`spec.policyTypes[${String(index)}]`, type, ['Egress', 'Ingress']));
  }
  const sides = [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const;
  for (const [direction, peers] of sides) {
    for (const [index, rule] of listOf(object, `spec.${direction}`).entries()) {
      const here = `spec.${direction}[${String(index)}]`;
      for (const [at, peer] of listOf(rule, peers).entries()) {
        faults.push(...validatePeer(peer, `${here}.${peers}[${String(at)}]`));
      }
    }
  }
  return faults;
}

function validatePeer(peer: unknown, path: string): readonly Cause[] {
  const fields = Object.keys(isObject(peer) ? peer : {});
  if (fields.length === 0) return [required(path, 'must specify a peer')];
  if (fields.includes('ipBlock') && fields.length > 1) {
    return [forbiddenField(path, 'may not specify both ipBlock and another peer')];
  }
  const cidr = valueAt(peer, 'ipBlock.cidr');
  const isCidr = typeof cidr === 'string' && /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(cidr);
  if (fields.includes('ipBlock') && !isCidr) {
    return [
      invalidValue(
        `${path}.ipBlock.cidr`,
        cidr ?? '',
        'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ),
    ];
  }
  return [];
}

function validateEndpointSlice(object: KubeObject): readonly Cause[] {
  const types = ['FQDN', 'IPv4', 'IPv6'];
  const type = object['addressType'];
  const faults: Cause[] = [];
  if (type === undefined) faults.push(required('addressType'));
  else if (typeof type !== 'string' || !types.includes(type))
    faults.push(unsupported('addressType', type, types));
  for (const [index, endpoint] of listOf(object, 'endpoints').entries()) {
    const count = listOf(endpoint, 'addresses').length;
    if (count === 0)
      faults.push(required(`endpoints[${String(index)}].addresses`, 'must contain at least 1 address'));
  }
  return faults;
}

function validateBudget(object: KubeObject): readonly Cause[] {
  const spec = object.spec as JsonObject | undefined;
  if (spec?.['minAvailable'] !== undefined && spec['maxUnavailable'] !== undefined) {
    return [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')];
  }
  return [];
}
