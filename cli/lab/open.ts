import type { Fault } from '../../lab/faults/fault.ts';
import { canSandbox } from '../../lab/net/can-sandbox.ts';
import { startLab, type LabOptions, type RunningLab } from '../../lab/start-lab.ts';
import { NotInstalled } from '../../sim/world/processes.ts';
import { CliError } from '../error.ts';

/** A lab that is to be broken so. */
export function settingsFor(faults: readonly Fault[]): LabOptions {
  const calls = faults.find((fault) => fault.calls !== undefined)?.calls;
  return calls === undefined ? {} : { calls };
}

/** Starts the lab, or says what this machine lacks. */
export async function openLab(options: LabOptions = {}): Promise<RunningLab> {
  if (process.getuid?.() !== 0)
    throw new CliError(
      'The lab needs root: it makes network namespaces and starts programs as other users.',
      1,
    );
  const why = canSandbox();
  if (why !== undefined) throw new CliError(`The lab cannot run here: ${why}`, 1);
  try {
    return await startLab({ waiting: sayWaiting, ...options });
  } catch (error) {
    if (error instanceof NotInstalled) throw new CliError(error.message, 1, { cause: error });
    throw error;
  }
}

function sayWaiting(): void {
  process.stderr.write('As many labs are up as this machine has cores; waiting for one to end…\n');
}
