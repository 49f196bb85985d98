import * as z from 'zod';
import { KubeObject, nameOfObject, type ObjectRef } from '../../core/remediation/change.ts';
import type { Need } from '../ports.ts';

/** A Service, with what remediations change of it. Loose: what is not named here stays in it. */
export const Service = KubeObject.extend({
  spec: z.looseObject({
    type: z.string().optional(),
    selector: z.record(z.string(), z.string()).optional(),
    ports: z
      .array(z.looseObject({ port: z.number(), targetPort: z.union([z.number(), z.string()]).optional() }))
      .optional(),
    externalTrafficPolicy: z.string().optional(),
    healthCheckNodePort: z.number().optional(),
  }),
});
export type Service = z.infer<typeof Service>;

export const serviceNeeds: readonly Need[] = [{ group: '', resource: 'services', verbs: ['get', 'patch'] }];

/** The Service that was investigated. */
export function targetService(asked: { readonly namespace: string; readonly service: string }): ObjectRef {
  return { kind: 'Service', namespace: asked.namespace, name: asked.service };
}

/** `Service shop/cart` */
export function nameOf({ metadata: { namespace, name } }: Service): string {
  return nameOfObject({ kind: 'Service', namespace, name });
}
