/**
 * Mutation testing of the code that judges: does a test fail when the code is changed? `npm run mutation`, or
 * `npm run mutation -- --mutate core/decide.ts` for one file. It works on a copy below coverage/ and leaves its report there.
 */
export default {
  mutate: [
    'core/decide.ts',
    'core/next-step.ts',
    'core/statistics.ts',
    'core/statistics/**/*.ts',
    'core/signatures.ts',
    'core/signatures/**/*.ts',
    'core/playbook/**/*.ts',
  ],
  thresholds: { high: 90, low: 85, break: 85 },

  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    config: {
      // Every mutant loads the test files that reach it anew: what needs a server or draws hundreds of examples is left out.
      testMatch: [
        '<rootDir>/test/core/{decide,next-step,plan}*.test.ts',
        '<rootDir>/test/core/{statistics,signatures}*.test.ts',
        '<rootDir>/test/core/{playbook,statistics,signatures}/**/*.test.ts',
      ],
    },
  },
  coverageAnalysis: 'perTest',
  // Tables and patterns that are built once, at import: no test can be told to cover them, so each would cost a whole run.
  ignoreStatic: true,

  ignorePatterns: [
    '/*',
    '!/core',
    '!/test',
    '!/playbooks',
    '!/package.json',
    '!/tsconfig.json',
    '!/jest.config.ts',
  ],
  tempDirName: 'coverage/mutation-sandbox',
  reporters: ['progress', 'clear-text', 'html'],
  htmlReporter: { fileName: 'coverage/mutation.html' },
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
};
