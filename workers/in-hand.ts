/** Work under way in this process, by name: who asks for the same again waits for it, and does not do it twice. */
export class InHand {
  readonly #working = new Map<string, Promise<void>>();

  once(name: string, work: () => Promise<void>): Promise<void> {
    const known = this.#working.get(name);
    if (known !== undefined) return known;
    const working = work().finally(() => this.#working.delete(name));
    this.#working.set(name, working);
    return working;
  }
}
