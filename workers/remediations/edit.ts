import type * as z from 'zod';
import type { Change, KubeObject, ObjectRef } from '../../core/remediation/change.ts';
import { guardedPatch } from './guarded-patch.ts';
import type { Objects, Planned } from './remediation.ts';

/** What an object should become; or that it is so already; or why it cannot. */
export type Edited<O extends KubeObject> =
  | {
      readonly to: O;
      /** What else happens, one sentence each. */
      readonly effects: readonly string[];
      /** Why it cannot be taken back as it was, where that is so. */
      readonly lasting?: string;
    }
  | { readonly done: string }
  | { readonly impossible: string };

/** Reads an object and plans what a pure function makes of it. */
export async function planEdit<O extends KubeObject>(
  objects: Objects,
  object: ObjectRef,
  schema: z.ZodType<O>,
  edit: (object: O) => Edited<O>,
): Promise<Planned> {
  const before = await objects.read(object);
  const edited = edit(schema.parse(before));
  if (!('to' in edited)) return edited;
  const { to, effects, lasting } = edited;
  const change: Change = {
    operations: [patchOf(object, before, to, lasting === undefined)],
    effects: [...effects],
    ...(lasting !== undefined && { lasting }),
  };
  return { change, before: [before] };
}

/** The patch from one state of an object to another, and the one back. */
export function patchOf(
  object: ObjectRef,
  before: KubeObject,
  wanted: KubeObject,
  canUndo = true,
): Change['operations'][number] {
  // Without the fields that are there and undefined: they are not on the wire.
  const after = JSON.parse(JSON.stringify(wanted)) as KubeObject;
  return {
    do: 'patch',
    object,
    uid: before.metadata.uid,
    patch: guardedPatch(before, after),
    undo: canUndo ? guardedPatch(after, before) : [],
  };
}

/** A copy without one of the fields. */
export function without<T extends object, Field extends keyof T>(object: T, field: Field): Omit<T, Field> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field)) as Omit<T, Field>;
}
