import { attemptsToExclude, isCommoner, isRarer, proportionInterval } from '../../statistics/binomial.ts';
import { sprt } from '../../statistics/sequential.ts';
import { fisherExact, isAlike, isNoWorse, isWorse } from '../../statistics/two-arms.ts';
import type { Call } from './words.ts';

/** Hears how many attempts it takes to be sure at all, where fewer were made, however they ended. */
export type Wish = (attempts: number) => void;

/** The functions that stand alone. A `wish` tells the planner what more attempts could settle. */
export function functionsFor(wish: Wish): Readonly<Record<string, Call>> {
  const counted = (name: string): Call['args'][number] => ({ name, type: 'double', unit: 'count' });
  const rate = { name: 'rate', type: 'double', unit: 'percent' } as const;
  const wishFor = (needed: number, attempts: number): void => {
    if (Number.isFinite(needed) && needed > attempts) wish(needed);
  };
  return {
    enough: {
      args: [counted('attempts'), rate],
      returns: 'bool',
      doc: 'so many attempts without a failure would exclude this rate at 95 %',
      call: (attempts: number, of: number) => {
        wishFor(attemptsToExclude(of), attempts);
        return attempts >= attemptsToExclude(of);
      },
    },
    rarer: {
      args: [counted('failures'), counted('attempts'), rate],
      returns: 'bool',
      doc: 'the true rate is below this one at 95 % (exact binomial): for eliminations',
      call: (failures: number, attempts: number, of: number) => {
        // Where failures are as common as that already, more attempts would not make them rarer.
        if (failures <= attempts * of) wishFor(attemptsToExclude(of), attempts);
        return isRarer(failures, attempts, of);
      },
    },
    commoner: {
      args: [counted('failures'), counted('attempts'), rate],
      returns: 'bool',
      doc: 'the true rate is above this one at 99 % (exact binomial): for confirmations',
      call: (failures: number, attempts: number, of: number) => isCommoner(failures, attempts, of),
    },
    worse: {
      args: [counted('failures'), counted('attempts'), counted('other_failures'), counted('other_attempts')],
      returns: 'bool',
      doc: 'the first arm fails more often than the second at 99 % (Fisher exact)',
      call: (a: number, ofA: number, b: number, ofB: number) => isWorse(a, ofA, b, ofB),
    },
    no_worse: {
      args: [
        counted('failures'),
        counted('attempts'),
        counted('other_failures'),
        counted('other_attempts'),
        { name: 'factor', type: 'double' },
      ],
      returns: 'bool',
      doc: 'the first arm does not fail `factor` times as often as the second at 95 %: what only the first has is not why',
      call: (a: number, ofA: number, b: number, ofB: number, factor: number) =>
        hasRoom(a, ofA, b, ofB, factor) && isNoWorse(a, ofA, b, ofB, factor),
    },
    chance: {
      args: [counted('failures'), counted('attempts'), counted('other_failures'), counted('other_attempts')],
      returns: 'double',
      doc: 'the chance of two arms so unlike by accident (Fisher exact, two-sided)',
      call: (a: number, ofA: number, b: number, ofB: number) => fisherExact(a, ofA, b, ofB),
    },
    alike: {
      args: [
        counted('failures'),
        counted('attempts'),
        counted('other_failures'),
        counted('other_attempts'),
        { name: 'factor', type: 'double' },
      ],
      returns: 'bool',
      doc: 'neither arm fails more than `factor` times as often as the other at 95 %: for eliminations by comparison',
      call: (a: number, ofA: number, b: number, ofB: number, factor: number) =>
        hasRoom(a, ofA, b, ofB, factor) && hasRoom(b, ofB, a, ofA, factor) && isAlike(a, ofA, b, ofB, factor),
    },
    at_least: {
      args: [counted('failures'), counted('attempts')],
      returns: 'double',
      unit: 'percent',
      doc: 'the lower end of the 95 % interval of the rate (Clopper–Pearson)',
      call: (failures: number, attempts: number) => proportionInterval(failures, attempts).low,
    },
    at_most: {
      args: [counted('failures'), counted('attempts')],
      returns: 'double',
      unit: 'percent',
      doc: 'the upper end of the 95 % interval of the rate (Clopper–Pearson)',
      call: (failures: number, attempts: number) => proportionInterval(failures, attempts).high,
    },
    settled: {
      args: [
        counted('failures'),
        counted('attempts'),
        { name: 'healthy_rate', type: 'double', unit: 'percent' },
        { name: 'faulty_rate', type: 'double', unit: 'percent' },
      ],
      returns: 'string',
      doc: '`faulty`, `healthy` or `more`: Wald’s sequential test between two rates',
      call: (failures: number, attempts: number, healthy: number, faulty: number) =>
        sprt(failures, attempts, healthy, faulty),
    },
  };
}

/**
 * Where half of one arm fails, the other cannot fail more than twice as often, whatever it does: such a factor would clear
 * arms that plainly differ.
 */
function hasRoom(a: number, ofA: number, b: number, ofB: number, factor: number): boolean {
  return factor * b < ofB || !isWorse(a, ofA, b, ofB);
}
