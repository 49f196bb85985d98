import { expect, test } from '@jest/globals';
import { signatureRows } from '../../../scripts/bench/signatures.ts';

test('signatures are told and innocence is seen, the same in every run', () => {
  const rows = signatureRows(4);
  expect(signatureRows(4)).toEqual(rows);
  expect(new Set(rows.map(({ case: name }) => name)).size).toBe(rows.length);
  const wrong = rows.filter(({ share }) => share < 0.7).map(({ case: name }) => name);
  expect(wrong).toEqual([]);
});
