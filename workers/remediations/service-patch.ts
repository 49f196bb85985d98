import * as z from 'zod';
import type { PatchOperation } from '../ports.ts';

/** What a Service must show for a change to be made safely. */
export const PatchableService = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), resourceVersion: z.string() }),
  spec: z.looseObject({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z
      .array(z.looseObject({ port: z.number(), targetPort: z.union([z.number(), z.string()]).optional() }))
      .default([]),
  }),
});
export type PatchableService = z.infer<typeof PatchableService>;

/** A change of a Service, guarded by `test` operations: an object that changed meanwhile is refused, never overwritten. */
export interface ServiceRemediation {
  /** The patch; or that it is so already; or why it cannot be done. */
  patch(
    service: PatchableService,
    params: Readonly<Record<string, string>>,
  ):
    | { readonly patch: readonly PatchOperation[] }
    | { readonly done: string }
    | { readonly impossible: string };
}
