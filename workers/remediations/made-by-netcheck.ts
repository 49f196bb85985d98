import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../core/remediation/change.ts';

/** On every object that netcheck puts into a cluster. */
export const madeByNetcheck = { 'app.kubernetes.io/managed-by': 'netcheck' } as const;

export function isMadeByNetcheck({ metadata }: KubeObject): boolean {
  return Object.entries(madeByNetcheck).every(([key, value]) => metadata.labels?.[key] === value);
}

/** Whether an object is what netcheck made from this manifest, and nobody changed it since. */
export function isMadeFrom(object: KubeObject, manifest: Readonly<Record<string, unknown>>): boolean {
  return isMadeByNetcheck(object) && isDeepStrictEqual(object['spec'], manifest['spec']);
}
