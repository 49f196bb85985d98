import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { ProbeTask } from '../../core/probe-task.ts';
import type { Sandbox, Who } from '../../lab/net/sandbox.ts';
import { readOutput, type ArmResult } from '../../workers/probes/output.ts';

/** Where probes are made: the namespaces of a sandbox. */
export interface Place {
  readonly sandbox: Sandbox;
  /** Runs the real prober to its end. Throws if it does not come to one, or cannot look. */
  probe(netns: string, task: Wish, who?: Who): Promise<ArmResult>;
  /** Starts a script of CommonJS that prints a line when it is ready, with one argument, in JSON; what is returned ends it. */
  serve(netns: string, script: string, argument: unknown, who?: Who): Promise<() => Promise<void>>;
}

/** A task, as far as it is not usual. */
export type Wish = Pick<ProbeTask, 'kind' | 'targets'> & Partial<ProbeTask>;

export function taskOf(wish: Wish): ProbeTask {
  return ProbeTask.parse({
    version: 1,
    attempts: 1,
    first: 0,
    pace: 0,
    concurrency: 1,
    timeout: 2,
    deadline: 60,
    refuse: [],
    allow: [],
    options: {},
    ...wish,
  });
}

/** How often a prober is run again. */
const mostAgain = 10;

/** Node and this repository where every user may read them, wherever they are. */
const node = '/run/probes/node';
const here = '/run/probes/netcheck';
const mounts = `
mkdir -p ${here} && touch ${node}
mount --bind "$1" ${node}
mount --bind "$2" ${here}
`;

export async function placeIn(sandbox: Sandbox): Promise<Place> {
  const root = new URL('../..', import.meta.url).pathname;
  await sandbox.run(['sh', '-ec', mounts, 'sh', process.execPath, root]);
  return {
    sandbox,
    async probe(netns, task, who) {
      const argv = [node, `${here}/prober/main.ts`, JSON.stringify(taskOf(task))];
      const [command = '', ...args] = [...sandbox.enter(netns, who), ...argv];
      const child = spawn(command, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
      const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
      const result = readOutput(said);
      if (result === undefined) throw new Error(`the prober did not come to its end: ${complaint}${said}`);
      return result;
    },
    async serve(netns, script, argument, who = {}) {
      const child = sandbox.spawn(netns, [node, '--eval', script, JSON.stringify(argument)], who);
      child.stderr.on('data', (said: Buffer) => process.stderr.write(said));
      const gone = once(child, 'exit');
      const isReady = await Promise.race([
        once(createInterface(child.stdout), 'line').then(() => true),
        gone.then(() => false),
      ]);
      if (!isReady) throw new Error(`a server in ${netns} ended`);
      return async () => {
        child.kill('SIGKILL');
        await gone;
      };
    },
  };
}

/** A prober that did not get its turn on the CPU measured the machine, and is run again. */
export async function quietly(probe: () => Promise<ArmResult>): Promise<ArmResult> {
  for (let again = 0; again < mostAgain; again++) {
    const result = await probe();
    if (result.summary.facts['held_up_ms'] === undefined) return result;
  }
  throw new Error(`the machine is too busy: a prober was held up ${mostAgain} times in a row`);
}
