/**
 * Mutation testing of the code that judges: does a test fail when the code is changed?
 * usage: npm run mutation [-- <file or folder of core> …] [--concurrency 1 …]; what begins with a dash is for Stryker.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

/** Which tests hold which code: those of its own folder, as far as there is one. */
const groups = {
  statistics: { code: 'core/statistics/**/*.ts', tests: 'test/core/statistics/**/*.test.ts' },
  signatures: { code: 'core/signatures/**/*.ts', tests: 'test/core/signatures/**/*.test.ts' },
  playbook: { code: 'core/playbook/**/*.ts', tests: 'test/core/playbook/**/*.test.ts' },
  verdicts: { code: 'core/{decide,next-step}.ts', tests: 'test/core/{decide,next-step,plan}*.test.ts' },
};

const args = process.argv.slice(2);
const firstOption = args.findIndex((one) => one.startsWith('-'));
const [wanted, options] =
  firstOption === -1 ? [args, []] : [args.slice(0, firstOption), args.slice(firstOption)];

let found = false;
for (const [name, { code, tests }] of Object.entries(groups)) {
  const files = globSync(code).filter(
    (file) => wanted.length === 0 || wanted.some((path) => file.startsWith(path)),
  );
  if (files.length === 0) continue;
  found = true;
  const { status } = spawnSync('stryker', ['run', '--mutate', files.join(), ...options], {
    stdio: 'inherit',
    env: { ...process.env, MUTATION_GROUP: name, MUTATION_TESTS: tests },
  });
  if (status !== 0) process.exitCode = 1;
}
if (!found) {
  process.stderr.write(`no code that judges: ${wanted.join(', ')}\n`);
  process.exitCode = 1;
}
