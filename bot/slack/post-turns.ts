/** Milliseconds: Slack takes a message a second in a channel, and more for a short while. https://docs.slack.dev/apis/web-api/rate-limits */
const everyMs = 1000;
/** How long after Slack said "later" posts into that channel take turns, in milliseconds. */
const strictMs = 60_000;

interface Channel {
  /** Unix milliseconds: the next turn, and until when there are turns. */
  next: number;
  strictUntil: number;
}

/**
 * Whose turn it is to post in a channel where Slack has said "later", in the order in which they ask. Forty reports that
 * each try again a second later would all try at the same moment, and all but one in vain.
 */
export class PostTurns {
  readonly #channels = new Map<string, Channel>();

  /** How long to wait for one's turn, in milliseconds. `now` is unix milliseconds. */
  take(channel: string, now: number): number {
    const found = this.#channels.get(channel);
    if (found === undefined) return 0;
    if (found.strictUntil < now && found.next <= now) {
      this.#channels.delete(channel);
      return 0;
    }
    const at = Math.max(found.next, now);
    found.next = at + everyMs;
    return at - now;
  }

  /** Slack said until when nobody may post there, in unix milliseconds. */
  hold(channel: string, until: number): void {
    const next = Math.max(this.#channels.get(channel)?.next ?? 0, until);
    this.#channels.set(channel, { next, strictUntil: until + strictMs });
  }
}
