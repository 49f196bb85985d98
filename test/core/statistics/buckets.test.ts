import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketShare } from '../../../core/statistics/buckets.ts';

/** Linkerd's boundaries around one and three seconds, in ms: 10 of 1000 responses took one, 2 took three. */
const latency = [
  { le: 500, count: 985 },
  { le: 1000, count: 988 },
  { le: 2000, count: 998 },
  { le: 3000, count: 998 },
  { le: 4000, count: 1000 },
  { le: Infinity, count: 1000 },
];

describe('bucketShare', () => {
  test.each([
    [1000, 2000, 0.01],
    [3000, 4000, 0.002],
    [2000, 3000, 0],
    [500, 4000, 0.015],
    [4000, Infinity, 0],
    [0, 500, 0.985],
    [0, Infinity, 1],
    [1500, 2000, undefined],
    [1000, 1500, undefined],
    [2000, 1000, undefined],
    [1000, 1000, undefined],
    [Infinity, Infinity, undefined],
    [-1, 500, undefined],
    [Number.NaN, 500, undefined],
    [0, 0, undefined],
  ])('above %d and up to %d: %p', (from, to, share) => {
    const found = bucketShare(latency, from, to);
    if (share === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(share, 12);
  });

  test.each([
    ['nothing observed', latency.map(({ le }) => ({ le, count: 0 })), undefined],
    ['no numbers', latency.map(({ le }) => ({ le, count: Number.NaN })), undefined],
    ['no bucket of Infinity', latency.slice(0, -1), undefined],
    ['no bucket', [], undefined],
    ['any order', latency.toReversed(), 0.01],
    ['a bucket that shrank', latency.map((one) => (one.le === 2000 ? { le: 2000, count: 900 } : one)), 0],
    [
      'one that outgrew the whole',
      latency.map((one) => (one.le === 2000 ? { le: 2000, count: 1e6 } : one)),
      1,
    ],
  ])('%s', (_, buckets, share) => {
    const found = bucketShare(buckets, 1000, 2000);
    if (share === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(share, 12);
  });

  test('below a boundary at 0 there may be something, so there 0 is a boundary like others', () => {
    const signed = [
      { le: -1, count: 1 },
      { le: 0, count: 3 },
      { le: 1, count: 4 },
      { le: Infinity, count: 4 },
    ];
    expect(bucketShare(signed, 0, 1)).toBe(0.25);
    expect(
      bucketShare(
        [
          { le: -1, count: 1 },
          { le: 1, count: 4 },
          { le: Infinity, count: 4 },
        ],
        0,
        1,
      ),
    ).toBeUndefined();
    expect(
      bucketShare(
        [
          { le: 0, count: 3 },
          { le: Infinity, count: 4 },
        ],
        0,
        Infinity,
      ),
    ).toBe(0.25);
  });

  test('shares of neighbours add up to one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1 }), (each) => {
        let count = 1;
        const all = each.map((some, index) => ({ le: index + 1, count: (count += some) }));
        const buckets = [...all, { le: Infinity, count }];
        const shares = buckets.map(
          ({ le }, index) => bucketShare(buckets, buckets[index - 1]?.le ?? 0, le) ?? NaN,
        );
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
      { numRuns: 50 },
    );
  });
});
