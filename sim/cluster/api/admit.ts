import type { KubeObject } from '../objects/kube-object.ts';
import type { Pod, Service } from '../objects/kinds.ts';
import { podSecurityViolations, type PodSecurityLevel } from '../objects/pod-security.ts';
import type { ClusterState } from '../state.ts';
import { forbidden, invalid, notFound } from './api-error.ts';
import type { Resource } from './resources.ts';

const namespaces = { group: '', resource: 'namespaces' };

/** Admission on create: the namespace must be there and alive. */
export function admitNamespace(state: ClusterState, resource: Resource, object: KubeObject): void {
  const name = object.metadata.namespace ?? '';
  if (!resource.namespaced) return;
  const namespace = state.store.get('namespaces', '', name);
  if (namespace === undefined) throw notFound(namespaces, name);
  if (namespace.metadata.deletionTimestamp !== undefined) {
    const why = `unable to create new content in namespace ${name} because it is being terminated`;
    throw forbidden(resource, object.metadata.name, why);
  }
}

const levels: readonly string[] = ['privileged', 'baseline', 'restricted'];

/** Pod Security admission by the namespace's `pod-security.kubernetes.io/enforce` label. */
export function admitPod(state: ClusterState, resource: Resource, object: KubeObject): void {
  if (resource.kind !== 'Pod') return;
  const namespace = state.store.get('namespaces', '', object.metadata.namespace ?? '');
  const label = namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'] ?? 'privileged';
  const version = namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce-version'] ?? 'latest';
  // An unknown level is enforced as the strictest one.
  const level = levels.includes(label) ? (label as PodSecurityLevel) : 'restricted';
  const violations = podSecurityViolations(object as Pod, level);
  if (violations.length === 0) return;
  throw forbidden(
    resource,
    object.metadata.name,
    `violates PodSecurity "${level}:${version}": ${violations.join(', ')}`,
  );
}

/** The ServiceAccount of a pod must exist; without one it runs as `default`. */
export function withServiceAccount(state: ClusterState, resource: Resource, object: KubeObject): KubeObject {
  if (resource.kind !== 'Pod') return object;
  const pod = object as Pod;
  const name = pod.spec.serviceAccountName ?? 'default';
  const namespace = pod.metadata.namespace ?? '';
  if (state.store.get('serviceaccounts', namespace, name) === undefined) {
    const why = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
    throw forbidden(resource, object.metadata.name, why);
  }
  return { ...object, spec: { ...pod.spec, serviceAccountName: name, serviceAccount: name } };
}

const servicePrefix = '10.96.';

/** Gives a Service its virtual address from 10.96.0.0/16, and refuses one that is taken. */
export function withClusterIp(state: ClusterState, resource: Resource, object: KubeObject): KubeObject {
  if (resource.kind !== 'Service') return object;
  const { spec } = object as Service;
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') {
    return spec.clusterIP === 'None' ? { ...object, spec: { ...spec, clusterIPs: ['None'] } } : object;
  }
  const taken = new Set(state.store.list('services').items.map((one) => (one as Service).spec.clusterIP));
  const asked = spec.clusterIP ?? '';
  if (asked !== '' && taken.has(asked)) {
    throw invalid('', 'Service', object.metadata.name, [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ["${asked}"]: failed to allocate IP ${asked}: provided IP is already allocated`,
        field: 'spec.clusterIPs',
      },
    ]);
  }
  const clusterIP = asked === '' ? freeAddress(taken) : asked;
  return { ...object, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
}

function freeAddress(taken: ReadonlySet<string | undefined>): string {
  for (let number = 10; number < 65_535; number++) {
    const address = `${servicePrefix}${String(number >> 8)}.${String(number & 255)}`;
    if (!taken.has(address)) return address;
  }
  throw new Error('no free cluster IP');
}
