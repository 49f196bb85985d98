import { PlaybookError } from '../../platform/playbooks.ts';
import { NotInstalled } from '../../sim/world/processes.ts';
import { CliError, Interrupted } from '../error.ts';
import { untilInterrupted } from '../interrupt.ts';
import { isGood, sayResults, sum } from './say-results.ts';
import { only, readCauses, type CauseFile } from './sources.ts';
import { testCauses } from './test-causes.ts';

export interface TestFlags {
  readonly only?: string;
}

/** `netcheck playbooks test`: 1 where a case fails or a rule is left untested. */
export async function runPlaybookTests(path: string | undefined, flags: TestFlags): Promise<void> {
  const started = performance.now();
  const interrupted = new AbortController();
  void untilInterrupted().then(() => interrupted.abort(new Interrupted()));
  const causes = await read(path, flags);
  const results = await testCauses(causes, interrupted.signal).catch((error: unknown) => {
    if (error instanceof NotInstalled) throw new CliError(error.message, 1, { cause: error });
    throw error;
  });
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${sayResults(results)}\n${sum(results, seconds)}\n`);
  if (!results.every(isGood)) process.exitCode = 1;
}

async function read(path: string | undefined, flags: TestFlags): Promise<CauseFile[]> {
  try {
    const causes = await readCauses(path);
    return flags.only === undefined ? causes : only(flags.only, causes);
  } catch (error) {
    if (error instanceof PlaybookError) throw new CliError(error.message, 1, { cause: error });
    throw error;
  }
}
