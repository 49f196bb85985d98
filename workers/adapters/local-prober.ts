import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { LocalProber } from '../probes/ports.ts';

const program = join(import.meta.dirname, '../../prober/main.ts');
/** What it prints beyond this is cut off: 20,000 attempts take about 6 MB. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Runs the prober as a child of this process, and tells what it prints at once to who wants to know. It ends at its own
 * deadline, and when nobody reads its output any more.
 */
export function createLocalProber(heard: (text: string) => void = () => undefined): LocalProber {
  return {
    run: (task, signal) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, task], {
          stdio: ['ignore', 'pipe', 'pipe'],
          // None of the worker's secrets, and nothing that would make Node start otherwise.
          env: { PATH: process.env['PATH'] },
        });
        let text = '';
        const keep = (chunk: string): void => {
          if (text.length < mostBytes) text += chunk;
          heard(chunk);
        };
        child.stdout.setEncoding('utf8').on('data', keep);
        child.stderr.setEncoding('utf8').on('data', keep);
        const stop = (): void => void child.kill('SIGTERM');
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
        child.once('error', reject);
        child.once('close', () => {
          signal.removeEventListener('abort', stop);
          resolve(text);
        });
      }),
  };
}
