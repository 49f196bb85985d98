import type { Cause } from '../api/api-error.ts';
import { compileLabelSelector, isLabelKey, isLabelValue } from '../api/label-selector.ts';
import { duplicate, immutable, invalidValue, required, unsupported } from './faults.ts';
import { isObject, isSame, valueAt, type KubeObject } from './kube-object.ts';
import type { LabelSelector, Pod, Service, Workload } from './kinds.ts';
import { dns1035Fault, labelFault, pathSegmentFault, portNameFault, subdomainFault } from './names.ts';
import { isPort, portRule, validatePodSpec, validatePodUpdate } from './validate-pod.ts';
import { validatePolicy } from './validate-policy.ts';

const nameRules: Readonly<Record<string, (name: string) => string | undefined>> = {
  Namespace: labelFault,
  Service: dns1035Fault,
  Role: pathSegmentFault,
  ClusterRole: pathSegmentFault,
  RoleBinding: pathSegmentFault,
  ClusterRoleBinding: pathSegmentFault,
};

/** Field errors of an object that is to be created; an empty list means it is accepted. */
export function validateCreate(object: KubeObject): readonly Cause[] {
  return [...validateMeta(object), ...validateKind(object)];
}

/** Field errors of replacing one object by another. */
export function validateUpdate(before: KubeObject, after: KubeObject): readonly Cause[] {
  return [...validateMeta(after), ...validateKindUpdate(before, after)];
}

function validateMeta({ kind, metadata }: KubeObject): readonly Cause[] {
  const faults: Cause[] = [];
  if (metadata.name === '') faults.push(required('metadata.name', 'name or generateName is required'));
  const fault = metadata.name === '' ? undefined : (nameRules[kind] ?? subdomainFault)(metadata.name);
  if (fault !== undefined) faults.push(invalidValue('metadata.name', metadata.name, fault));
  faults.push(...validateLabels(metadata.labels, 'metadata.labels'));
  for (const key of Object.keys(metadata.annotations ?? {})) {
    if (!isLabelKey(key)) faults.push(invalidValue('metadata.annotations', key, qualifiedNameRule));
  }
  for (const [index, owner] of (metadata.ownerReferences ?? []).entries()) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (((owner[field] as string | undefined) ?? '') === '') {
        faults.push(
          invalidValue(`metadata.ownerReferences[${String(index)}].${field}`, '', 'must not be empty'),
        );
      }
    }
  }
  return faults;
}

const qualifiedNameRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
): readonly Cause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...(isLabelKey(key) ? [] : [invalidValue(path, key, qualifiedNameRule)]),
    ...(isLabelValue(value) ? [] : [invalidValue(path, value, labelValueRule)]),
  ]);
}

function validateKind(object: KubeObject): readonly Cause[] {
  switch (object.kind) {
    case 'Pod':
      return validatePodSpec((object as Pod).spec, 'spec');
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return validateWorkload(object as Workload);
    case 'Job':
      return validatePodSpec(
        valueAt(object, 'spec.template.spec') as Pod['spec'] | undefined,
        'spec.template.spec',
      );
    case 'Service':
      return validateService(object as Service);
    default:
      return validatePolicy(object);
  }
}

function validateKindUpdate(before: KubeObject, after: KubeObject): readonly Cause[] {
  switch (after.kind) {
    case 'Pod':
      return validatePodUpdate(before as Pod, after as Pod);
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
      return [...validateKind(after), ...unchanged(before, after, 'spec.selector')];
    case 'StatefulSet':
      return [
        ...validateKind(after),
        ...unchanged(before, after, 'spec.selector'),
        ...unchanged(before, after, 'spec.serviceName'),
      ];
    case 'Job':
      return [...validateKind(after), ...unchanged(before, after, 'spec.template')];
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return isSame(before['roleRef'], after['roleRef'])
        ? validateKind(after)
        : [invalidValue('roleRef', after['roleRef'], 'cannot change roleRef')];
    case 'Service':
      return [...validateKind(after), ...keptClusterIp(before as Service, after as Service)];
    case 'EndpointSlice':
      return [...validateKind(after), ...unchanged(before, after, 'addressType')];
    default:
      return validateKind(after);
  }
}

const unchanged = (before: KubeObject, after: KubeObject, path: string): readonly Cause[] =>
  isSame(valueAt(before, path), valueAt(after, path)) ? [] : [immutable(path, valueAt(after, path))];

function keptClusterIp(before: Service, after: Service): readonly Cause[] {
  const external = before.spec.type === 'ExternalName' || after.spec.type === 'ExternalName';
  const had = before.spec.clusterIP ?? '';
  if (external || had === '' || after.spec.clusterIP === had) return [];
  return [invalidValue('spec.clusterIPs[0]', [after.spec.clusterIP ?? ''], 'may not change once set')];
}

function validateSelector(selector: LabelSelector, path: string): readonly Cause[] {
  const faults: Cause[] = [...validateLabels(selector.matchLabels, `${path}.matchLabels`)];
  for (const [index, { operator, values }] of (selector.matchExpressions ?? []).entries()) {
    const here = `${path}.matchExpressions[${String(index)}]`;
    const listed = (values ?? []).length > 0;
    if (operator === 'In' || operator === 'NotIn') {
      if (!listed)
        faults.push(required(`${here}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator !== 'Exists' && operator !== 'DoesNotExist') {
      faults.push(invalidValue(`${here}.operator`, operator, 'not a valid selector operator'));
    }
  }
  return faults;
}

function validateWorkload({ spec }: Workload): readonly Cause[] {
  const given = spec as Partial<Workload['spec']> | undefined;
  const faults: Cause[] = [];
  if (given?.selector === undefined) faults.push(required('spec.selector'));
  const selector = given?.selector ?? {};
  const empty =
    (selector.matchExpressions ?? []).length === 0 && Object.keys(selector.matchLabels ?? {}).length === 0;
  if (given?.selector !== undefined && empty) {
    faults.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
  }
  const selectorFaults = validateSelector(selector, 'spec.selector');
  faults.push(...selectorFaults);
  const labels = given?.template?.metadata?.labels;
  if (!empty && selectorFaults.length === 0 && !compileLabelSelector(selector)(labels)) {
    faults.push(
      invalidValue(
        'spec.template.metadata.labels',
        labels ?? {},
        '`selector` does not match template `labels`',
      ),
    );
  }
  if (given?.replicas !== undefined && (given.replicas < 0 || !Number.isInteger(given.replicas))) {
    faults.push(invalidValue('spec.replicas', given.replicas, 'must be greater than or equal to 0'));
  }
  faults.push(...validateLabels(labels, 'spec.template.labels'));
  faults.push(...validatePodSpec(given?.template?.spec, 'spec.template.spec'));
  const policy = given?.template?.spec.restartPolicy;
  if (policy !== undefined && policy !== 'Always') {
    faults.push(unsupported('spec.template.spec.restartPolicy', policy, ['Always']));
  }
  return faults;
}

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function validateService({ spec }: Service): readonly Cause[] {
  const faults: Cause[] = [];
  if (!isObject(spec)) return [required('spec')];
  const type = spec.type ?? 'ClusterIP';
  const ports = spec.ports ?? [];
  if (!serviceTypes.includes(type)) faults.push(unsupported('spec.type', type, serviceTypes));
  if (type === 'ExternalName') {
    if ((spec.externalName ?? '') === '') faults.push(required('spec.externalName'));
  } else if (ports.length === 0 && spec.clusterIP !== 'None') {
    faults.push(required('spec.ports'));
  }
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const here = `spec.ports[${String(index)}]`;
    const name = port.name ?? '';
    if (name === '' && ports.length > 1) faults.push(required(`${here}.name`));
    const fault = name === '' ? undefined : labelFault(name);
    if (fault !== undefined) faults.push(invalidValue(`${here}.name`, name, fault));
    if (name !== '' && names.has(name)) faults.push(duplicate(`${here}.name`, name));
    names.add(name);
    if (!isPort(port.port)) faults.push(invalidValue(`${here}.port`, port.port, portRule));
    const number = `${String(port.port)}/${port.protocol ?? 'TCP'}`;
    if (numbers.has(number))
      faults.push(duplicate(here, { port: port.port, protocol: port.protocol ?? 'TCP' }));
    numbers.add(number);
    faults.push(...validateTargetPort(port.targetPort, `${here}.targetPort`));
  }
  faults.push(...validateLabels(spec.selector, 'spec.selector'));
  return faults;
}

function validateTargetPort(target: number | string | undefined, path: string): readonly Cause[] {
  if (typeof target === 'number') return isPort(target) ? [] : [invalidValue(path, target, portRule)];
  const fault = target === undefined ? undefined : portNameFault(target);
  return fault === undefined ? [] : [invalidValue(path, target, fault)];
}
