import * as z from 'zod';
import { KubeObject, type ObjectRef } from '../../core/remediation/change.ts';
import type { Need } from '../ports.ts';
import { without } from './edit.ts';

export const Node = KubeObject.extend({
  spec: z.looseObject({ unschedulable: z.boolean().optional() }).optional(),
});
export type Node = z.infer<typeof Node>;

export const nodeNeeds: readonly Need[] = [{ group: '', resource: 'nodes', verbs: ['get', 'patch'] }];

export function nodeRef(name: string): ObjectRef {
  return { kind: 'Node', name };
}

export function isCordoned({ spec }: Node): boolean {
  return spec?.unschedulable === true;
}

export function cordoned(node: Node): Node {
  return { ...node, spec: { ...node.spec, unschedulable: true } };
}

/** The API server leaves the field out where it is false. */
export function uncordoned(node: Node): Node {
  return { ...node, spec: without(node.spec ?? {}, 'unschedulable') };
}
