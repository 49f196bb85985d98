import { describe, expect, it } from '@jest/globals';
import {
  longestDeadline,
  mostAtOnce,
  mostConnections,
  mostTargets,
  ProbeTask,
} from '../../core/probe-task.ts';
import { parseTask } from '../../prober/task.ts';
import { taskOf } from './support/prober.ts';

const target = { host: '10.0.0.1', port: 80 };
const targets = (count: number) => Array.from({ length: count }, () => target);

describe('the prober and the worker that sends the task draw the same lines', () => {
  it.each<[string, (count: number) => object, number]>([
    ['attempts', (attempts) => ({ attempts }), mostConnections],
    ['attempts at once', (concurrency) => ({ concurrency }), mostAtOnce],
    ['seconds', (deadline) => ({ deadline }), longestDeadline],
    ['targets', (count) => ({ targets: targets(count) }), mostTargets],
  ])('at %s', (_, change, most) => {
    const task = taskOf('tcp', [target]);
    const [allowed, refused] = [
      { ...task, ...change(most) },
      { ...task, ...change(most + 1) },
    ];
    expect(ProbeTask.safeParse(allowed).success).toBe(true);
    expect(() => parseTask(JSON.stringify(allowed))).not.toThrow();
    expect(ProbeTask.safeParse(refused).success).toBe(false);
    expect(() => parseTask(JSON.stringify(refused))).toThrow(/^Unexpected/);
  });
});
