import type { Fault } from '../../lab/faults/fault.ts';
import { faults } from '../../lab/faults/index.ts';
import { runFaults, Unfit } from '../../lab/run.ts';
import { outcomeOf, tableOf, type Outcome } from '../../lab/table.ts';
import { NotInTime } from '../../lab/until.ts';
import { CliError, Interrupted } from '../error.ts';
import { untilInterrupted } from '../interrupt.ts';
import { faultNamed, textOrJson, wholeNumber } from './faults.ts';
import { openLab, settingsFor } from './open.ts';

export interface LabBenchFlags {
  readonly runs: string;
  readonly only?: readonly string[];
  readonly from: string;
  readonly output: string;
}

/** Every run in a lab of its own, so that no run sees what another did. */
export async function benchLab(flags: LabBenchFlags): Promise<void> {
  const runs = wholeNumber('--runs', flags.runs, 1, 1000);
  const from = wholeNumber('--from', flags.from, 0, 2 ** 31);
  const output = textOrJson(flags.output);
  const chosen = flags.only?.map((one) => one.split('+').map(faultNamed)) ?? faults.map((one) => [one]);
  const interrupted = untilInterrupted();
  const outcomes: Outcome[] = [];
  let leftOut = 0;
  try {
    for (const together of chosen) {
      for (let seed = from; seed < from + runs; seed++) {
        const outcome = await once(together, seed, interrupted);
        if (outcome === 'unfit') break;
        if (outcome === 'left out') {
          leftOut++;
          continue;
        }
        outcomes.push(outcome);
        process.stderr.write(`${sayOutcome(outcome)}\n`);
      }
    }
  } finally {
    // However it ends: what was measured took its time.
    const said = output === 'json' ? `${JSON.stringify(outcomes)}\n` : tableOf(outcomes);
    if (outcomes.length > 0) process.stdout.write(said);
  }
  const wrong = outcomes.filter(({ right }) => !right).length;
  const more = leftOut === 0 ? '' : ` ${leftOut} more could not be made.`;
  if (wrong + leftOut > 0) {
    throw new CliError(`${wrong} of ${outcomes.length} runs were not right.${more}`, 1);
  }
}

/** Why there is no outcome is said: this machine cannot do the fault at all, or it did not come into force this time. */
async function once(
  together: readonly Fault[],
  seed: number,
  interrupted: Promise<'interrupted'>,
): Promise<Outcome | 'unfit' | 'left out'> {
  const lab = await openLab(interrupted, settingsFor(together));
  try {
    const run = await Promise.race([runFaults(lab, together, { seed }), interrupted]);
    if (run === 'interrupted') throw new Interrupted();
    return outcomeOf(run);
  } catch (error) {
    if (error instanceof Unfit) {
      process.stderr.write(`${error.message}\n`);
      return 'unfit';
    }
    if (!(error instanceof NotInTime)) throw error;
    const names = together.map(({ id }) => id);
    process.stderr.write(`${names.join(' + ')} seed ${seed}: left out: ${error.message}\n`);
    return 'left out';
  } finally {
    await lab.close();
  }
}

function sayOutcome({ faults: names, seed, right, conclusion, summary }: Outcome): string {
  const verdict = right ? 'right' : 'WRONG';
  return `${names.join(' + ')} seed ${seed}: ${verdict} in ${conclusion.toFixed(1)} s: ${summary}`;
}
