import { compact, isObject, type KubeObject } from '../objects/kube-object.ts';
import type { Resource } from './resources.ts';

const oldToNew = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
} as const;

const newToOld = Object.fromEntries(Object.entries(oldToNew).map(([old, young]) => [young, old]));

const renamed = (object: KubeObject, names: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).map(([field, value]) => [names[field] ?? field, value]));

/** Events are stored once, in core/v1 form, and shown by two API groups under different field names. */
export function toWire(resource: Resource, object: KubeObject): KubeObject {
  if (resource.group !== 'events.k8s.io') return object;
  return { ...(renamed(object, oldToNew) as unknown as KubeObject), apiVersion: 'events.k8s.io/v1' };
}

export function fromWire(resource: Resource, object: KubeObject): KubeObject {
  if (resource.group !== 'events.k8s.io') return object;
  return compact({ ...(renamed(object, newToOld) as unknown as KubeObject), apiVersion: 'v1' });
}

/** The namespace of an event must be that of the object it is about. */
export const involvedNamespace = (event: KubeObject): string | undefined => {
  const involved = event['involvedObject'];
  const namespace = isObject(involved) ? involved['namespace'] : undefined;
  return typeof namespace === 'string' ? namespace : undefined;
};
