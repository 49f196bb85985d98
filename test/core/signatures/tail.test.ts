import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../core/signatures/cells.ts';
import { expected, smoothTail, sum } from '../../../core/signatures/tail.ts';

const edges = [0.5, 1, 1.5, 2, 3, 4, 6, 8];
/** So many attempts as the distribution (up to t) puts into each cell. */
const drawn = (upTo: (t: number) => number): Cell[] =>
  edges.slice(1).map((to, i) => {
    const from = edges[i] ?? 0;
    return { from, to, count: 1000 * (upTo(to) - upTo(from)), steps: [] };
  });

describe('smoothTail', () => {
  test.each<[string, (t: number) => number]>([
    ['an even tail', (t) => t / 8],
    ['a Pareto tail', (t) => 1 - t ** -0.6],
    ['a steep Pareto tail', (t) => 1 - t ** -5],
    ['an exponential tail', (t) => 1 - Math.exp(-t / 1.875)],
    ['a steep exponential tail', (t) => 1 - Math.exp(-t / 0.225)],
    ['a flat exponential tail', (t) => 1 - Math.exp(-t / 9)],
  ])('tells where %s lies', (_, upTo) => {
    const cells = drawn(upTo);
    const { shares, chance } = smoothTail(cells);
    const slow = sum(cells.map(({ count }) => count));
    expect(sum([...shares])).toBeCloseTo(1);
    shares.forEach((share, i) => expect(share).toBeCloseTo((cells[i]?.count ?? 0) / slow, 5));
    expect(chance).toBeCloseTo(
      expected(
        cells,
        cells.map(({ count }) => count),
      ).chance,
      4,
    );
  });

  test('of a log-normal tail it is never far away', () => {
    // The tail beyond 0.5 s of a median of 100 ms, sigma 1, by the trapezes of its density.
    const density = (t: number) => Math.exp(-(Math.log(t / 0.1) ** 2) / 2) / t;
    const cells = drawn((t) => {
      let mass = 0;
      for (let at = 0.5; at < t - 1e-9; at += 0.01) mass += 0.01 * density(at + 0.005);
      return mass;
    });
    const slow = sum(cells.map(({ count }) => count));
    smoothTail(cells).shares.forEach((share, i) =>
      expect(share).toBeCloseTo((cells[i]?.count ?? 0) / slow, 1),
    );
  });

  test('never rises: a hump is not smooth', () => {
    const { shares } = smoothTail([
      { from: 1, to: 2, count: 0, steps: [] },
      { from: 2, to: 3, count: 100, steps: [] },
    ]);
    expect(shares).toEqual([0.5, 0.5]);
  });
});

describe('expected', () => {
  test('an empty cell is no evidence, an impossible attempt is', () => {
    const cells: Cell[] = [
      { from: 1, to: 2, count: 3, steps: [] },
      { from: 2, to: 3, count: 0, steps: [] },
    ];
    expect(expected(cells, [2, 0])).toEqual({ shares: [1, 0], chance: 0 });
    expect(expected(cells, [1, 3]).chance).toBeCloseTo(3 * Math.log(0.25));
    expect(expected(cells, [0, 1]).chance).toBe(-Infinity);
  });
});
