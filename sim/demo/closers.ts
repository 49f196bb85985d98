/** What was opened and is to be closed, the last first. */
export class Closers {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Waits for a part, and remembers it. */
  readonly opened = async <T extends { close(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    this.add(() => part.close());
    return part;
  };

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/** As Promise.all, but fails only when all have ended: what was opened meanwhile is known and can be closed. */
export async function allOrNone<T extends readonly unknown[]>(starting: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  await Promise.allSettled(starting);
  return await Promise.all(starting);
}
