import { spawn } from 'node:child_process';
import { Cannot } from './cannot.ts';

/** What a program of the image printed, and how it ended. */
export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** `null` where a signal ended it. */
  readonly code: number | null;
  /** It was ended by us: too slow, too much to say, or the probe must end. */
  readonly cutOff: boolean;
}

/** Bytes that are kept of what a tool prints. */
const mostOutput = 1_000_000;
/** Where tools are looked for when the environment does not say. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Runs a program without a shell, for at most `timeout` milliseconds. Throws Cannot where it is not in the image or may
 * not be started.
 */
export function runTool(
  command: string,
  args: readonly string[],
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<ToolOutput> {
  return new Promise((resolve, reject) => {
    const child = start(command, args);
    const said = { stdout: '', stderr: '' };
    let cutOff = false;
    const end = (): void => {
      cutOff = true;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(end, timeout);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        if (said[stream].length + text.length > mostOutput) end();
        else said[stream] += text;
      });
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(whyNot(command, error));
    });
    child.once('close', (code) => {
      settle();
      resolve({ ...said, code, cutOff });
    });
  });
}

function start(command: string, args: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? usualPath, LC_ALL: 'C' };
  try {
    return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  } catch (error) {
    // EPERM is thrown, where ENOENT is an event.
    throw whyNot(command, error as NodeJS.ErrnoException);
  }
}

function whyNot(command: string, { code, message }: NodeJS.ErrnoException): Error {
  if (code === 'ENOENT') return new Cannot('not-enabled', `${command} is not in this image`);
  if (code === 'EPERM' || code === 'EACCES')
    return new Cannot('not-enabled', `${command} may not be started here (${code}): it needs CAP_NET_RAW`);
  return new Cannot('crashed', `${command} could not be started: ${message}`);
}
