import { availableParallelism } from 'node:os';
import { startProcess } from '../../workers/support/lab.ts';
import { seed } from './support.ts';

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/**
 * `netcheck lab run` of these faults, each as somebody types it: a lab measures time, which it does better in a process of
 * its own. The first that is asked for begins them all, in order, as many at a time as labs can be up at once. Who asks a
 * second time gets another run.
 */
export function eachOnce(faults: readonly string[]): (fault: string) => Promise<Ended> {
  const waiting = [...faults];
  const begun = new Map<string, Promise<Ended>>();
  const begin = (fault: string | undefined): void => {
    if (fault === undefined) return;
    waiting.splice(waiting.indexOf(fault), 1);
    const running = run(fault);
    begun.set(fault, running);
    void running.then(() => begin(waiting[0]));
  };
  return async (fault) => {
    if (waiting.includes(fault)) begin(fault);
    while (faults.length - waiting.length < availableParallelism() && waiting.length > 0) begin(waiting[0]);
    const running = begun.get(fault) ?? run(fault);
    begun.delete(fault);
    return running;
  };
}

async function run(fault: string): Promise<Ended> {
  const running = startProcess(['cli/netcheck.js', 'lab', 'run', fault, '--seed', String(seed)], {});
  const code = await running.exited;
  return { code, said: `${running.stdout()}${running.stderr()}` };
}
