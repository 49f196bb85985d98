import { describe, jest } from '@jest/globals';
import { writeSync } from 'node:fs';
import { canSandbox } from '../../../lab/net/can-sandbox.ts';

/** A lab is built, broken and asked: half a minute, and as long again where two have to take turns. */
export const patienceMs = 240_000;
/** Of faults that are neither small nor large. */
export const seed = 11;

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
