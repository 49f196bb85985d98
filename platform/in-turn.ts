/**
 * Does something once at a time, however often it is asked for: what is asked for meanwhile is one more time afterwards.
 * Resolves when what was asked for has been done.
 */
export function inTurn(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = act();
        return running;
      });
    return next;
  };
}

/** The same for each of many: those of one key take turns, and what is not asked for any more is forgotten. */
export function inTurnEach(act: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const turns = new Map<string, { readonly due: () => Promise<void>; askers: number }>();
  return async (key) => {
    const turn = turns.get(key) ?? { due: inTurn(() => act(key)), askers: 0 };
    turns.set(key, turn);
    turn.askers++;
    try {
      await turn.due();
    } finally {
      turn.askers--;
      if (turn.askers === 0) turns.delete(key);
    }
  };
}
