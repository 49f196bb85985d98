import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { increase, rate } from '../../../core/statistics/counters.ts';
import type { Points } from '../../../core/statistics/points.ts';

function every30s(values: readonly number[]): Points {
  return values.map((value, index) => [30 * index, value]);
}

describe('increase and rate', () => {
  test.each([
    ['a steady counter', [0, 10, 20, 30], 30, 30 / 90],
    ['one that starts high', [1000, 1000, 1003], 3, 3 / 60],
    // Prometheus: a drop is a reset to 0, so all of the new value is growth.
    ['a restart', [50, 60, 5, 8], 10 + 5 + 3, 18 / 90],
    ['a restart at 0', [50, 0, 3], 3, 3 / 60],
    ['two restarts', [7, 2, 1], 3, 3 / 60],
    ['a flat one', [4, 4], 0, 0],
    ['a missing number', [4, Number.NaN, 6], 2, 2 / 60],
    ['a missing number first', [Number.NaN, 4, 6], 2, 2 / 30],
  ])('%s', (_, values, growth, perSecond) => {
    expect(increase(every30s(values))).toBe(growth);
    expect(rate(every30s(values))).toBeCloseTo(perSecond, 12);
  });

  test.each([[[]], [[5]], [[Number.NaN, 5]]])('unknown of %j', (values) => {
    expect(increase(every30s(values))).toBeUndefined();
    expect(rate(every30s(values))).toBeUndefined();
  });

  test('no time, no rate', () => {
    expect(
      rate([
        [30, 1],
        [30, 2],
      ]),
    ).toBeUndefined();
  });

  test('counts what was counted, wherever the counter restarts', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(100), { minLength: 1 }), { minLength: 1 }), (lives) => {
        // Every life begins with a scrape of its 0, which shows the restart unless nothing was counted before.
        const seen = lives.flatMap((steps) =>
          steps.reduce<number[]>((all, step) => [...all, (all.at(-1) ?? 0) + step], [0]),
        );
        const counted = lives.flat().reduce((sum, step) => sum + step, 0);
        expect(increase(every30s(seen))).toBe(counted);
      }),
      { numRuns: 50 },
    );
  });
});
