import { availableParallelism } from 'node:os';
import { startProcess } from '../../workers/support/lab.ts';

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/**
 * `netcheck lab run` with these arguments, each as somebody types it: a lab measures time, which it does better in a process
 * of its own. The first that is asked for begins them all, in order, as many at a time as labs can be up at once. Who asks
 * a second time gets another run.
 */
export function eachOnce(runs: readonly string[]): (args: string) => Promise<Ended> {
  const waiting = [...runs];
  const begun = new Map<string, Promise<Ended>>();
  const begin = (args: string | undefined): void => {
    if (args === undefined) return;
    waiting.splice(waiting.indexOf(args), 1);
    const running = run(args);
    begun.set(args, running);
    void running.then(() => begin(waiting[0]));
  };
  return async (args) => {
    if (waiting.includes(args)) begin(args);
    while (runs.length - waiting.length < availableParallelism() && waiting.length > 0) begin(waiting[0]);
    const running = begun.get(args) ?? run(args);
    begun.delete(args);
    return running;
  };
}

async function run(args: string): Promise<Ended> {
  const running = startProcess(['cli/netcheck.js', 'lab', 'run', ...args.split(' ')], {});
  const code = await running.exited;
  return { code, said: `${running.stdout()}${running.stderr()}` };
}
