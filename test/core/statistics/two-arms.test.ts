import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fisherExact, isAlike, isNoWorse, isWorse } from '../../../core/statistics/two-arms.ts';

describe('fisherExact', () => {
  test.each([
    ['Fisher 1935, the lady tasting tea', 3, 4, 1, 4, 0.4857143],
    ['Fisher 1962, convictions of twins (R, ?fisher.test)', 2, 17, 10, 13, 0.0005367241],
    ['dieting men and women (Wikipedia, Fisher’s exact test)', 1, 12, 9, 12, 0.002759456],
    ['the same number of failures', 5, 10, 5, 10, 1],
    ['no failures', 0, 10, 0, 20, 1],
    ['nothing but failures', 10, 10, 20, 20, 1],
    ['one of each: every table is as likely', 1, 1, 0, 1, 1],
    ['arms of unequal size, where the other tail is out of reach', 3, 3, 0, 9, 1 / 220],
    ['an empty arm', 3, 3, 0, 0, 1],
    ['an empty arm, first', 0, 0, 3, 3, 1],
    ['more failures than attempts', 3, 2, 1, 9, 1],
    ['SciPy 1.17: 5,025 of 100,000 to 4,700', 5025, 1e5, 4700, 1e5, 0.0007553024],
  ])('%s', (_, failedA, ofA, failedB, ofB, p) => {
    expect(fisherExact(failedA, ofA, failedB, ofB)).toBeCloseTo(p, 7);
  });

  test('does not tell the arms apart, nor failures from successes', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.nat(200), fc.nat(200), (a, b, c, d) => {
        const p = fisherExact(a, a + b, c, c + d);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(fisherExact(c, c + d, a, a + b)).toBeCloseTo(p, 9);
        expect(fisherExact(b, a + b, d, c + d)).toBeCloseTo(p, 9);
      }),
      { numRuns: 50 },
    );
  });

  test('neither overflows nor takes long', () => {
    expect(fisherExact(1e300, 1e301, 1e300, 1e301)).toBeCloseTo(1, 3);
    expect(fisherExact(5e8, 1e9, 4.9e8, 1e9)).toBe(0);
  });
});

describe('isWorse', () => {
  // By hand: 5 of 5 and none of 5 come with 1/252, 4 of 4 and none of 5 with 1/126, 4 of 4 and none of 4 with 1/70.
  test.each([
    [5, 5, 0, 5, true],
    [4, 4, 0, 5, true],
    [4, 4, 0, 4, false],
    [0, 5, 5, 5, false],
    [10, 13, 2, 17, true], // one-sided p = 0.0004652 (R, ?fisher.test)
    [3, 4, 1, 4, false], // 0.2429
    [50, 100, 50, 100, false],
    [4, 4, 0, 0, false],
    [0, 0, 0, 4, false],
    [5, 4, 0, 400, false],
  ])('%i of %i against %i of %i: %p', (failedA, ofA, failedB, ofB, expected) => {
    expect(isWorse(failedA, ofA, failedB, ofB)).toBe(expected);
  });

  test('accuses at most one time in a hundred arms that are alike', () => {
    for (const chance of [0.05, 0.2, 0.5])
      expect(howOften(20, chance, 20, chance, isWorse)).toBeLessThanOrEqual(0.01);
  });
});

describe('isNoWorse', () => {
  // U / (1 − L + U·L), with U the upper bound of the odds ratio at 96 % and L the lower one of B's share at 99 %; SciPy 1.17:
  // contingency.odds_ratio(kind='conditional').confidence_interval(0.96, 'less') and beta.ppf(0.01, failedB, …).
  test.each([
    [12, 1000, 12, 1000, 2.22352],
    [20, 1000, 20, 1000, 1.825096],
    [50, 1000, 60, 1000, 1.1757],
    [200, 1000, 190, 1000, 1.245084],
    [50, 100, 50, 100, 1.343615],
    [49, 100, 50, 100, 1.317397],
    [5, 100, 5, 100, 3.741834],
  ])('%i of %i against %i of %i: from a factor of %d on', (failedA, ofA, failedB, ofB, bound) => {
    expect(isNoWorse(failedA, ofA, failedB, ofB, bound * 0.99999)).toBe(false);
    expect(isNoWorse(failedA, ofA, failedB, ofB, bound * 1.00001)).toBe(true);
  });

  // 2⁻⁷ is below 1 %, 2⁻⁶ above; (2/3)¹² is below, (2/3)¹¹ above.
  test.each([
    [7, 2, true],
    [6, 2, false],
    [12, 1.5, true],
    [11, 1.5, false],
  ])('%i of as many failing in both arms show it for a factor of %d: %p', (all, factor, expected) => {
    expect(isNoWorse(all, all, all, all, factor)).toBe(expected);
    expect(isAlike(all, all, all, all, factor)).toBe(expected);
  });

  test.each([
    ['no failure in either', 0, 1e6, 0, 1e6, 2],
    ['no failure in B', 0, 1e6, 0, 1000, 2],
    ['a factor of one', 0, 1e6, 500, 1000, 1],
    ['a factor below one', 0, 1e6, 500, 1000, 0.5],
    ['no factor', 0, 1e6, 500, 1000, Number.NaN],
    ['nothing attempted in A', 0, 0, 500, 1000, 2],
    ['nothing attempted in B', 5, 1000, 0, 0, 2],
  ])('%s shows nothing', (_, failedA, ofA, failedB, ofB, factor) => {
    expect(isNoWorse(failedA, ofA, failedB, ofB, factor)).toBe(false);
  });

  test('a greater factor is easier to rule out', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(300), fc.nat(60), fc.nat(300), (a, b, c, d) => {
        const shown = [1.2, 2, 5, 50].map((factor) => isNoWorse(a, a + b, c, c + d, factor));
        expect(shown).toEqual(shown.toSorted());
        if (shown[0]) expect(isWorse(a, a + b, c, c + d)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  // The error rate is a promise: worst where A fails exactly `factor` times as often.
  test.each([
    [2, 0.02],
    [2, 0.1],
    [2, 0.25],
    [2, 0.4],
    [2, 0.5],
    [1.25, 0.8],
    [5, 0.15],
  ])('rules out a factor of %d that is there at most one time in twenty, B failing %d', (factor, chance) => {
    const wrong = howOften(30, factor * chance, 25, chance, (...arms) => isNoWorse(...arms, factor));
    expect(wrong).toBeLessThanOrEqual(0.05);
  });
});

describe('isAlike', () => {
  test.each([
    [20, 2000, 20, 2000, true],
    [20, 2000, 26, 2000, false],
    [26, 2000, 20, 2000, false],
    [2, 200, 2, 200, false], // no significant difference, but far too few
    [50, 100, 0, 100, false],
    [100, 100, 99, 100, true],
  ])('%i of %i and %i of %i within a factor of 2: %p', (failedA, ofA, failedB, ofB, expected) => {
    expect(isAlike(failedA, ofA, failedB, ofB, 2)).toBe(expected);
  });

  test('calls arms alike that differ by the factor at most one time in twenty', () => {
    for (const chance of [0.05, 0.3, 0.5]) {
      const alike = (...arms: [number, number, number, number]) => isAlike(...arms, 2);
      expect(howOften(30, chance, 30, 2 * chance, alike)).toBeLessThanOrEqual(0.05);
      expect(howOften(30, 2 * chance, 30, chance, alike)).toBeLessThanOrEqual(0.05);
    }
  });

  test('finds arms alike that are, given enough attempts', () => {
    const alike = (...arms: [number, number, number, number]) => isAlike(...arms, 2);
    expect(howOften(60, 0.5, 60, 0.5, alike)).toBeGreaterThan(0.8);
  });
});

/**
 * How often `says` says yes, if A and B fail with these chances: all outcomes, each with its probability. Those that never
 * happen count as a yes.
 */
function howOften(
  ofA: number,
  chanceA: number,
  ofB: number,
  chanceB: number,
  says: (failedA: number, ofA: number, failedB: number, ofB: number) => boolean,
): number {
  const [inA, inB] = [distribution(ofA, chanceA), distribution(ofB, chanceB)];
  let often = 0;
  for (const [failedA, ofThoseA] of inA.entries())
    for (const [failedB, ofThoseB] of inB.entries()) {
      const part = ofThoseA * ofThoseB;
      if (part < 1e-7 || says(failedA, ofA, failedB, ofB)) often += part;
    }
  return often;
}

/** The binomial distribution, one attempt after the other. */
function distribution(of: number, chance: number): number[] {
  let some = [1];
  for (let attempt = 0; attempt < of; attempt++)
    some = [...some, 0].map((passed, failed) => passed * (1 - chance) + (some[failed - 1] ?? 0) * chance);
  return some;
}
