import type { Fault } from '../../lab/faults/fault.ts';
import { canSandbox } from '../../lab/net/can-sandbox.ts';
import { NotInTime } from '../../lab/until.ts';
import { startLab, type LabOptions, type RunningLab } from '../../lab/start-lab.ts';
import { NotInstalled } from '../../sim/world/processes.ts';
import { CliError, Interrupted } from '../error.ts';

/** A lab that is to be broken so. */
export function settingsFor(faults: readonly Fault[]): LabOptions {
  const calls = faults.find((fault) => fault.calls !== undefined)?.calls;
  return calls === undefined ? {} : { calls };
}

/**
 * Starts the lab, or says what this machine lacks. Interrupted before it is up, it ends as a killed one does: with this
 * process.
 */
export async function openLab(
  interrupted: Promise<'interrupted'>,
  options: LabOptions = {},
): Promise<RunningLab> {
  if (process.getuid?.() !== 0)
    throw new CliError(
      'The lab needs root: it makes network namespaces and starts programs as other users.',
      1,
    );
  const why = canSandbox();
  if (why !== undefined) throw new CliError(`The lab cannot run here: ${why}`, 1);
  try {
    const lab = await Promise.race([startLab({ waiting: sayWaiting, ...options }), interrupted]);
    if (lab === 'interrupted') throw new Interrupted();
    return lab;
  } catch (error) {
    if (error instanceof NotInstalled) throw new CliError(error.message, 1, { cause: error });
    if (error instanceof NotInTime) throw new CliError(sayNotInTime(error), 1, { cause: error });
    throw error;
  }
}

export function sayNotInTime({ message }: NotInTime): string {
  return `The lab did not become what was waited for: ${message}. The machine may be busy, or one fault may hide another.`;
}

function sayWaiting(): void {
  process.stderr.write('As many labs are up as this machine has cores; waiting for one to end…\n');
}
