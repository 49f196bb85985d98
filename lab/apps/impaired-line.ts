import type { Random } from '../random.ts';

/** What a line does to the packets that pass it. */
export interface Impairment {
  /** Milliseconds that each packet takes longer. */
  readonly delayMs: number;
  /** Milliseconds by which that varies, at most, to either side. Packets keep their order. */
  readonly jitterMs: number;
  /** Share of the packets that are lost, 0 to 1. */
  readonly loss: number;
  /** Kilobits that pass in a second; what comes faster waits. */
  readonly kbit: number;
  /** Bytes that may wait; what finds no room is lost. */
  readonly queueBytes: number;
}

/** A line of its own for a direction: knows when each packet comes out of it, and keeps no clock. */
export class ImpairedLine {
  readonly #impairment: Impairment;
  readonly #random: Random;
  /** When all that has been sent is on its way. */
  #freeAt = 0;
  #lastOutAt = 0;

  constructor(impairment: Impairment, random: Random) {
    this.#impairment = impairment;
    this.#random = random;
  }

  /** When a packet of so many bytes that comes now comes out; undefined if it never does. Milliseconds, of one clock. */
  outAt(nowMs: number, bytes: number): number | undefined {
    const { delayMs, jitterMs, loss, kbit, queueBytes } = this.#impairment;
    const beginsAt = Math.max(nowMs, this.#freeAt);
    const waiting = ((beginsAt - nowMs) * kbit) / 8;
    if (waiting + bytes > queueBytes) return undefined;
    this.#freeAt = beginsAt + (bytes * 8) / kbit;
    // What is lost on the line has been sent all the same.
    if (this.#random.happens(loss)) return undefined;
    const late = delayMs + this.#random.between(-jitterMs, jitterMs);
    this.#lastOutAt = Math.max(this.#lastOutAt, this.#freeAt + late);
    return this.#lastOutAt;
  }
}
