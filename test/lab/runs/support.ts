import { describe, expect, jest, test } from '@jest/globals';
import { writeSync } from 'node:fs';
import { faults } from '../../../lab/faults/index.ts';
import { canSandbox } from '../../../lab/net/can-sandbox.ts';
import { runFaults, Unfit } from '../../../lab/run.ts';
import { startLab } from '../../../lab/start-lab.ts';

/** A lab is built, broken and asked: half a minute, and as long again where two have to take turns. */
export const patienceMs = 240_000;
const seed = 7;

/** The machine's cores are shared with other tests: a run that did not get its turn measured the machine, and is repeated. */
jest.retryTimes(2, { logErrorsBeforeRetry: true });

/** Why somebody who is not root cannot start a whole lab; nothing for root. */
function unlessRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'starting programs as other users needs root';
}

/** Tests with a lab, which are left out, and said to be, where the machine cannot make one. */
export function unlessUnfit(name: string): typeof describe | typeof describe.skip {
  const why = canSandbox() ?? unlessRoot();
  if (why === undefined) return describe;
  writeSync(2, `LEFT OUT: ${name}: ${why}\n`);
  return describe.skip;
}

/** Each of these faults once, by id, in a lab of its own. Left out, and said so, where the machine cannot make one. */
export function describeRuns(name: string, ids: readonly string[]): void {
  unlessUnfit(name)(name, () => {
    test.each(ids)(
      'finds %s, and accuses nothing else',
      async (id) => {
        const fault = faults.find((one) => one.id === id);
        if (fault === undefined) throw new Error(`There is no fault ${id}`);
        const lab = await startLab();
        try {
          const { mistakes, report, said } = await runFaults(lab, [fault], { seed });
          const { summary } = report.conclusion;
          expect({ ...mistakes, said, summary }).toEqual({
            missed: [],
            cleared: [],
            accused: [],
            unnamed: [],
            notCleared: false,
            said,
            summary,
          });
        } catch (error) {
          if (!(error instanceof Unfit)) throw error;
          writeSync(2, `LEFT OUT: ${error.message}\n`);
        } finally {
          await lab.close();
        }
      },
      patienceMs,
    );
  });
}
