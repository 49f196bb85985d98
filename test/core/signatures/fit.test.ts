import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../core/signatures/cells.ts';
import { fit } from '../../../core/signatures/fit.ts';

const gap = (from: number, to: number, count: number): Cell => ({ from, to, count, steps: [] });
const step = (from: number, to: number, count: number, at = 0, part = 1): Cell => ({
  from,
  to,
  count,
  steps: [{ step: at, part }],
});

describe('how much better than a smooth tail', () => {
  test('of an even tail half would lie in half of the range', () => {
    const { gain, slow, explained, clusters } = fit([gap(1, 2, 0), step(2, 3, 5)]);
    expect(gain).toBeCloseTo(5 * Math.log(2));
    expect([slow, explained, ...clusters]).toEqual([5, 5, [0, 5]]);
  });

  test('a tail that falls explains fewer far away better', () => {
    const even = fit([gap(1, 2, 0), step(2, 3, 5)]);
    expect(fit([gap(1, 2, 5), step(2, 3, 5)]).gain).toBeLessThan(0);
    expect(fit([gap(1, 2, 0), step(2, 3, 5), gap(3, 4, 0)]).gain).toBeGreaterThan(even.gain);
  });

  test('each slow attempt elsewhere counts against it, and where it lies does not matter', () => {
    const one = fit([gap(1, 2, 1), step(2, 3, 9), gap(3, 4, 0)]);
    const other = fit([gap(1, 2, 0), step(2, 3, 9), gap(3, 4, 1)]);
    // 9 of 10 at the time, 1 of 10 in one of two gaps; the tails are even, and even ones put a third into each cell.
    const split = 9 * Math.log(0.9) + Math.log(0.1) + Math.log(1 / 2);
    expect(other.gain).toBeCloseTo(split + 10 * Math.log(3) - 1, 1);
    expect(one.gain).toBeGreaterThan(0);
    expect(one.gain).toBeLessThan(other.gain);
  });

  test('clusters shrink by the same factor', () => {
    const cells = (counts: readonly [number, number, number]) => [
      gap(1, 2, 0),
      step(2, 3, counts[0], 0),
      step(3, 4, counts[1], 1),
      step(4, 5, counts[2], 2),
    ];
    const shrinking = fit(cells([16, 8, 4]));
    const uneven = fit(cells([16, 4, 8]));
    expect(shrinking.gain).toBeGreaterThan(uneven.gain);
    expect([shrinking.credible, uneven.credible]).toEqual([true, true]);
    expect([...shrinking.clusters]).toEqual([
      [0, 16],
      [1, 8],
      [2, 4],
    ]);
  });

  test('a cell that two times share counts for the earlier', () => {
    const shared: Cell = {
      from: 3,
      to: 4,
      count: 2,
      steps: [
        { step: 0, part: 0.5 },
        { step: 1, part: 0.2 },
      ],
    };
    const { clusters, explained } = fit([gap(1, 2, 0), step(2, 3, 5, 0, 0.5), shared, step(4, 8, 1, 1, 0.8)]);
    expect(explained).toBe(8);
    expect([...clusters]).toEqual([
      [0, 7],
      [1, 1],
    ]);
  });
});

describe('what is credible', () => {
  const around = (elsewhere: number, count: number) =>
    fit([gap(1, 3, elsewhere), step(3, 4, count)]).credible;

  test('five or more', () => {
    expect(around(0, 4)).toBe(false);
    expect(around(0, 4.9)).toBe(false);
    expect(around(0, 5)).toBe(true);
    expect(fit([gap(1, 3, 0)]).credible).toBe(false);
  });

  test('three quarters of what a smooth tail does not put there', () => {
    // An even tail puts a third there, three quarters of the rest make it 10 of 12.
    expect(around(2, 10)).toBe(true);
    expect(around(20, 100)).toBe(true);
    expect(around(21, 100)).toBe(false);
  });

  test('later clusters are not commoner than the first', () => {
    const counts = (first: number, later: number) =>
      fit([gap(1, 3, 0), step(3, 3.5, first, 0), gap(3.5, 8, 0), step(8, 8.5, later, 1)]).credible;
    expect(counts(20, 5)).toBe(true);
    expect(counts(5, 5)).toBe(true);
    // Of 5 none is the first by chance in one of 32 cases, of 8 one in one of 28; of 4 none in one of 16.
    expect(counts(0, 5)).toBe(false);
    expect(counts(1, 7)).toBe(false);
    expect(counts(1, 6)).toBe(true);
  });
});
