import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly port: number;
  /** Where it keeps its data. */
  readonly dir: string;
  /** Ends the process and, if this module made it, removes its directory. */
  readonly close: () => Promise<void>;
}

const readyWithinMs = 20_000;
const endsWithinMs = 5_000;
const pollMs = 20;
const attemptsToFindAPort = 3;

/** Debian keeps some daemons where an ordinary user's PATH does not look. */
const moreFolders = ['/usr/sbin', '/sbin'];

/** A program that this machine lacks, and how to get it. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

export async function findBinary(name: string, debianPackage: string): Promise<string> {
  const path = process.env['PATH'] ?? '';
  for (const folder of [...path.split(delimiter), ...moreFolders]) {
    const candidate = join(folder, name);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      continue;
    }
  }
  throw new NotInstalled(`${name} is not installed; install: apt-get install ${debianPackage}`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('The system gave no TCP port');
  }
  return address.port;
}

class PortTaken extends Error {}

interface Launch {
  readonly binary: string;
  readonly args: (port: number, dir: string) => readonly string[];
  readonly isReady: (port: number) => Promise<boolean>;
  readonly port: number | undefined;
  readonly dir: string;
  readonly release: () => Promise<void>;
}

/** A private directory, unless the caller has one to keep. */
export async function privateDir(
  name: string,
  given: string | undefined,
): Promise<Pick<Launch, 'dir' | 'release'>> {
  if (given !== undefined) {
    return { dir: given, release: () => Promise.resolve() };
  }
  const dir = await mkdtemp(join(tmpdir(), `netcheck-${name}-`));
  return { dir, release: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }) };
}

export async function launch(what: Launch): Promise<RunningProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launchOnce(what, what.port ?? (await freePort()));
    } catch (error) {
      const again = error instanceof PortTaken && what.port === undefined && attempt < attemptsToFindAPort;
      if (!again) {
        await what.release();
        throw error;
      }
    }
  }
}

async function launchOnce(what: Launch, port: number): Promise<RunningProcess> {
  const child = await spawnTethered(what.binary, what.args(port, what.dir), what.dir);
  const said = collectOutput(child);
  const exited = once(child, 'exit');
  const close = async (): Promise<void> => {
    await end(child, exited);
    await what.release();
  };
  const deadline = Date.now() + readyWithinMs;
  while (!(await what.isReady(port))) {
    if (hasEnded(child)) {
      const message = `${what.binary} ended before it was ready:\n${said()}`;
      throw /address already in use/i.test(said()) ? new PortTaken(message) : new Error(message);
    }
    if (Date.now() > deadline) {
      await end(child, exited);
      throw new Error(`${what.binary} was not ready after ${readyWithinMs / 1000} s:\n${said()}`);
    }
    await pause(pollMs);
  }
  if (child.pid === undefined) {
    throw new Error(`${what.binary} has no process id`);
  }
  return { pid: child.pid, port, dir: what.dir, close };
}

/**
 * Spawns a process that the kernel kills when this one ends, however it ends (`PR_SET_PDEATHSIG`, by util-linux's
 * setpriv, which then becomes the process). Elsewhere than on Linux only an orderly exit takes it along.
 */
async function spawnTethered(binary: string, args: readonly string[], cwd: string): Promise<ChildProcess> {
  const tether =
    process.platform === 'linux'
      ? [await findBinary('setpriv', 'util-linux'), '--pdeathsig', 'KILL', '--']
      : [];
  const [command = binary, ...rest] = [...tether, binary, ...args];
  // In a process group of its own, out of reach of the terminal's Ctrl-C: we end it, after those who use it.
  const child = spawn(command, rest, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  await once(child, 'spawn');
  return child;
}

function collectOutput(child: ChildProcess): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-4000)));
  }
  return () => tail;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (hasEnded(child)) {
    return;
  }
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
  await exited;
  clearTimeout(force);
}

export interface RedisOptions {
  readonly port?: number;
  /** Kept after close, so that a second Redis can take over the data. */
  readonly dir?: string;
  /** Append-only file: survives a restart. */
  readonly aof?: boolean;
}

export async function startRedis(
  options: RedisOptions = {},
): Promise<RunningProcess & { readonly url: string }> {
  const binary = await findBinary('redis-server', 'redis-server');
  const aof = options.aof === true ? 'yes' : 'no';
  const redis = await launch({
    binary,
    ...(await privateDir('redis', options.dir)),
    port: options.port,
    args: (port, dir) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir],
      ...['--save', '', '--appendonly', aof, '--appendfsync', 'always'],
    ],
    isReady: answersPing,
  });
  return { ...redis, url: `redis://127.0.0.1:${redis.port}` };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const answer = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setEncoding('utf8').once('data', (text: string) => answer(text.startsWith('+PONG')));
    socket.once('error', () => answer(false)).once('close', () => answer(false));
  });
}
