import type { ProbeTask } from '../core/probe-task.ts';
import { Cannot } from './cannot.ts';
import { checkPort, parseHost } from './guard.ts';

/*
 * The worker sends what core/probe-task.ts allows; here is checked only what would make this program send
 * something wrong, too much of it, or for too long. The prober has no schema library: it starts fast.
 */

const most = {
  attempts: 20_000,
  concurrency: 1_000,
  timeout: 300,
  deadline: 900,
  targets: 500,
} as const;
/** Starts a second, whatever the task says. */
export const mostPerSecond = 2_000;

/** Throws Cannot with what is wrong. */
export function parseTask(text: string): ProbeTask {
  const task = fromJson(text);
  if ((task.version as unknown) !== 1)
    throw new Cannot('rejected', 'Unexpected version of the task, this prober knows version 1');
  within(task, 'attempts', 1, most.attempts);
  within(task, 'first', 0, Number.MAX_SAFE_INTEGER);
  within(task, 'concurrency', 1, most.concurrency);
  within(task, 'pace', 0, 60);
  within(task, 'timeout', 0.001, most.timeout);
  within(task, 'deadline', 0.001, most.deadline);
  if (!Array.isArray(task.targets) || task.targets.length > most.targets)
    throw new Cannot('rejected', `Unexpected targets, expected up to ${most.targets}`);
  for (const target of task.targets) {
    parseHost(target.host);
    if (target.port !== undefined) checkPort(target.port);
  }
  if (task.notAfter !== undefined && Date.now() > task.notAfter)
    throw new Cannot('rejected', 'it is too late to begin: nobody waits for this probe any more');
  if (typeof task.options !== 'object') throw new Cannot('rejected', 'Unexpected end, expected options');
  return task;
}

function fromJson(text: string): ProbeTask {
  try {
    return JSON.parse(text) as ProbeTask;
  } catch {
    throw new Cannot('rejected', 'Unexpected task, expected one JSON object');
  }
}

function within(
  task: ProbeTask,
  name: 'attempts' | 'first' | 'concurrency' | 'pace' | 'timeout' | 'deadline',
  least: number,
  largest: number,
): void {
  const value: unknown = task[name];
  if (typeof value !== 'number' || !(value >= least && value <= largest))
    throw new Cannot(
      'rejected',
      `Unexpected ${name} ${JSON.stringify(value)}, expected ${least} to ${largest}`,
    );
}
