import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { correlation } from '../../../core/statistics/correlation.ts';
import type { Points } from '../../../core/statistics/points.ts';

function every(values: readonly number[]): Points {
  return values.map((value, index) => [15 * index, value]);
}

describe('correlation', () => {
  test.each([
    // Wikipedia, Spearman's rank correlation coefficient: IQ and hours of television. ρ = −29/165, p = 0.627188.
    [
      'without ties',
      [106, 100, 86, 101, 99, 103, 97, 113, 112, 110],
      [7, 27, 2, 50, 28, 29, 20, 12, 6, 17],
      -0.1757576,
      0.627188,
    ],
    // Sullivan, Statistics, 15.6, example 1: club-head speed and distance of golf balls (R's cor.test).
    [
      'with ties',
      [100, 102, 103, 101, 105, 100, 99, 105],
      [257, 264, 274, 266, 277, 263, 258, 275],
      0.9277782,
      0.0008915,
    ],
    // mtcars: weight and miles per gallon (R's cor.test(exact = FALSE)).
    [
      'with many ties',
      [
        21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7,
        32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4,
      ],
      [
        2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424,
        5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78,
      ],
      -0.886422,
      1.488e-11,
    ],
  ])('%s', (_, a, b, r, p) => {
    const found = correlation(every(a), every(b));
    expect(found?.n).toBe(a.length);
    expect(found?.r).toBeCloseTo(r, 6);
    expect((found?.p ?? 0) / p).toBeCloseTo(1, 3);
  });

  test.each([
    ['rising together, on a curve', [1, 2, 3, 4, 5, 6], [1, 4, 9, 16, 25, 1e9], { r: 1, p: 0, n: 6 }],
    ['one falling', [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], { r: -1, p: 0, n: 6 }],
    ['nothing at all', [1, 2, 3, 1, 2, 3], [1, 2, 1, 1, 2, 1], { r: 0, p: 1, n: 6 }],
    ['a missing number', [1, 2, Number.NaN, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7], { r: 1, p: 0, n: 6 }],
  ])('%s', (_, a, b, expected) => {
    expect(correlation(every(a), every(b))).toEqual(expected);
  });

  test.each([
    ['five pairs', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]],
    ['a constant first', [1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6]],
    ['a constant second', [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1]],
    ['nothing', [], []],
  ])('none of %s', (_, a, b) => {
    expect(correlation(every(a), every(b))).toBeUndefined();
  });

  test('pairs by time, not by place', () => {
    const a = every([9, 1, 2, 3, 4, 5, 6]);
    const b: Points = [...every([0, 1, 2, 3, 4, 5, 6]).slice(1), [1000, -5]];
    expect(correlation(a, b)).toEqual({ r: 1, p: 0, n: 6 });
  });

  test('is bounded and the same both ways round', () => {
    const series = fc.array(fc.nat(9), { minLength: 6, maxLength: 30 });
    fc.assert(
      fc.property(series, series, (a, b) => {
        const found = correlation(every(a), every(b));
        expect(correlation(every(b), every(a))).toEqual(found);
        if (found === undefined) return;
        expect(Math.abs(found.r)).toBeLessThanOrEqual(1);
        expect(found.p).toBeGreaterThanOrEqual(0);
        expect(found.p).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});
