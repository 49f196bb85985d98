import { once, type Undo } from '../../net/undo.ts';

/** One after the other, the last first. */
export function undoAll(undos: readonly Undo[]): Undo {
  return once(async () => {
    for (const undo of undos.toReversed()) await undo();
  });
}
