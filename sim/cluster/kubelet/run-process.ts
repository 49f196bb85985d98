import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './container-command.ts';
import type { ContainerProcess } from './run-containers.ts';

/** Runs a container's command to its end: its lines go to the log as they come, its code is the container's. */
export async function runProcess(
  { argv: [program = '', ...args], cwd, env, nested }: Command,
  { log, signal, killed }: Pick<ContainerProcess, 'log' | 'signal' | 'killed'>,
): Promise<number> {
  // A group of its own: a Ctrl-C at the terminal is not for it.
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  eachLine(child.stdout, log);
  eachLine(child.stderr, log);
  const send = (name: 'SIGTERM' | 'SIGKILL') => void deliver(child, nested, name);
  whenAborted(signal, () => send('SIGTERM'));
  whenAborted(killed, () => send('SIGKILL'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Where there is no pid namespace, what the process leaves behind holds its pipes: it goes first.
    child.once('exit', () => kill(-(child.pid ?? 0), 'SIGKILL'));
    child.once('close', (code, by) => resolve(code ?? 128 + constants.signals[by ?? 'SIGKILL']));
  });
}

function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}

/** A signal for the container's first process, as soon as there is one. */
async function deliver(child: ChildProcess, nested: boolean, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.pid === undefined) return;
  if (!nested) kill(child.pid, name);
  else if (name === 'SIGKILL') {
    const first = firstProcessBelow(child.pid);
    // The outer one first: it would make an exit code and a complaint of the inner one's end.
    kill(child.pid, name);
    if (first !== undefined) kill(first, name);
  } else await terminate(child, child.pid);
}

async function terminate(child: ChildProcess, pid: number): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const first = firstProcessBelow(pid);
    if (first !== undefined) {
      kill(first, 'SIGTERM');
      return;
    }
    await sleep(5);
  }
}

/** The container's process 1, once there is one. */
function firstProcessBelow(pid: number): number | undefined {
  for (let child = firstChildOf(pid); child !== undefined; child = firstChildOf(child))
    if (isFirst(child)) return child;
  return undefined;
}

/** Whether it is process 1 of its pid namespace: the last of its numbers, from the outermost namespace inwards. */
function isFirst(pid: number): boolean {
  try {
    return /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function firstChildOf(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  } catch {
    return undefined;
  }
}

/** Signals a process, or a group by its negative number; one that is gone has nothing to be told. */
function kill(pid: number, name: NodeJS.Signals): void {
  if (pid === 0) return;
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}

/** Calls for each line with its newline, and for what comes after the last one. */
function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(`${line}\n`);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
