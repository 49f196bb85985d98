import { expect, test } from '@jest/globals';
import { chanceOfAtLeast } from '../../../core/statistics/hypergeometric.ts';

const taster = [
  { failed: 3, of: 4 },
  { failed: 1, of: 4 },
] as const;
const dizygotic = { failed: 2, of: 17 };
const monozygotic = { failed: 10, of: 13 };

test.each([
  ['R: fisher.test(TeaTasting, alternative = "greater")', ...taster, 1, 0.2428571],
  ['the lower end of its 95 % interval', ...taster, 0.3135693, 0.05],
  ['R: fisher.test(Convictions, alternative = "less")', monozygotic, dizygotic, 1, 0.0004652],
  ['the upper end of its 95 % interval', monozygotic, dizygotic, 1 / 0.2849601, 0.05],
  ['as few as the margins allow', { failed: 0, of: 5 }, { failed: 2, of: 5 }, 1, 1],
  ['as few as the margins allow, and some', { failed: 3, of: 5 }, { failed: 2, of: 2 }, 7, 1],
  ['as many as the margins allow', { failed: 2, of: 5 }, { failed: 0, of: 5 }, 1, 10 / 45],
  ['overwhelming odds', { failed: 2, of: 5 }, { failed: 0, of: 5 }, 1e12, 1],
  ['no odds at all', { failed: 1, of: 5 }, { failed: 1, of: 5 }, 0, 0],
])('%s', (_, a, b, odds, chance) => {
  expect(chanceOfAtLeast(a, b, odds)).toBeCloseTo(chance, 5);
});

test('the far tail keeps its digits', () => {
  // The sum of C(400, k)·C(19600, 10000 − k) from k = 300, over C(20000, 10000), with 40 digits.
  const chance = chanceOfAtLeast({ failed: 300, of: 10_000 }, { failed: 100, of: 10_000 });
  expect(chance / 4.672269711137285e-25).toBeCloseTo(1, 8);
});
