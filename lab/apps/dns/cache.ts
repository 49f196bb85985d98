import { rcodeOf, timeToLive, withId, type Question } from './message.ts';

interface Kept {
  readonly reply: Buffer;
  readonly until: number;
}

/** As many as CoreDNS keeps. */
const capacity = 9984;

/** Keeps what an upstream said for as long as it says, and no longer than `mostSeconds`. */
export class Cache {
  readonly #mostSeconds: number;
  readonly #kept = new Map<string, Kept>();

  constructor(mostSeconds: number) {
    this.#mostSeconds = mostSeconds;
  }

  get size(): number {
    return this.#kept.size;
  }

  find(question: Question): Buffer | undefined {
    const kept = this.#kept.get(keyOf(question));
    if (kept === undefined || kept.until <= performance.now()) return undefined;
    return withId(kept.reply, question.bytes.readUInt16BE(0));
  }

  keep(question: Question, reply: Buffer): void {
    const seconds = rcodeOf(reply) === 'NOERROR' ? Math.min(timeToLive(reply), this.#mostSeconds) : 0;
    if (seconds === 0) return;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= capacity && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(keyOf(question), { reply, until: performance.now() + seconds * 1000 });
  }
}

function keyOf({ name, type }: Question): string {
  return `${type} ${name.toLowerCase()}`;
}
