import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 60_000,
  // Most tests wait, for processes or for the network: a small machine can bear two at once.
  maxWorkers: 2,
  // Modules of the ECMAScript kind are never given back: the collector would have more and more to go through.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/test/support/sequencer.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/second-try.ts'],
  reporters: ['default', '<rootDir>/test/support/summary-reporter.ts'],
};

export default config;
