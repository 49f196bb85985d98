import { valueAt, type KubeObject } from '../objects/kube-object.ts';
import { badRequest } from './api-error.ts';
import { storageKey, type Resource } from './resources.ts';

export type FieldMatcher = (object: KubeObject) => boolean;

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** Beyond metadata.name and metadata.namespace: what the API server indexes, kind by kind. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  services: ['spec.clusterIP', 'spec.type'],
  secrets: ['type'],
  'replicasets.apps': ['status.replicas'],
  'jobs.batch': ['status.successful'],
};

const coreEventFields = [
  ...involved.map((field) => `involvedObject.${field}`),
  'reason',
  'reportingComponent',
  'source',
  'type',
];
const newEventFields = [
  ...involved.map((field) => `regarding.${field}`),
  'reason',
  'reportingController',
  'type',
];

function fieldsOf(resource: Resource): readonly string[] {
  const own =
    storageKey(resource) === 'events'
      ? resource.group === ''
        ? coreEventFields
        : newEventFields
      : (selectable[storageKey(resource)] ?? []);
  return ['metadata.name', ...(resource.namespaced ? ['metadata.namespace'] : []), ...own];
}

/** Parses `status.phase=Running,spec.nodeName!=a`; a field that the resource does not index is refused. */
export function parseFieldSelector(text: string, resource: Resource): FieldMatcher {
  const known = fieldsOf(resource);
  const matchers = text
    .split(',')
    .filter((term) => term !== '')
    .map((term): FieldMatcher => {
      const parsed = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
      if (parsed === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = '', operator, wanted = ''] = parsed;
      if (!known.includes(field)) throw badRequest(unknownField(resource, field));
      return (object) => (fieldText(object, field) === wanted) === (operator !== '!=');
    });
  return (object) => matchers.every((matches) => matches(object));
}

const unknownField = (resource: Resource, field: string): string =>
  selectable[storageKey(resource)] === undefined && storageKey(resource) !== 'events'
    ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
    : `field label not supported: ${field}`;

function fieldText(object: KubeObject, field: string): string {
  const value = field === 'source' ? valueAt(object, 'source.component') : valueAt(object, field);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : '';
}
