import type { Logger } from '../platform/logger.ts';

/** Work that goes on after Slack was answered. Nothing of it is lost silently, and closing waits for it. */
export class Background {
  readonly #logger: Logger;
  readonly #running = new Set<Promise<void>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  run(what: string, work: () => Promise<unknown>): void {
    const running = work().then(
      () => undefined,
      (error: unknown) => this.#logger.error({ err: error, what }, 'background work failed'),
    );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}
