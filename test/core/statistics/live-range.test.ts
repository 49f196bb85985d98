import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { liveRange, type NumberTried } from '../../../core/statistics/live-range.ts';

const tried = (numbers: readonly number[], failed: (number: number) => boolean): readonly NumberTried[] =>
  numbers.map((number) => ({ number, failed: failed(number) ? 1 : 0, of: 1 }));
/** 1000, 2000, … 60,000, from the middle outward. */
const ports = Array.from({ length: 60 }, (_, n) => 1000 * (((n * 37) % 60) + 1));

describe('the range that lives', () => {
  test.each<[string, (port: number) => boolean, object]>([
    [
      'from a number on',
      (port) => port < 32_768,
      { from: 33_000, to: 60_000, below: 32_000, live: 28, dead: 32 },
    ],
    [
      'up to a number',
      (port) => port > 41_500,
      { from: 1000, to: 41_000, above: 42_000, live: 41, dead: 19 },
    ],
    [
      'between two numbers',
      (port) => port < 10_500 || port > 50_500,
      { from: 11_000, to: 50_000, below: 10_000, above: 51_000, live: 40, dead: 20 },
    ],
    [
      'from a number on, and one beyond it is dead by chance',
      (port) => port < 32_768 || port === 60_000,
      { from: 33_000, to: 59_000, below: 32_000, live: 27, dead: 32 },
    ],
    [
      'from a number on, and a few of those beyond fail for other reasons',
      (port) => port < 32_768 || port === 40_000 || port === 50_000,
      { from: 33_000, to: 60_000, below: 32_000, live: 28 },
    ],
  ])('%s', (_, failed, expected) => {
    expect(liveRange(tried(ports, failed))).toMatchObject(expected);
  });

  test.each<[string, (port: number) => boolean]>([
    ['all live', () => false],
    ['none lives', () => true],
    ['every other one lives', (port) => port % 2000 === 0],
    ['four that are dead may be chance', (port) => port < 4500],
    ['so may be four that live', (port) => port < 56_500],
    ['half a dozen of those within fail', (port) => port < 32_768 || (port > 40_000 && port < 47_000)],
  ])('%s: there is none', (_, failed) => {
    expect(liveRange(tried(ports, failed))).toBeUndefined();
  });

  test('a number that got through once is not dead', () => {
    const once = tried(ports, (port) => port < 32_768).map((one) =>
      one.number === 1000 ? { ...one, of: 2 } : one,
    );
    expect(liveRange(once)).toBeUndefined();
  });

  test('chance makes none of 60 numbers of which half fail', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(59), { minLength: 30, maxLength: 30 }), (dead) => {
        fc.pre(!isSorted(dead));
        expect(liveRange(tried(ports, (port) => dead.includes(port / 1000 - 1)))).toBeUndefined();
      }),
    );
  });
});

/** Whether the dead are all at the ends, as chance hardly ever has them. */
function isSorted(dead: readonly number[]): boolean {
  const lives = Array.from({ length: 60 }, (_, n) => n).filter((n) => !dead.includes(n));
  return (lives.at(-1) ?? 0) - (lives[0] ?? 0) < 34;
}
