import { writeSync } from 'node:fs';
import type { AggregatedResult, Reporter } from '@jest/reporters';

/** Closes the run with one plain line, so that any CI can read the counts without knowing jest. */
export default class SummaryReporter implements Pick<Reporter, 'onRunComplete'> {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    // At exit, because jest's own summary comes after the other reporters.
    process.on('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
}
