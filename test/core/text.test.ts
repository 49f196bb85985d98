import { describe, expect, test } from '@jest/globals';
import { editDistance, nearest } from '../../core/text.ts';

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('%s → %s takes %i edits', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });
});

describe('nearest', () => {
  const services = ['checkout', 'checkout-db', 'payments', 'catalog'];

  test('offers the nearest names first', () => {
    expect(nearest('chekout', services)).toEqual(['checkout']);
    expect(nearest('check', services)).toEqual(['checkout', 'checkout-db']);
  });

  test('offers nothing when nothing is near', () => {
    expect(nearest('zzz', services)).toEqual([]);
  });
});
