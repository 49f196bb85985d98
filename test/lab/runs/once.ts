import { once } from 'node:events';
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
    const { saying, ended } = run(args);
    begun.set(args, ended);
    // While it takes its lab down, the next one loads.
    void Promise.race([saying, ended]).then(() => begin(waiting[0]));
  };
  return async (args) => {
    if (waiting.includes(args)) begin(args);
    while (runs.length - waiting.length < availableParallelism() && waiting.length > 0) begin(waiting[0]);
    const ended = begun.get(args) ?? run(args).ended;
    begun.delete(args);
    return ended;
  };
}

/** `saying` resolves when it begins to say what it found. */
function run(args: string): { readonly saying: Promise<unknown>; readonly ended: Promise<Ended> } {
  const running = startProcess(['cli/netcheck.js', 'lab', 'run', ...args.split(' ')], {});
  return {
    saying: once(running.child.stdout ?? running.child, 'data'),
    ended: running.exited.then((code) => ({ code, said: `${running.stdout()}${running.stderr()}` })),
  };
}
