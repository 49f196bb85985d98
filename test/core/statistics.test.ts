import { describe, expect, test } from '@jest/globals';
import { attemptsToExclude, isRarer } from '../../core/statistics.ts';

describe('attemptsToExclude', () => {
  test.each([
    [0.01, 299],
    [0.002, 1497],
    [0.001, 2995],
    [0.49, 5],
    [0, Infinity],
    [1, 1],
  ])('a rate of %d takes %d attempts without failure', (rate, attempts) => {
    expect(attemptsToExclude(rate)).toBe(attempts);
  });
});

describe('isRarer', () => {
  test.each([0.001, 0.002, 0.01, 0.1, 0.49])('agrees with attemptsToExclude for no failure at %d', (rate) => {
    const attempts = attemptsToExclude(rate);
    expect(isRarer(0, attempts, rate)).toBe(true);
    expect(isRarer(0, attempts - 1, rate)).toBe(false);
  });

  // The smallest n for which the terms of the binomial distribution up to k add up to at most 0.05.
  test.each([
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
    ['everything failed', 5, 5, 0.99],
    ['a rate of zero', 0, 1e6, 0],
    ['a rate of one', 0, 1e6, 1],
    ['no number of attempts', 0, Number.NaN, 0.01],
  ])('says no to %s', (_, failures, attempts, rate) => {
    expect(isRarer(failures, attempts, rate)).toBe(false);
  });

  test('rounds what increase() extrapolates, and takes less than nothing for nothing', () => {
    expect(isRarer(0.4, 299.2, 0.01)).toBe(true);
    expect(isRarer(-1.2, 299, 0.01)).toBe(true);
  });

  test('does not underflow for many attempts', () => {
    expect(isRarer(1900, 1_000_000, 0.002)).toBe(true);
    expect(isRarer(1990, 1_000_000, 0.002)).toBe(false);
  });

  // The greatest k for which the terms of the binomial distribution up to k add up to at most 0.05.
  test.each([
    [7852, 4_000_000],
    [11_819, 6_000_000],
    [199_264, 100_000_000],
  ])('weighs %i of %i attempts as the exact distribution does', (failures, attempts) => {
    expect(isRarer(failures, attempts, 0.002)).toBe(true);
    expect(isRarer(failures + 2, attempts, 0.002)).toBe(false);
  });

  test('takes no longer for absurd counts', () => {
    expect(isRarer(1e300, 1e308, 0.002)).toBe(true);
  });
});
