/** Stryker, as scripts/mutation.ts runs it: on a copy below coverage/, where it leaves its reports, too. */
export default {
  thresholds: { high: 90, low: 85, break: 85 },

  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    enableFindRelatedTests: false,
    config: { roots: ['<rootDir>/scripts'], testMatch: ['<rootDir>/scripts/mutation-tests.ts'] },
  },
  coverageAnalysis: 'perTest',
  // Tables and patterns that are built once, at import: no test can be told to cover them, so each would cost a whole run.
  ignoreStatic: true,

  ignorePatterns: [
    '/*',
    '!/core',
    '!/platform',
    '!/playbooks',
    '!/scripts',
    '!/sim',
    '!/test',
    '!/workers',
    '!/package.json',
    '!/tsconfig.json',
    '!/jest.config.ts',
  ],
  tempDirName: 'coverage/mutation-sandbox',
  reporters: ['progress', 'clear-text', 'html'],
  htmlReporter: { fileName: `coverage/mutation/${process.env.MUTATION_GROUP ?? 'all'}.html` },
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
};
