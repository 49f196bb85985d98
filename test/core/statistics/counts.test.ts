import { describe, expect, test } from '@jest/globals';
import { counts } from '../../../core/statistics/counts.ts';

describe('counts', () => {
  test.each([
    [0, 1, { failed: 0, of: 1 }],
    [3.4, 9.6, { failed: 3, of: 10 }],
    [-0.6, 2, { failed: 0, of: 2 }],
    [2, 2, { failed: 2, of: 2 }],
    [1e9, 1e9, { failed: 1e9, of: 1e9 }],
    [5e11, 1e12, { failed: 5e8, of: 1e9 }],
    [3, 2e9, { failed: 2, of: 1e9 }],
    [1, 1e15, { failed: 0, of: 1e9 }],
  ])('%d of %d is %j', (failures, attempts, expected) => {
    expect(counts(failures, attempts)).toEqual(expected);
  });

  test.each([
    [0, 0],
    [0, 0.4],
    [0, -3],
    [3, 2],
    [Number.NaN, 2],
    [1, Number.NaN],
    [1, Infinity],
    [Infinity, Infinity],
  ])('%d of %d proves nothing', (failures, attempts) => {
    expect(counts(failures, attempts)).toBeUndefined();
  });
});
