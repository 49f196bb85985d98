import type { Cell } from './cells.ts';

/** Which share of the slow attempts is expected in each cell, and the logarithm of the chance of what is in them. */
export interface Expected {
  readonly shares: readonly number[];
  readonly chance: number;
}

/** The expectation in which the cells have these weights. */
export function expected(cells: readonly Cell[], weights: readonly number[]): Expected {
  const whole = sum(weights);
  const shares = weights.map((weight) => weight / whole);
  // An empty cell is no evidence, whatever its share: 0 × log 0 is 0.
  const chances = cells.map(({ count }, i) => (count === 0 ? 0 : count * Math.log(shares[i] ?? 0)));
  return { shares, chance: sum(chances) };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Of power laws: from an even tail (0) over Pareto's to one that ends at once. A log-normal tail lies between two. */
const exponents = [0, 0.3, 0.6, 0.9, 1.2, 1.6, 2, 2.5, 3, 4, 6, 8];
/** Of exponential tails: the mean, as a part of the range. */
const means = [0.03, 0.06, 0.1, 0.15, 0.25, 0.4, 0.7, 1.2];

/**
 * The tail that tells best where the slow attempts lie, of those that an application has that is only slow: the longer,
 * the rarer. Such a tail has no holes, and never rises again behind one.
 */
export function smoothTail(cells: readonly Cell[]): Expected {
  const from = cells[0]?.from ?? 0;
  const range = (cells.at(-1)?.to ?? 0) - from;
  // What lies up to t, but for a factor and a sign, which the shares do without.
  const upTo = [
    ...exponents.map((exponent) => (t: number) => t ** (1 - exponent)),
    ...means.map((mean) => (t: number) => Math.exp((from - t) / (mean * range))),
  ];
  return upTo
    .map((mass) => {
      const weights = cells.map(({ from, to }) => mass(to) - mass(from));
      return expected(cells, weights);
    })
    .reduce((best, one) => (one.chance > best.chance ? one : best));
}
