import type { Change, KubeObject, ObjectRef, Operation } from '../../core/remediation/change.ts';
import { CannotLook } from '../ports.ts';
import { fits, hasIt } from './guarded-patch.ts';
import { isMadeByNetcheck, isMadeFrom } from './made-by-netcheck.ts';
import type { Objects } from './remediation.ts';

/** What takes a change back, in reverse order. What was made is looked up: its uid was not known beforehand. */
export async function undoOf({ operations }: Change, objects: Objects): Promise<readonly Operation[]> {
  const undone = await Promise.all(operations.map((operation) => undoOne(operation, objects)));
  return undone.flat().reverse();
}

async function undoOne(operation: Operation, objects: Objects): Promise<readonly Operation[]> {
  switch (operation.do) {
    case 'patch': {
      const { object, uid, patch, undo } = operation;
      return undo.length === 0 ? [] : [{ do: 'patch', object, uid, patch: undo, undo: patch }];
    }
    case 'create': {
      const { object } = operation;
      const made = await find(object, objects);
      return made !== undefined && isMadeByNetcheck(made)
        ? [{ do: 'delete', object, uid: made.metadata.uid }]
        : [];
    }
    case 'delete':
    case 'evict':
      return [];
  }
}

/**
 * What the cluster says about one operation: whether it was carried out, or not, or the object became a third thing. So a
 * remediator finds out what another one did that died before it could say so.
 */
export async function stateOf(
  operation: Operation,
  objects: Objects,
): Promise<'not-done' | 'done' | 'changed'> {
  const found = await find(operation.object, objects);
  switch (operation.do) {
    case 'patch':
      return patchState(operation, found);
    case 'create':
      if (found === undefined) return 'not-done';
      return isMadeFrom(found, operation.manifest) ? 'done' : 'changed';
    case 'delete':
    case 'evict':
      return isThere(operation.uid, found) ? 'not-done' : 'done';
  }
}

function patchState(
  { uid, patch, undo }: Extract<Operation, { do: 'patch' }>,
  found: KubeObject | undefined,
): 'not-done' | 'done' | 'changed' {
  if (found?.metadata.uid !== uid) return 'changed';
  const isDone = undo.length === 0 ? hasIt(found, patch) : fits(found, undo);
  if (isDone) return 'done';
  return fits(found, patch) ? 'not-done' : 'changed';
}

/** A pod that is on its way out has been ended already. */
function isThere(uid: string, found: KubeObject | undefined): boolean {
  return found?.metadata.uid === uid && found.metadata['deletionTimestamp'] === undefined;
}

async function find(object: ObjectRef, objects: Objects): Promise<KubeObject | undefined> {
  try {
    return await objects.read(object);
  } catch (error) {
    if (error instanceof CannotLook && error.why.reason === 'not-found') return undefined;
    throw error;
  }
}
