import { sayCompared } from '../../core/remediation/say-outcome.ts';
import type { Fix } from '../../lab/approve.ts';
import { isRight, type Mistakes } from '../../lab/judge-run.ts';
import { runFaults, Unfit, type Run } from '../../lab/run.ts';
import { NotInTime } from '../../lab/until.ts';
import { CliError, Interrupted } from '../error.ts';
import { untilInterrupted } from '../interrupt.ts';
import { sayAsList, sayReport } from '../say.ts';
import { harmless, widthOf, wrap } from '../terminal.ts';
import { faultNamed, sizeNamed, textOrJson, wholeNumber } from './faults.ts';
import { openLab, sayNotInTime, settingsFor } from './open.ts';

export interface LabRunFlags {
  readonly seed: string;
  readonly size?: string;
  readonly also?: readonly string[];
  readonly fix?: true;
  readonly output: string;
}

/**
 * Breaks, asks, and says what was broken only after the verdict. Throws a CliError with exit 1 where that is wrong, or
 * where what netcheck proposes was to be made and did not help.
 */
export async function runLab(name: string, flags: LabRunFlags): Promise<void> {
  const faults = [name, ...(flags.also ?? [])].map(faultNamed);
  const seed = wholeNumber('--seed', flags.seed, 0, 2 ** 31);
  const size = flags.size === undefined ? undefined : sizeNamed(faults[0], flags.size);
  const output = textOrJson(flags.output);
  const interrupted = untilInterrupted();
  process.stderr.write('Building a cluster of network namespaces…\n');
  const startedAt = Date.now();
  const lab = await openLab(interrupted, settingsFor(faults));
  try {
    const building = (Date.now() - startedAt) / 1000;
    process.stderr.write(`Breaking it, and asking: /netcheck ${faults[0]?.ask ?? ''}\n`);
    const run = await Promise.race([
      runFaults(lab, faults, { seed, ...(size !== undefined && { size }), fix: flags.fix ?? false }),
      interrupted,
    ]);
    if (run === 'interrupted') throw new Interrupted();
    const right = isRight(run.mistakes);
    if (output === 'json') process.stdout.write(`${JSON.stringify({ ...run, right, building })}\n`);
    else process.stdout.write(`${sayRun(run, building)}\n`);
    if (!right) throw new CliError('netcheck is wrong.', 1);
    if (run.fix !== undefined && !isFixed(run.fix)) throw new CliError('It is not fixed.', 1);
  } catch (error) {
    if (error instanceof Unfit) throw new CliError(error.message, 1, { cause: error });
    if (error instanceof NotInTime) throw new CliError(sayNotInTime(error), 1, { cause: error });
    throw error;
  } finally {
    await lab.close();
  }
}

function sayRun(run: Run, building: number): string {
  const { report, said, mistakes, seconds, slowestLook, probes, connections } = run;
  return [
    sayReport(report, process.stdout),
    '',
    `Injected (seed ${run.seed}):`,
    ...said.map((one) => `- ${one}`),
    isRight(mistakes) ? sayRight(run) : sayMistakes(mistakes).join('\n'),
    `Building ${building.toFixed(1)} s, breaking ${seconds.injecting.toFixed(1)} s, conclusion ` +
      `${seconds.conclusion.toFixed(1)} s (longest look ${slowestLook.toFixed(1)} s), ` +
      `${probes} arms of probes, ${connections} attempts.`,
    ...(run.fix === undefined ? [] : ['', ...sayFix(run.fix)]),
  ].join('\n');
}

function isFixed(fix: Fix | 'none'): boolean {
  if (fix === 'none') return false;
  const { state } = fix.remediation;
  return state.step === 'verified' && state.outcome.kind === 'fixed';
}

/** What was changed in the cluster, and what the probes made of it. */
function sayFix(fix: Fix | 'none'): string[] {
  if (fix === 'none') return ['netcheck proposes no change.'];
  const { state } = fix.remediation;
  const compared = state.step === 'verified' ? sayCompared(state.outcome.compared) : [];
  return [
    ...('diff' in state ? [state.diff] : []),
    wrap(harmless(fix.said), widthOf(process.stdout)),
    ...sayAsList(compared, process.stdout),
  ];
}

/** Of what is too weak to prove nobody can ask more. */
function sayRight({ report: { conclusion }, faults }: Run): string {
  return conclusion.kind === 'narrowed' || conclusion.kind === 'inconclusive'
    ? `netcheck could not prove so little of ${faults.join(', ')}, did not rule it out, and accuses nothing.`
    : 'netcheck is right, and accuses nothing else.';
}

export function sayMistakes({ missed, cleared, accused, unnamed, notCleared }: Mistakes): string[] {
  return [
    ...(missed.length > 0 ? [`Not found: ${missed.join(', ')}.`] : []),
    ...(cleared.length > 0 ? [`Ruled out, though it is there: ${cleared.join(', ')}.`] : []),
    ...(accused.length > 0 ? [`Wrongly accused: ${accused.join(', ')}.`] : []),
    ...(unnamed.length > 0 ? [`Not named: ${unnamed.join(', ')}.`] : []),
    ...(notCleared ? ['Nothing is broken, and it does not say so.'] : []),
  ];
}
