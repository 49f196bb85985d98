import { describe, expect, test } from '@jest/globals';
import { sprt } from '../../../core/statistics/sequential.ts';

describe('sprt', () => {
  // NIST/SEMATECH e-Handbook, 6.2.6: p₁ = 1 %, p₂ = 10 %, α = 5 %, β = 10 %. Its lines are −0.939 + 0.0397·n (accept at or
  // below) and 1.205 + 0.0397·n (reject at or above); at n = 24 it accepts with 0 and rejects with 3.
  const errors = { accusation: 0.05, elimination: 0.1 };
  test.each([
    [0, 23, 'more'],
    [0, 24, 'healthy'],
    [1, 24, 'more'],
    [2, 24, 'more'],
    [3, 24, 'faulty'],
    [1, 48, 'more'],
    [1, 49, 'healthy'],
    [1, 1, 'more'],
    [2, 2, 'faulty'],
    [2, 19, 'faulty'],
    [2, 20, 'more'],
    [3, 20, 'faulty'],
  ])('NIST: %i of %i is %s', (failures, attempts, verdict) => {
    expect(sprt(failures, attempts, 0.01, 0.1, errors)).toBe(verdict);
  });

  // With our own errors: 95 times as likely under the one, 99/5 = 19.8 times under the other.
  test.each([
    ['half of that many tries, no failure', 0, 4, 0.01, 0.5, 'more'],
    ['0.99⁵/0.5⁵ is 30', 0, 5, 0.01, 0.5, 'healthy'],
    ['50 times as likely', 1, 1, 0.01, 0.5, 'more'],
    ['95 times as likely, to the dot', 1, 1, 0.01, 0.95, 'faulty'],
    ['not quite 95 times', 1, 1, 0.01, 0.9499, 'more'],
    ['50² times', 2, 2, 0.01, 0.5, 'faulty'],
    ['50/2', 1, 2, 0.01, 0.5, 'more'],
    ['impossible when healthy', 1, 1000, 0, 0.01, 'faulty'],
    ['no failure, impossible when healthy', 0, 297, 0, 0.01, 'more'],
    ['no failure, long enough', 0, 298, 0, 0.01, 'healthy'],
    ['a success, impossible when faulty', 9, 10, 0.5, 1, 'healthy'],
    ['no success, when faulty has none', 7, 7, 0.5, 1, 'faulty'],
    ['no success, not yet', 6, 6, 0.5, 1, 'more'],
    ['all or nothing: nothing', 0, 1, 0, 1, 'healthy'],
    ['all or nothing: all', 1, 1, 0, 1, 'faulty'],
  ])('%s', (_, failures, attempts, healthyRate, faultyRate, verdict) => {
    expect(sprt(failures, attempts, healthyRate, faultyRate)).toBe(verdict);
  });

  test.each([
    ['no attempts', 0, 0, 0.01, 0.5],
    ['failures without attempts', 5, 0, 0.01, 0.5],
    ['no number', Number.NaN, 100, 0.01, 0.5],
    ['equal rates', 90, 100, 0.5, 0.5],
    ['rates in the wrong order', 90, 100, 0.5, 0.01],
    ['a rate below zero', 90, 100, -0.1, 0.5],
    ['a rate above one', 90, 100, 0.1, 1.1],
    ['no rate', 90, 100, Number.NaN, 0.5],
  ])('takes more for %s', (_, failures, attempts, healthyRate, faultyRate) => {
    expect(sprt(failures, attempts, healthyRate, faultyRate)).toBe('more');
  });

  test('keeps its errors, though it is asked after every attempt', () => {
    const healthy = follow(0.02);
    expect(healthy.faulty).toBeLessThanOrEqual(0.01 / 0.95);
    expect(healthy.healthy).toBeGreaterThan(0.98);
    const faulty = follow(0.2);
    expect(faulty.healthy).toBeLessThanOrEqual(0.05 / 0.99);
    expect(faulty.faulty).toBeGreaterThan(0.94);
  });
});

/** How often a path that fails with this chance is called what, 2 % being healthy and 20 % faulty: all courses of 300 attempts. */
function follow(chance: number): Record<'faulty' | 'healthy' | 'more', number> {
  const ended = { faulty: 0, healthy: 0, more: 0 };
  let open = new Map([[0, 1]]);
  for (let attempts = 1; attempts <= 300; attempts++) {
    const next = new Map<number, number>();
    for (const [failures, often] of open) {
      for (const [now, part] of [
        [failures + 1, often * chance],
        [failures, often * (1 - chance)],
      ] as const) {
        const verdict = sprt(now, attempts, 0.02, 0.2);
        if (verdict === 'more') next.set(now, (next.get(now) ?? 0) + part);
        else ended[verdict] += part;
      }
    }
    open = next;
  }
  return ended;
}
