import { writeSync } from 'node:fs';
import type { AggregatedResult, Reporter } from '@jest/reporters';

/** Closes the run with one plain line, so that any CI can read the counts without knowing jest. */
export default class SummaryReporter implements Pick<Reporter, 'onRunComplete'> {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    const again = triedAgain(results).map((name) => `PASSED ONLY WHEN TRIED AGAIN: ${name}\n`);
    const counts = `${results.numPassedTests} passed, ${failed} failed${skipped}\n`;
    // At exit, because jest's own summary comes after the other reporters.
    process.on('exit', () => writeSync(1, again.join('') + counts));
  }
}

function triedAgain({ testResults }: AggregatedResult): readonly string[] {
  return testResults
    .flatMap((file) => file.testResults)
    .filter(({ status, invocations = 1 }) => status === 'passed' && invocations > 1)
    .map(({ fullName }) => fullName);
}
