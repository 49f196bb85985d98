import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '../../..');
/** As the CLI's own: half the time until a worker is ready. */
const NODE_COMPILE_CACHE = join(root, 'node_modules/.cache/netcheck');

/** A netcheck process: workers/main.ts or the CLI, under the Node that runs the tests. */
export interface NetcheckProcess {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Its exit code, null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it at once, without a chance to clean up. */
  kill(): Promise<void>;
  /** Asks it to end, and waits. */
  stop(): Promise<number | null>;
}

const started = new Set<NetcheckProcess>();

export function startProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): NetcheckProcess {
  const [script = '', ...rest] = args;
  const child = spawn(process.execPath, [join(root, script), ...rest], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const code = await exited;
    started.delete(one);
    return code;
  };
  const one: NetcheckProcess = {
    child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    exited,
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
  started.add(one);
  return one;
}

/** Ends every process that a test left running. */
export async function killAll(): Promise<void> {
  await Promise.all([...started].map((one) => one.kill()));
}

/** Waits until something is there; a condition, not a length of time, decides. */
export async function eventually<T>(
  what: string,
  find: () => Promise<T | undefined> | T | undefined,
  withinMs: number,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(20);
  }
}

export interface Folder {
  /** A folder inside it. */
  folder(name: string): Promise<Folder>;
  write(name: string, text: string): Promise<string>;
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<Folder> {
  return folderAt(await mkdtemp(join(tmpdir(), 'netcheck-test-')));
}

function folderAt(path: string): Folder {
  return {
    path,
    async folder(name) {
      await mkdir(join(path, name), { recursive: true });
      return folderAt(join(path, name));
    },
    async write(name, text) {
      const file = join(path, name);
      // At once, as editors save: nobody reads half of it.
      await writeFile(`${file}.part`, text);
      await rename(`${file}.part`, file);
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
