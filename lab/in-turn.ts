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
