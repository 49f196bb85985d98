import type { Fault } from '../../lab/faults/fault.ts';
import { faults } from '../../lab/faults/index.ts';
import { runFaults, Unfit } from '../../lab/run.ts';
import { outcomeOf, tableOf, type Outcome } from '../../lab/table.ts';
import { CliError } from '../error.ts';
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
  for (const together of chosen) {
    for (let seed = from; seed < from + runs; seed++) {
      const outcome = await Promise.race([once(together, seed), interrupted]);
      if (outcome === 'interrupted') throw new CliError('Interrupted.', 1);
      if (outcome === undefined) break;
      outcomes.push(outcome);
      process.stderr.write(`${sayOutcome(outcome)}\n`);
    }
  }
  process.stdout.write(output === 'json' ? `${JSON.stringify(outcomes)}\n` : tableOf(outcomes));
  const wrong = outcomes.filter(({ right }) => !right).length;
  if (wrong > 0) throw new CliError(`${wrong} of ${outcomes.length} runs were not right.`, 1);
}

/** Nothing where this machine cannot do it, which is said. */
async function once(together: readonly Fault[], seed: number): Promise<Outcome | undefined> {
  const lab = await openLab(settingsFor(together));
  try {
    return outcomeOf(await runFaults(lab, together, { seed }));
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  } finally {
    await lab.close();
  }
}

function sayOutcome({ faults: names, seed, right, conclusion, summary }: Outcome): string {
  const verdict = right ? 'right' : 'WRONG';
  return `${names.join(' + ')} seed ${seed}: ${verdict} in ${conclusion.toFixed(1)} s: ${summary}`;
}
