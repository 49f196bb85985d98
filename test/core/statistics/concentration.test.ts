import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  commonEnd,
  concentration,
  isEven,
  type Group,
  type Leg,
} from '../../../core/statistics/concentration.ts';

/** `a:5/100` is a group. */
function groups(...short: readonly string[]): Group[] {
  return short.map((one) => {
    const [key = '', failed = '', of = ''] = one.split(/[:/]/);
    return { key, failed: Number(failed), of: Number(of) };
  });
}

describe('concentration', () => {
  test('names the one bad node, what the others have, and how sure that is', () => {
    const found = concentration(groups('a:5/5', 'b:0/5', 'c:0/5'));
    // 3 groups, and one way of C(15, 5) = 3003 to have all five failures in the five attempts of one.
    expect(found).toEqual({
      key: 'a',
      failed: 5,
      of: 5,
      restFailed: 0,
      restOf: 10,
      p: expect.closeTo(3 / 3003, 9),
      also: [],
    });
  });

  // One group of two: Fisher's p is 1/252, 1/126 and 1/210 for C(10, 5), C(9, 4) and C(10, 4); twice that is the corrected one.
  test.each([
    [['a:5/5', 'b:0/5'], 'a'],
    [['a:0/5', 'b:5/5'], 'b'],
    [['a:4/4', 'b:0/6'], 'a'],
    [['a:4/4', 'b:0/5'], undefined],
    [['a:4/4', 'b:0/5', 'none:0/0'], undefined],
    [['a:5/5', 'b:0/5', 'none:0/0'], 'a'],
    [['a:5/5', 'b:0/5', 'impossible:9/3'], 'a'],
    [['a:5/5'], undefined],
    [['a:5/5', 'none:0/0'], undefined],
    [[], undefined],
    [['a:0/900', 'b:0/900'], undefined],
    [['a:9/9', 'b:9/9'], undefined],
    [['a:50/100', 'b:50/100', 'c:51/100'], undefined],
  ])('of %j: %p', (all, key) => {
    expect(concentration(groups(...all))?.key).toBe(key);
  });

  test('names a second bad node of ten, and not the good ones', () => {
    const good = Array.from({ length: 8 }, (_, index) => `good-${index}:1/100`);
    const found = concentration(groups(...good, 'bad:30/100', 'worse:40/100'));
    expect(found).toMatchObject({ key: 'worse', restFailed: 38, restOf: 900, also: ['bad'] });
  });

  // b alone has p = 0.43 % (0.86 % for the two groups that are left, 1.29 % for all three), then 0.68 %; SciPy 1.17.
  test.each([
    [['a:21/30', 'b:20/30', 'c:0/30'], ['b']],
    [['a:21/30', 'b:19/30', 'c:0/30'], []],
  ])('corrects the second for the groups that are left: %j, also %j', (all, also) => {
    expect(concentration(groups(...all))).toMatchObject({ key: 'a', also });
  });

  test('equally bad ones come in the order of their keys, whatever order they are in', () => {
    const all = groups('c:0/100', 'b:30/100', 'a:30/100', 'd:0/100');
    expect(concentration(all)).toMatchObject({ key: 'a', also: ['b'] });
    expect(concentration(all.toReversed())).toEqual(concentration(all));
  });

  test('of those beyond all doubt the one with the higher share comes first', () => {
    const all = groups('a:400000/1000000', 'b:500000/1000000', 'c:0/1000000', 'd:0/1000000', 'e:0/1000000');
    expect(concentration(all)).toMatchObject({ key: 'b', p: 0, also: ['a'] });
  });

  test('rounds what increase() extrapolates', () => {
    expect(concentration(groups('a:4.8/5.2', 'b:0.3/5.1'))).toMatchObject({
      key: 'a',
      failed: 5,
      of: 5,
      restFailed: 0,
      restOf: 5,
    });
  });

  test('the others put together are what the culprit leaves', () => {
    const group = fc.tuple(fc.nat(50), fc.nat(50));
    fc.assert(
      fc.property(fc.array(group, { maxLength: 8 }), (all) => {
        const some = all.map(([failed, passed], index) => ({
          key: `n${index}`,
          failed,
          of: failed + passed,
        }));
        const found = concentration(some);
        if (found === undefined) return;
        expect(found.p).toBeLessThanOrEqual(0.01);
        expect(found.failed + found.restFailed).toBe(some.reduce((sum, { failed }) => sum + failed, 0));
        expect(found.failed / found.of).toBeGreaterThan(found.restFailed / found.restOf);
        expect(isEven(some, 1.01)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

describe('commonEnd', () => {
  /** `a-b:5/100` is a way. */
  function legs(...short: readonly string[]): Leg[] {
    return short.map((one) => {
      const [from = '', to = '', failed = '', of = ''] = one.split(/[-:/]/);
      return { ends: [from, to] as const, failed: Number(failed), of: Number(of) };
    });
  }

  test.each<[string, readonly string[], string | undefined, readonly string[]]>([
    ['every way to it is bad', ['a-c:9/9', 'b-c:9/9', 'a-b:0/9'], 'c', []],
    ['every way from it is bad', ['a-b:9/9', 'a-c:9/9', 'b-c:0/9'], 'a', []],
    ['it is bad from both sides', ['c-a:0/9', 'c-b:9/9', 'b-a:9/9'], 'b', []],
    ['what stays on it is not', ['a-c:9/9', 'b-c:9/9', 'a-b:0/9', 'c-c:0/9'], 'c', []],
    ['two that no other way tells apart', ['a-b:9/9', 'c-d:0/9'], 'a', ['b']],
    ['two ends of the one bad way, each well on its own', ['a-b:30/30', 'a-a:0/30', 'b-b:0/30'], 'a', ['b']],
    ['there is one way only', ['a-b:9/9'], undefined, []],
    ['all ways are as bad', ['a-b:9/9', 'b-c:9/9', 'a-c:9/9'], undefined, []],
    ['there are none', [], undefined, []],
  ])('%s', (_, all, key, also) => {
    const found = commonEnd(legs(...all));
    expect(found?.key).toBe(key);
    expect(found?.also ?? []).toEqual(also);
  });

  test('says what there is with it and without it', () => {
    expect(commonEnd(legs('a-c:9/10', 'b-c:8/10', 'a-b:1/10', 'b-a:0/10'))).toMatchObject({
      key: 'c',
      failed: 17,
      of: 20,
      restFailed: 1,
      restOf: 20,
    });
  });
});

describe('isEven', () => {
  test.each([
    ['three alike', ['a:50/1000', 'b:50/1000', 'c:50/1000'], 2, true],
    ['too few attempts', ['a:3/60', 'b:3/60', 'c:3/60'], 2, false],
    ['everything fails', ['a:20/20', 'b:20/20'], 2, true],
    ['a bad one', ['a:50/1000', 'b:50/1000', 'c:150/1000'], 2, false],
    ['a bad one, first', ['c:150/1000', 'a:50/1000', 'b:50/1000'], 2, false],
    ['a bad one, but not so bad', ['a:50/1000', 'b:50/1000', 'c:150/1000'], 5, true],
    [
      'one without failures, and so few others that these stand out',
      ['a:50/1000', 'b:50/1000', 'c:0/1000'],
      2,
      false,
    ],
    ['one without failures', ['a:50/1000', 'b:50/1000', 'c:50/1000', 'd:50/1000', 'e:0/1000'], 2, true],
    ['one that nobody asked', ['a:50/1000', 'b:50/1000', 'c:0/0'], 2, false],
    ['no failures at all', ['a:0/1000', 'b:0/1000'], 2, false],
    ['one group', ['a:50/1000'], 2, false],
    ['no group', [], 2, false],
  ])('%s', (_, all, factor, expected) => {
    expect(isEven(groups(...all), factor)).toBe(expected);
  });
});
