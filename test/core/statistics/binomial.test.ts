import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  attemptsToExclude,
  falseAccusation,
  falseElimination,
  isCommoner,
  isRarer,
  proportionInterval,
} from '../../../core/statistics/binomial.ts';

test('an accusation is wrong one time in a hundred, an elimination one time in twenty', () => {
  expect([falseAccusation, falseElimination]).toEqual([0.01, 0.05]);
});

describe('attemptsToExclude', () => {
  test.each([
    [0.01, 299],
    [0.002, 1497],
    [0.001, 2995],
    [0.49, 5],
    [0.05, 59], // Wilks, Annals of Mathematical Statistics 1941: 59 for 95 % of a population at 95 %.
    [0, Infinity],
    [-0.1, Infinity],
    [1, 1],
    [1.5, 1],
  ])('a rate of %d takes %d attempts without failure', (rate, attempts) => {
    expect(attemptsToExclude(rate)).toBe(attempts);
  });

  test('more confidence takes more', () => {
    expect(attemptsToExclude(0.05, 0.99)).toBe(90);
  });
});

describe('isRarer', () => {
  test.each([0.001, 0.002, 0.01, 0.1, 0.49])('agrees with attemptsToExclude for no failure at %d', (rate) => {
    const attempts = attemptsToExclude(rate);
    expect(isRarer(0, attempts, rate)).toBe(true);
    expect(isRarer(0, attempts - 1, rate)).toBe(false);
  });

  // The smallest n for which the terms of the binomial distribution up to k add up to at most 0.05. 93, 124 and 153 are
  // in every table of tolerance limits (Wilks 1941; 95 % of a population at 95 %).
  test.each([
    [1, 0.05, 93],
    [2, 0.05, 124],
    [3, 0.05, 153],
    [1, 0.01, 473],
    [2, 0.01, 628],
    [5, 0.01, 1049],
    [10, 0.01, 1693],
    [1, 0.1, 46],
  ])('%d failures exclude a rate of %d from %d attempts on', (failures, rate, attempts) => {
    expect(isRarer(failures, attempts, rate)).toBe(true);
    expect(isRarer(failures, attempts - 1, rate)).toBe(false);
  });

  test.each([
    ['as many as the rate would give', 10, 1000, 0.01],
    ['nothing attempted', 0, 0, 0.01],
    ['failures without attempts', 3, 0, 0.01],
    ['more failures than attempts', 6, 5, 0.99],
    ['everything failed', 5, 5, 0.99],
    ['a rate of zero', 0, 1e6, 0],
    ['a rate below zero', 0, 1e6, -1],
    ['a rate of one', 0, 1e6, 1],
    ['a rate above one', 0, 1e6, 2],
    ['no number of attempts', 0, Number.NaN, 0.01],
    ['no number of failures', Number.NaN, 1e6, 0.01],
    ['no rate', 0, 1e6, Number.NaN],
    ['endless attempts', 0, Infinity, 0.01],
  ])('says no to %s', (_, failures, attempts, rate) => {
    expect(isRarer(failures, attempts, rate)).toBe(false);
  });

  test('rounds what increase() extrapolates, and takes less than nothing for nothing', () => {
    expect(isRarer(0.4, 299.2, 0.01)).toBe(true);
    expect(isRarer(0.6, 299.2, 0.01)).toBe(false);
    expect(isRarer(0, 298.4, 0.01)).toBe(false);
    expect(isRarer(-1.2, 299, 0.01)).toBe(true);
  });

  // The greatest k for which the terms of the binomial distribution up to k add up to at most 0.05.
  test.each([
    [1926, 1_000_000],
    [7852, 4_000_000],
    [11_819, 6_000_000],
    [199_264, 100_000_000],
  ])('is exact for %i of %i attempts, too', (failures, attempts) => {
    expect(isRarer(failures, attempts, 0.002)).toBe(true);
    expect(isRarer(failures + 1, attempts, 0.002)).toBe(false);
  });

  test.each([
    [1e300, 1e308, true],
    [1.99e11, 1e14, true],
    [2e11, 1e14, false],
    [2e297, 1e300, false],
  ])('weighs even %d of %d attempts by their share', (failures, attempts, rarer) => {
    expect(isRarer(failures, attempts, 0.002)).toBe(rarer);
  });
});

describe('isCommoner', () => {
  // Upper tails in tables of the binomial distribution: 9 or more of 20 at 20 % come with 0.99 82 %, 8 with 3.2 %;
  // 7 of 7 heads with 0.78 %, 6 of 6 with 1.6 %; 16 or more of 20 heads with 0.59 %, 15 with 2.1 %.
  test.each([
    [9, 20, 0.2, true],
    [8, 20, 0.2, false],
    [7, 7, 0.5, true],
    [6, 6, 0.5, false],
    [16, 20, 0.5, true],
    [15, 20, 0.5, false],
    [1, 10, 0.001, true], // 1 − 0.999¹⁰ = 0.995 %
    [1, 11, 0.001, false], // 1 − 0.999¹¹ = 1.09 %
  ])('%i of %i is above a rate of %d: %p', (failures, attempts, rate, expected) => {
    expect(isCommoner(failures, attempts, rate)).toBe(expected);
  });

  test.each([
    ['no failure, above nothing', 0, 1e6, 0, false],
    ['one failure, above nothing', 1, 1e9, 0, true],
    ['all failed, above all', 100, 100, 1, false],
    ['a rate below zero', 5, 10, -0.1, false],
    ['a rate above one', 10, 10, 1.1, false],
    ['no attempts', 0, 0, 0.01, false],
    ['failures without attempts', 3, 0, 0.01, false],
    ['more failures than attempts', 30, 20, 0.01, false],
    ['no number', Number.NaN, 20, 0.01, false],
    ['no rate', 20, 20, Number.NaN, false],
  ])('%s', (_, failures, attempts, rate, expected) => {
    expect(isCommoner(failures, attempts, rate)).toBe(expected);
  });

  test('nothing is both rarer and commoner', () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.nat(300),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failed, passed, rate) => {
          const [failures, attempts] = [failed, failed + passed];
          expect(isRarer(failures, attempts, rate) && isCommoner(failures, attempts, rate)).toBe(false);
          if (isCommoner(failures, attempts, rate))
            expect(isCommoner(failures + 1, attempts + 1, rate)).toBe(true);
          if (isRarer(failures, attempts, rate)) expect(isRarer(failures, attempts + 1, rate)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('proportionInterval', () => {
  test.each([
    // R, ?binom.test: Conover (1971), 682 plants of 925.
    [682, 925, 0.95, 0.7076683, 0.7654066],
    // R, binom.test(1, 1497, conf.level = 0.9) and binom.test(9, 24).
    [1, 1497, 0.9, 3.426347e-5, 3.164954e-3],
    [9, 24, 0.95, 0.1879929, 0.5940636],
    // Agresti, Categorical Data Analysis: none of 25 students is a vegetarian.
    [0, 25, 0.95, 0, 0.1371852],
    [25, 25, 0.95, 0.8628148, 1],
    [0, 2995, 0.9, 0, 0.0009997448], // 1 − 0.05^(1/2995): attemptsToExclude, seen from the other side
  ])('%i of %i at %d: %d to %d', (failures, attempts, confidence, low, high) => {
    const interval = proportionInterval(failures, attempts, confidence);
    expect(interval.low).toBeCloseTo(low, 7);
    expect(interval.high).toBeCloseTo(high, 7);
  });

  test('is at 95 % unless told otherwise', () => {
    expect(proportionInterval(9, 24)).toEqual(proportionInterval(9, 24, 0.95));
  });

  test.each([
    [0, 0],
    [3, 0],
    [5, 4],
    [Number.NaN, 10],
    [1, Infinity],
  ])('leaves everything possible for %d of %d', (failures, attempts) => {
    expect(proportionInterval(failures, attempts)).toEqual({ low: 0, high: 1 });
  });

  test('holds the observed share, and mirrors for successes', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 2000 }), (failed, passed) => {
        const of = failed + passed;
        const { low, high } = proportionInterval(failed, of);
        expect(low).toBeLessThanOrEqual(failed / of);
        expect(high).toBeGreaterThan(failed / of);
        expect(1 - proportionInterval(passed, of).high).toBeCloseTo(low, 9);
      }),
      { numRuns: 50 },
    );
  });
});
