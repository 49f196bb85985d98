/**
 * What this process may spend on chat.update: Slack allows 50 calls a minute for a whole workspace, whatever the number
 * of reports that are live. Final states go first: live ones leave a reserve for them.
 */
export class EditBudget {
  readonly #perMinute: number;
  #tokens: number;
  #countedAt: number;
  #pausedUntil = 0;

  constructor(now: number, perMinute = 50) {
    this.#perMinute = perMinute;
    this.#tokens = perMinute;
    this.#countedAt = now;
  }

  /** Takes one edit if there is one to take. `now` is unix milliseconds. */
  take(kind: 'live' | 'final', now: number): boolean {
    this.#tokens = Math.min(
      this.#perMinute,
      this.#tokens + ((now - this.#countedAt) * this.#perMinute) / 60_000,
    );
    this.#countedAt = now;
    const reserve = kind === 'live' ? this.#perMinute / 5 : 0;
    if (now < this.#pausedUntil || this.#tokens < 1 + reserve) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Slack said how long nobody may edit, whatever this budget thought. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }
}
