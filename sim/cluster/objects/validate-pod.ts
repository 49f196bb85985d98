import type { Cause } from '../api/api-error.ts';
import { duplicate, forbiddenField, invalidValue, required, unsupported } from './faults.ts';
import { isObject, isSame, type JsonObject } from './kube-object.ts';
import type { Container, Pod, PodSpec } from './kinds.ts';
import { labelFault, portNameFault } from './names.ts';

export const isPort = (port: unknown): boolean =>
  Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535;
export const portRule = 'must be between 1 and 65535, inclusive';
const protocols = ['TCP', 'UDP', 'SCTP'];

export function validatePodSpec(spec: PodSpec | undefined, path: string): readonly Cause[] {
  if (spec === undefined) return [required(path)];
  const containers = (spec.containers as readonly Container[] | undefined) ?? [];
  const faults: Cause[] = containers.length === 0 ? [required(`${path}.containers`)] : [];
  const taken = new Set<string>();
  const lists = [
    ['initContainers', spec.initContainers ?? []],
    ['containers', containers],
    ['ephemeralContainers', spec.ephemeralContainers ?? []],
  ] as const;
  for (const [field, list] of lists) {
    for (const [index, container] of list.entries()) {
      faults.push(...validateContainer(container, `${path}.${field}[${String(index)}]`, taken));
    }
  }
  if (spec.restartPolicy !== undefined && !['Always', 'OnFailure', 'Never'].includes(spec.restartPolicy)) {
    faults.push(unsupported(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']));
  }
  return faults;
}

function validateContainer(container: Container, path: string, taken: Set<string>): readonly Cause[] {
  const faults: Cause[] = [];
  const name = (container.name as string | undefined) ?? '';
  const fault = labelFault(name);
  if (name === '') faults.push(required(`${path}.name`));
  else if (fault !== undefined) faults.push(invalidValue(`${path}.name`, name, fault));
  else if (taken.has(name)) faults.push(duplicate(`${path}.name`, name));
  taken.add(name);
  if ((container.image ?? '') === '') faults.push(required(`${path}.image`));
  for (const [index, port] of (container.ports ?? []).entries()) {
    const here = `${path}.ports[${String(index)}]`;
    const portFault = port.name === undefined ? undefined : portNameFault(port.name);
    if (portFault !== undefined) faults.push(invalidValue(`${here}.name`, port.name, portFault));
    if ((port.containerPort as number | undefined) === undefined)
      faults.push(required(`${here}.containerPort`));
    else if (!isPort(port.containerPort)) {
      faults.push(invalidValue(`${here}.containerPort`, port.containerPort, portRule));
    }
    if (port.protocol !== undefined && !protocols.includes(port.protocol)) {
      faults.push(unsupported(`${here}.protocol`, port.protocol, protocols));
    }
  }
  return faults;
}

const changeable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export function validatePodUpdate(before: Pod, after: Pod): readonly Cause[] {
  const faults = [...validatePodSpec(after.spec, 'spec')];
  if (!isSame(frozenPart(before.spec), frozenPart(after.spec)))
    faults.push(forbiddenField('spec', changeable));
  const kept = (before.spec.tolerations ?? []).every((toleration) =>
    after.spec.tolerations?.some((other) => isSame(toleration, other)),
  );
  if (!kept)
    faults.push(
      forbiddenField(
        'spec.tolerations',
        'existing toleration can not be modified except its tolerationSeconds',
      ),
    );
  return faults;
}

/** What of a pod's spec may never change: all but images, tolerations and the deadline. */
function frozenPart(spec: PodSpec): JsonObject {
  const withoutImages = (containers: readonly Container[] | undefined) =>
    containers?.map((container) => ({ ...container, image: '', imagePullPolicy: '' }));
  return {
    ...spec,
    activeDeadlineSeconds: null,
    tolerations: null,
    containers: withoutImages(spec.containers),
    initContainers: withoutImages(spec.initContainers),
  };
}

/** The ephemeralcontainers subresource: containers may be added, never removed or altered. */
export function validateEphemeralUpdate(before: Pod, after: Pod): readonly Cause[] {
  const path = 'spec.ephemeralContainers';
  const faults = [...validatePodSpec(after.spec, 'spec')];
  const wanted = new Map(
    (after.spec.ephemeralContainers ?? []).map((container) => [container.name, container]),
  );
  for (const container of before.spec.ephemeralContainers ?? []) {
    const kept = wanted.get(container.name);
    if (kept === undefined) {
      faults.push(
        forbiddenField(path, `existing ephemeral containers "${container.name}" may not be removed\n`),
      );
    } else if (!isSame(kept, container)) {
      faults.push(
        forbiddenField(path, `existing ephemeral containers "${container.name}" may not be changed\n`),
      );
    }
  }
  const others = new Set(
    [...after.spec.containers, ...(after.spec.initContainers ?? [])].map(({ name }) => name),
  );
  for (const [index, container] of (after.spec.ephemeralContainers ?? []).entries()) {
    const target = isObject(container) ? (container as JsonObject)['targetContainerName'] : undefined;
    if (typeof target === 'string' && target !== '' && !others.has(target)) {
      faults.push({
        reason: 'FieldValueNotFound',
        message: `Not found: "${target}"`,
        field: `${path}[${String(index)}].targetContainerName`,
      });
    }
    for (const banned of [
      'ports',
      'livenessProbe',
      'readinessProbe',
      'startupProbe',
      'lifecycle',
      'resources',
    ]) {
      const value = (container as unknown as JsonObject)[banned];
      if (value !== undefined && !isSame(value, {})) {
        faults.push(
          forbiddenField(`${path}[${String(index)}].${banned}`, 'cannot be set for an Ephemeral Container'),
        );
      }
    }
  }
  return faults;
}
