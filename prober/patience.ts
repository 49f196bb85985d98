/** How a wait ended, and after how many milliseconds. */
export type Waited<T> =
  { readonly ms: number; readonly value: T } | { readonly ms: number; readonly error: string };

/** The time that one attempt may take, over all that it waits for. */
export class Patience {
  readonly #endsAt: number;
  readonly #signal: AbortSignal;

  /** `seconds` from now on; the signal ends it earlier. */
  constructor(seconds: number, signal: AbortSignal) {
    this.#endsAt = performance.now() + seconds * 1000;
    this.#signal = signal;
  }

  /**
   * Begins something and waits until it is done or has failed; `timeout` when there is no time left (or the `most`
   * milliseconds of this wait are over), `stopped` when the program must end. Neither leaves a timer or a listener.
   */
  wait<T>(
    begin: (done: (value: T) => void, fail: (error: string) => void) => void,
    most = Infinity,
  ): Promise<Waited<T>> {
    const started = performance.now();
    const left = Math.max(0, Math.min(this.#endsAt - started, most));
    return new Promise((resolve) => {
      const end = (how: { readonly value: T } | { readonly error: string }): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', stop);
        resolve({ ms: performance.now() - started, ...how });
      };
      const stop = (): void => end({ error: 'stopped' });
      const timer = setTimeout(() => end({ error: 'timeout' }), left);
      this.#signal.addEventListener('abort', stop);
      if (this.#signal.aborted) stop();
      else
        begin(
          (value) => end({ value }),
          (error) => end({ error }),
        );
    });
  }
}
