import { describe, expect, test } from '@jest/globals';
import { writeSync } from 'node:fs';
import type { Fault } from '../../../lab/faults/fault.ts';
import { faults } from '../../../lab/faults/index.ts';
import { canSandbox } from '../../../lab/net/can-sandbox.ts';
import { runFaults, Unfit } from '../../../lab/run.ts';
import { startLab } from '../../../lab/start-lab.ts';

/** A lab is built, broken and asked: half a minute, and as long again where two have to take turns. */
const patienceMs = 240_000;
const seed = 7;

/** Why somebody who is not root cannot start a whole lab; nothing for root. */
function unlessRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'starting programs as other users needs root';
}

/** Each of these faults once, in a lab of its own. Left out, and said so, where the machine cannot make one. */
export function describeRuns(name: string, isOneOf: (fault: Fault) => boolean): void {
  const why = canSandbox() ?? unlessRoot();
  if (why !== undefined) writeSync(2, `LEFT OUT: ${name}: ${why}\n`);
  (why === undefined ? describe : describe.skip)(name, () => {
    test.each(faults.filter(isOneOf).map((fault) => ({ fault, id: fault.id })))(
      'finds $id, and accuses nothing else',
      async ({ fault }) => {
        const lab = await startLab();
        try {
          const { mistakes, report, said } = await runFaults(lab, [fault], seed);
          const { summary } = report.conclusion;
          expect({ ...mistakes, said, summary }).toEqual({
            missed: [],
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
