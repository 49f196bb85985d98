import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { smallest } from '../../../core/statistics/search.ts';

test('finds the first that holds, and asks seldom', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), (from, further) => {
      let asked = 0;
      const found = smallest(from, 1e9, (candidate) => {
        asked += 1;
        return candidate >= from + further;
      });
      expect(found).toBe(from + further);
      expect(asked).toBeLessThan(50);
    }),
    { numRuns: 50 },
  );
});

test.each([
  [3, 10, 10, 10],
  [3, 10, 11, Infinity],
  [3, 3, 3, 3],
  [3, 3, 4, Infinity],
  [0, 5, 0, 0],
])('from %d to %d, if it holds from %d on: %d', (from, most, first, expected) => {
  const asked: number[] = [];
  const found = smallest(from, most, (candidate) => {
    asked.push(candidate);
    return candidate >= first;
  });
  expect(found).toBe(expected);
  expect(Math.max(...asked)).toBeLessThanOrEqual(most);
});
