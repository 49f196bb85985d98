import { expect, test } from '@jest/globals';
import { signatureRows } from '../../../scripts/bench/signatures.ts';

test('signatures are told and innocence is seen, the same in every run', () => {
  const rows = signatureRows(12);
  expect(signatureRows(12)).toEqual(rows);
  expect(new Set(rows.map(({ case: name }) => name)).size).toBe(rows.length);
  const wrong = rows.filter(({ share }) => share < 0.8).map(({ case: name }) => name);
  expect(wrong).toEqual([]);
});
