import { expect, test } from '@jest/globals';
import { faults } from '../../lab/faults/index.ts';
import { mended, shares } from './runs/shares.ts';

test('every fault of the lab has its run, and one alone', () => {
  const run = [mended, ...Object.values(shares).flat()];
  expect(run.sort()).toEqual(faults.map(({ id }) => id).sort());
});
