/**
 * All tests that hold the mutated code as one file, so that what they share is loaded once a mutant: jest loads it anew for
 * each test file, even where only one of its tests is run.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
for (const path of globSync(process.env['MUTATION_TESTS'] ?? '', { cwd: root }).sort())
  await import(join(root, path));
