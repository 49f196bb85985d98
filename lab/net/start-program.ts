import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { Sandbox, Who } from './sandbox.ts';

/** A process inside that has said it is ready. */
export interface Program {
  /** Lines that it prints from now on. */
  onLine(listener: (line: string) => void): void;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Kills it, if it still runs, and waits for its end. */
  stop(): Promise<void>;
}

export interface ProgramOptions extends Who {
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Starts what prints a line `ready` when it is; throws with what it said if it ends before. */
export async function startProgram(
  sandbox: Sandbox,
  netns: string | undefined,
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<Program> {
  const child = sandbox.spawn(netns, argv, options);
  const lines = createInterface(child.stdout);
  let complaint = '';
  child.stderr.on('data', (said: Buffer) => {
    complaint = (complaint + said.toString()).slice(-4000);
  });
  const ended = endOf(child);
  const isReady = new Promise<true>((resolve) => {
    lines.on('line', (line) => {
      if (line === 'ready') resolve(true);
    });
  });
  const outcome = await Promise.race([isReady, ended]);
  if (outcome !== true) {
    // Its end may be known before its last words are.
    await finished(child.stderr);
    throw new Error(`${argv.join(' ')} ended (${outcome}) before it was ready: ${complaint.trim()}`);
  }
  return {
    onLine: (listener) => void lines.on('line', listener),
    ended,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? signal ?? 'SIGKILL';
}
