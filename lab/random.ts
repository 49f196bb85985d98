/** Numbers that look like chance and are the same in every run. */
export interface Random {
  /** Evenly between the two. */
  between(low: number, high: number): number;
  /** As likely between 1 and 10 as between 10 and 100. */
  scaled(low: number, high: number): number;
  whole(low: number, high: number): number;
  logNormal(median: number, sigma: number): number;
  exponential(mean: number): number;
  pareto(least: number, exponent: number): number;
  happens(chance: number): boolean;
}

/** Mulberry32, which is in the public domain: 32 bits of state are plenty for a benchmark. */
export function seeded(seed: number): Random {
  let state = seed;
  /** Between 0 and 1, neither of which it reaches. */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (((bits ^ (bits >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + (high - low) * next();
  const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  return {
    between,
    scaled: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    whole: (low, high) => Math.floor(between(low, high + 1)),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(next()),
    pareto: (least, exponent) => least * next() ** (-1 / exponent),
    happens: (chance) => next() < chance,
  };
}
