/** Takes back what was done. Called again, it does nothing more. */
export type Undo = () => Promise<void>;

export function once(undo: Undo): Undo {
  let undone: Promise<void> | undefined;
  return () => (undone ??= undo());
}
