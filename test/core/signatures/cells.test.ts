import { describe, expect, test } from '@jest/globals';
import { atMost, baseOf, cellsOfAttempts, steadyBase } from '../../../core/signatures/cells.ts';
import type { Template } from '../../../core/signatures/templates.ts';

const template = (...times: [number, ...number[]]): Template => ({ name: 'dns-retry', title: '', times });
const near = (seconds: number) => expect.closeTo(seconds, 6) as unknown;

test('atMost counts what is at most', () => {
  const counts = [0, 1, 1.5, 2, 4, 5].map((value) => atMost([1, 2, 2, 4], value));
  expect(counts).toEqual([0, 1, 1, 3, 4, 4]);
  expect(atMost([], 1)).toBe(0);
});

describe('baseOf', () => {
  test('is the log-normal distribution through the 10 % and the 30 % point', () => {
    // Of a median of 100 ms and sigma 0.2: 1.2816 and 0.5244 standard deviations below it.
    const tenth = 0.1 * Math.exp(-1.2816 * 0.2);
    const third = 0.1 * Math.exp(-0.5244 * 0.2);
    const sorted = [0.01, tenth, tenth, third, 5, 5, 5, 5, 5, 5];
    const { low, middle, high, end } = baseOf(sorted);
    expect(middle).toBeCloseTo(0.1, 5);
    expect(low).toBeCloseTo(0.1 * Math.exp(-2.4 * 0.2), 5);
    expect(high).toBeCloseTo(0.1 * Math.exp(2.4 * 0.2), 5);
    expect(end).toBeCloseTo(0.1 * Math.exp(3.6 * 0.2), 5);
  });
});

describe('cellsOfAttempts', () => {
  const base = steadyBase(0.1);

  test('cuts at the template’s times, up to the last attempt', () => {
    const sorted = [0.1, 0.1, 0.4, 0.5, 1, 1.25, 1.3, 3];
    expect(cellsOfAttempts(sorted, base, template(1, 2))).toEqual([
      { from: near(0.4), to: near(0.95), count: 1, steps: [] },
      { from: near(0.95), to: near(1.25), count: 2, steps: [{ step: 0, part: 1 }] },
      { from: near(1.25), to: near(1.8), count: 1, steps: [] },
      { from: near(1.8), to: near(2.4), count: 0, steps: [{ step: 1, part: 1 }] },
      { from: near(2.4), to: 3, count: 1, steps: [] },
    ]);
  });

  test('the last gap ends with the last attempt, the last time does not', () => {
    expect(cellsOfAttempts([0.1, 0.7], base, template(1, 2))).toEqual([
      { from: near(0.4), to: 0.7, count: 1, steps: [] },
    ]);
    expect(cellsOfAttempts([0.1, 1], base, template(1, 2))).toEqual([
      { from: near(0.4), to: near(0.95), count: 0, steps: [] },
      { from: near(0.95), to: near(1.25), count: 1, steps: [{ step: 0, part: 1 }] },
    ]);
    expect(cellsOfAttempts([0.1, 0.4], base, template(1, 2))).toEqual([]);
  });

  test('times that overlap share what lies between them', () => {
    // 4 s is 3.4 to 4.6, 5 s is 4.25 to 5.75, one after the other from 100 ms on.
    expect(cellsOfAttempts([0.1, 4, 4.5, 5], base, template(4, 5))).toEqual([
      { from: near(1.3), to: near(3.5), count: 0, steps: [] },
      { from: near(3.5), to: near(4.35), count: 1, steps: [{ step: 0, part: near(0.85 / 1.2) }] },
      {
        from: near(4.35),
        to: near(4.7),
        count: 1,
        steps: [
          { step: 0, part: near(0.35 / 1.2) },
          { step: 1, part: near(0.35 / 1.5) },
        ],
      },
      { from: near(4.7), to: near(5.85), count: 1, steps: [{ step: 1, part: near(1.15 / 1.5) }] },
    ]);
  });

  test('undefined where normal attempts take as long as the first time, or nearly', () => {
    const wide = { low: 0.1, middle: 0.2, high: 0.4, end: 0.95 };
    expect(cellsOfAttempts([0.1, 1], wide, template(1))).toBeUndefined();
    expect(cellsOfAttempts([0.1, 1], { ...wide, end: 0.94 }, template(1))).toEqual([
      { from: 0.94, to: near(0.95), count: 0, steps: [] },
      { from: near(0.95), to: near(1.55), count: 1, steps: [{ step: 0, part: 1 }] },
    ]);
    expect(cellsOfAttempts([0.1, 9], { ...wide, end: 1 }, template(1, 5))).toBeUndefined();
  });
});
