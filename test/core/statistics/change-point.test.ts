import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changePoint } from '../../../core/statistics/change-point.ts';

/** Points every 60 s from 1,000,000 on. */
function every(values: readonly number[]): [number, number][] {
  return values.map((value, index) => [1_000_000 + 60 * index, value]);
}

function times(count: number, value: number): number[] {
  return Array<number>(count).fill(value);
}

describe('changePoint', () => {
  // Annual flow of the Nile at Aswan, 1871 to 1970, in 10⁸ m³: it fell after 1898 (Cobb, Biometrika 1978; R, ?Nile).
  test('finds the year from which the Nile carried less', () => {
    const nile = `1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150
      1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821
      768 845 864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848
      890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740`;
    const points = nile.split(/\s+/).map((flow, index): [number, number] => [1871 + index, Number(flow)]);
    // U = 1617 by Pettitt's formula (as the R package trend has it), so p = 2·exp(−6·1617² / 1 010 000).
    expect(changePoint(points)).toEqual({
      at: 1899,
      before: 1130,
      after: 842.5,
      p: expect.closeTo(3.591022e-7, 12),
    });
  });

  test.each([
    ['a step up', [...times(8, 1), ...times(8, 5)], { at: 1_000_480, before: 1, after: 5 }],
    ['a step down', [...times(8, 5), ...times(8, 1)], { at: 1_000_480, before: 5, after: 1 }],
    ['late', [...times(24, 1), ...times(10, 5)], { at: 1_001_440, before: 1, after: 5 }],
    [
      'an outlier on either side',
      [9e9, ...times(12, 1), -9e9, ...times(12, 5)],
      { at: 1_000_840, before: 1, after: 5 },
    ],
    [
      'a hole without a number',
      [...times(8, 1), Number.NaN, ...times(8, 5)],
      { at: 1_000_540, before: 1, after: 5 },
    ],
    ['an infinite value', [...times(8, 1), ...times(8, 5), Infinity], { at: 1_000_480, before: 1, after: 5 }],
    [
      'even numbers of unequal values',
      [...[1, 2, 3, 4].flatMap((v) => [v, v, v]), ...[7, 8].flatMap((v) => times(6, v))],
      { at: 1_000_720, before: 2.5, after: 7.5 },
    ],
    [
      'odd numbers of unequal values',
      [1, 2, 3, 1, 2, 3, 1, 2, 3, 7, 8, 9, 7, 8, 9, 7, 8, 9],
      { at: 1_000_540, before: 2, after: 8 },
    ],
  ])('%s', (_, values, expected) => {
    expect(changePoint(every(values))).toMatchObject(expected);
  });

  test('p of the shortest series that can show it', () => {
    // U = 8·8 for 16 points: 2·exp(−6·64² / (16³ + 16²)).
    expect(changePoint(every([...times(8, 1), ...times(8, 2)]))?.p).toBeCloseTo(0.0070558, 6);
  });

  test.each([
    ['15 points, however clear', [...times(8, 1), ...times(7, 5)]],
    ['none', []],
    ['one', [1]],
    ['the same all along', times(100, 3)],
    ['up and down', Array.from({ length: 100 }, (_, index) => index % 2)],
    ['a spike', [...times(30, 1), 50, 60, 50, ...times(30, 1)]],
    ['no numbers', times(100, Number.NaN)],
  ])('none in %s', (_, values) => {
    expect(changePoint(every(values))).toBeUndefined();
  });

  test('of equally good splits takes the first', () => {
    // |U| is the same after 10 and after 20 points.
    expect(changePoint(every([...times(10, 1), ...times(10, 2), ...times(10, 3)]))?.at).toBe(1_000_600);
  });

  test('does not care for the scale, and mirrors in time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 16, maxLength: 40 }), fc.nat(40), (values, shift) => {
        const split = Math.floor(values.length / 2);
        const stepped = values.map((value, index) => (index < split ? value : value + shift));
        const found = changePoint(every(stepped));
        const scaled = changePoint(every(stepped.map((value) => 1000 * value - 5)));
        expect(scaled?.at).toBe(found?.at);
        expect(scaled?.p).toBe(found?.p);
        expect(changePoint(every(stepped.toReversed()))?.p).toBe(found?.p);
      }),
      { numRuns: 50 },
    );
  });
});
