import { createHash } from 'node:crypto';
import type { KubeObject } from '../../core/remediation/change.ts';
import { without } from './edit.ts';
import type { PlannedChange } from './remediation.ts';

/** What others write into objects without anything being different for a change. */
const bookkeeping = new Set([
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

/**
 * What a change and the objects that it was made for are like, in short: as long as it is the same, whoever approved a
 * preview has approved this. A status, or how many replicas an autoscaler wants just now, makes no difference.
 */
export function basisOf({ change: { operations }, before }: PlannedChange): string {
  const text = JSON.stringify({ operations, objects: before.map(whatMatters) }, sorted);
  return createHash('sha256').update(text).digest('hex');
}

/** What an object is like, in short, without its status and what else is nobody's wish. */
export function digestOf(object: KubeObject): string {
  return createHash('sha256')
    .update(JSON.stringify(whatMatters(object), sorted))
    .digest('hex');
}

function whatMatters({ kind, metadata, ...object }: KubeObject): object {
  const { uid, namespace, name, labels, annotations = {} } = metadata;
  // A pod is never edited: what may be done to it is to end it.
  if (kind === 'Pod') return { kind, uid };
  const spec = without((object['spec'] ?? {}) as { readonly replicas?: number }, 'replicas');
  const noted = Object.entries(annotations).filter(([key]) => !bookkeeping.has(key));
  return { kind, uid, namespace, name, labels, annotations: Object.fromEntries(noted), spec };
}

/** The keys of maps in one order. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
