/** Where half of the kernels' and NATs' port ranges begin, and what filters most often draw the line at. */
export const upperHalf = 32_768;

/** An inclusive range of ports. */
export type Ports = readonly [lowest: number, highest: number];

/**
 * Hands out ports in a mixed order that is always the same: below and above 32768 by turns (in the order of
 * Thue and Morse, so that it does not keep step with anything else that goes by turns), each half in strides of the
 * golden ratio, which spread evenly however many are taken.
 */
export class PortOrder {
  readonly #halves: readonly Ports[];
  /** Taken from the far end of the order, in place of those that are in use. */
  #spare = 0;

  constructor([lowest, highest]: Ports) {
    const halves: readonly Ports[] = [
      [lowest, Math.min(highest, upperHalf - 1)],
      [Math.max(lowest, upperHalf), highest],
    ];
    this.#halves = halves.filter(([from, to]) => from <= to);
  }

  at(turn: number): number {
    const [half, nth] = this.#place(turn);
    return strided(half, nth);
  }

  /** Another port of the same half as the one of this turn. */
  spareFor(turn: number): number {
    const [half] = this.#place(turn);
    this.#spare += 1;
    return strided(half, half[1] - half[0] + 1 - this.#spare);
  }

  #place(turn: number): [half: Ports, nth: number] {
    const [first = [0, 0], second] = this.#halves;
    if (second === undefined) return [first, turn];
    return [ones(turn) % 2 === 0 ? first : second, turn >> 1];
  }
}

/** How many bits of a number are set. */
function ones(value: number): number {
  return value === 0 ? 0 : (value & 1) + ones(value >> 1);
}

function strided([from, to]: Ports, nth: number): number {
  const size = to - from + 1;
  const stride = coprime(Math.max(1, Math.round(size * 0.618)), size);
  return from + ((((nth % size) + size) * stride) % size);
}

/** The next number from here that has no factor in common with the size: its multiples visit all of it. */
function coprime(from: number, size: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let candidate = from;
  while (divisor(candidate, size) !== 1) candidate += 1;
  return candidate;
}
