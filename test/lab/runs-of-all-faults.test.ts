import { expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { faults } from '../../lab/faults/index.ts';

test('every fault of the lab has its run', async () => {
  const files = await readdir(join(import.meta.dirname, 'runs'));
  const run = files.filter((name) => name.endsWith('.test.ts')).map((name) => basename(name, '.test.ts'));
  expect(run.sort()).toEqual(faults.map(({ id }) => id).sort());
});
