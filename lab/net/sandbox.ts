import {
  execFile,
  spawn,
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  type StdioOptions,
} from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { canSandbox } from './can-sandbox.ts';
import { holderCommand, rootless } from './holder.ts';
import { pathOf, searchPath } from './programs.ts';
import { withOwnResolver } from './resolver.ts';

export interface Who {
  /** User and group inside; root where it is left out. Another one needs a sandbox of the machine's root. */
  readonly uid?: number;
  /** The folder it starts in; this process's own where it is left out. */
  readonly cwd?: string;
}

export interface RunOptions extends Who {
  /** A network namespace made by `ip netns add`; the sandbox's own, with nothing but loopback, where it is left out. */
  readonly netns?: string;
  /** What it reads from standard input. */
  readonly input?: string;
}

export interface SpawnOptions extends Who {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdio?: StdioOptions;
}

/**
 * Network namespaces of one's own: nothing in them is reachable from outside, nothing of the machine's network changes,
 * and all of it, processes too, is gone when it is closed or when the process that opened it ends, however it ends.
 */
export interface Sandbox {
  /** What it printed. Throws with what it said on standard error when it fails. */
  run(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Starts a process that lives inside; `kill` signals that process, and its exit is the child's. */
  spawn(
    netns: string | undefined,
    argv: readonly string[],
    options?: SpawnOptions & { readonly stdio?: 'pipe' },
  ): ChildProcessWithoutNullStreams;
  spawn(netns: string | undefined, argv: readonly string[], options: SpawnOptions): ChildProcess;
  /** What to put before a command so that any process of this user starts it inside. */
  enter(netns: string | undefined, who?: Who): readonly string[];
  close(): Promise<void>;
}

const reapedWithinMs = 500;

/** Throws where the machine cannot make one, with what `canSandbox` says. */
export async function openSandbox(): Promise<Sandbox> {
  const [command, ...args] = holderCommand();
  // In a session of its own, out of reach of the terminal's Ctrl-C: it ends with us.
  const holder = spawn(command, args, { env: environment(), stdio: 'pipe', detached: true });
  const exited = new Promise<void>((resolve) => void holder.once('close', () => resolve()));
  const complaint = text(holder.stderr);
  holder.once('error', ignored).stdin.once('error', ignored);
  const [pid] = await Promise.race([once(createInterface(holder.stdout), 'line'), exited.then(() => [])]);
  if (pid === undefined) {
    throw new Error(canSandbox() ?? `The sandbox did not open: ${(await complaint).trim()}`);
  }
  let isOpen = true;
  const enter = (netns: string | undefined, who: Who = {}): readonly string[] => {
    if (!isOpen) throw new Error('The sandbox is closed');
    return prefix(Number(pid), netns, who);
  };
  return {
    enter,
    async run(argv, { netns, input = '', ...who } = {}) {
      return runToEnd(enter(netns, who), argv, input);
    },
    spawn: (netns: string | undefined, argv: readonly string[], options: SpawnOptions = {}) =>
      spawnInside([...enter(netns, options), ...argv], options),
    async close() {
      isOpen = false;
      holder.stdin.end();
      // By then all is dead, but the kernel holds the first process until whoever inherited one of the others has seen it.
      const enough = setTimeout(() => holder.kill('SIGKILL'), reapedWithinMs);
      await exited;
      clearTimeout(enough);
    },
  };
}

function environment(more: SpawnOptions['env'] = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: searchPath, ...more };
}

function ignored(): void {
  // That the holder is gone is seen by its end.
}

function prefix(
  pid: number,
  netns: string | undefined,
  { uid = 0, cwd = process.cwd() }: Who,
): readonly string[] {
  if (uid !== 0 && rootless) throw new Error(`Only root of the machine can start a process as user ${uid}`);
  const user = rootless ? ['--user', '--preserve-credentials'] : [];
  // A process in a pid namespace is a child of the nsenter that brought it there, and is to die with it.
  const tether = [pathOf('setpriv'), '--pdeathsig', 'KILL'];
  return [
    ...[pathOf('nsenter'), '--target', String(pid), ...user, '--net', '--mount', '--pid'],
    ...[`--wdns=${cwd}`, '--'],
    ...(netns === undefined ? [] : [pathOf('ip'), 'netns', 'exec', netns, ...withOwnResolver(netns)]),
    ...tether,
    ...(uid === 0 ? [] : ['--reuid', String(uid), '--regid', String(uid), '--clear-groups']),
    '--',
  ];
}

const execute = promisify(execFile);

async function runToEnd(inside: readonly string[], argv: readonly string[], input: string): Promise<string> {
  const [command = '', ...args] = [...inside, ...argv];
  const running = execute(command, args, { env: environment(), maxBuffer: 64 * 1024 * 1024 });
  // A command that does not read to the end says by its exit whether that was a mistake.
  running.child.stdin?.once('error', ignored).end(input);
  try {
    return (await running).stdout;
  } catch (cause) {
    const { stderr, message } = cause as Error & { readonly stderr: string };
    throw new Error(`${argv.join(' ')}: ${stderr.trim() || message}`, { cause });
  }
}

function spawnInside(
  [command = '', ...args]: readonly string[],
  { env, stdio = 'pipe' }: SpawnOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { env: environment(env), stdio }) as ChildProcessWithoutNullStreams;
  const killOutside = child.kill.bind(child);
  child.kill = (signal) => {
    const inside = firstChildOf(child.pid);
    return inside === undefined ? killOutside(signal) : process.kill(inside, signal);
  };
  return child;
}

/** nsenter waits for the one process it starts, and ends as that one does. */
function firstChildOf(pid: number | undefined): number | undefined {
  try {
    const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return first === '' ? undefined : Number(first);
  } catch {
    return undefined;
  }
}
