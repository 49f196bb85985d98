import { describe, expect, test } from '@jest/globals';
import { idleComparison } from '../../../core/statistics/idle.ts';
import type { Points } from '../../../core/statistics/points.ts';
import { isNoWorse } from '../../../core/statistics/two-arms.ts';

function every60s(values: readonly number[]): Points {
  return values.map((value, index) => [1_000_000 + 60 * index, value]);
}

/** Requests per second over one day in steps of an hour, as in a staging cluster with a load test at noon. */
const load = every60s([2, 2, 3, 3, 4, 5, 8, 10, 20, 90, 100, 100, 100, 90, 20, 10, 8, 5, 4, 3]);

describe('idleComparison', () => {
  test('takes the quietest and the busiest quarter, with counts', () => {
    const errors = load.map(([at, rate]): [number, number] => [at, rate / 100]);
    expect(idleComparison(load, errors)).toEqual({
      quietLoad: expect.closeTo(2.6, 9),
      busyLoad: expect.closeTo(96, 9),
      quietErrors: expect.closeTo(0.026, 9),
      busyErrors: expect.closeTo(0.96, 9),
      quietShare: expect.closeTo(0.01, 9),
      busyShare: expect.closeTo(0.01, 9),
      quietRequests: expect.closeTo(2.6 * 5 * 60, 9),
      busyRequests: expect.closeTo(96 * 5 * 60, 9),
      quietFailed: expect.closeTo(7.8, 9),
      busyFailed: expect.closeTo(288, 9),
    });
  });

  // Story: the same share of errors in a staging cluster without traffic, so load is not what fails.
  test.each([
    ['the same share at any load', (rate: number) => rate / 20, true],
    ['only under load', (rate: number) => (rate > 50 ? rate / 20 : 0), false],
    ['a little at idle, much under load', (rate: number) => (rate > 50 ? rate / 10 : rate / 50), false],
  ])('%s', (_, failing, alike) => {
    const compared = idleComparison(
      load,
      load.map(([at, rate]) => [at, failing(rate)]),
    );
    if (compared === undefined) throw new Error('there is enough to compare');
    const { busyFailed, busyRequests, quietFailed, quietRequests } = compared;
    expect(isNoWorse(busyFailed, busyRequests, quietFailed, quietRequests, 2)).toBe(alike);
  });

  test('errors without any request at idle have no share', () => {
    const none = every60s([0, 0, 5, 5, 5, 5, 5, 10, 10]);
    const chatter = every60s([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(idleComparison(none, chatter)).toMatchObject({
      quietLoad: 0,
      quietErrors: 1,
      quietShare: undefined,
      quietRequests: 0,
      quietFailed: 120,
      busyShare: 0.1,
    });
  });

  test('of equal loads the earlier count as quieter', () => {
    const flat = every60s([7, 7, 7, 7, 7, 7, 7, 7]);
    const rising = every60s([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(idleComparison(flat, rising)).toMatchObject({ quietErrors: 1.5, busyErrors: 7.5 });
  });

  test('pairs by time, and a hole counts as no time', () => {
    const holed = load.filter((_, index) => index < 3 || index > 8);
    const extra: Points = [...load.map(([at]) => [at, 1] as const), [9_999_999, 1000]];
    expect(idleComparison(holed, extra)).toMatchObject({ quietFailed: 3 * 60, busyFailed: 3 * 60 });
  });

  test('below 8 pairs there is nothing to compare', () => {
    const errors = load.slice(0, 8);
    expect(idleComparison(load, errors)).toBeDefined();
    expect(idleComparison(load, errors.slice(1))).toBeUndefined();
    expect(idleComparison(load, [...errors.slice(1), [1_000_000, Number.NaN]])).toBeUndefined();
  });
});
