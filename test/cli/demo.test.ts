import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  eventually,
  killAll,
  startProcess,
  temporaryFolder,
  type Folder,
  type NetcheckProcess,
} from '../workers/support/lab.ts';

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await killAll();
  await folder.remove();
});

/** A demo whose temporary files are all in one folder. */
async function startDemo(): Promise<NetcheckProcess> {
  const demo = startProcess(['cli/netcheck.js', 'demo', '--world', 'quiet', '--port', '0'], {
    TMPDIR: folder.path,
  });
  await eventually('the address of the page', () => /Open http:\S+/.exec(demo.stdout())?.[0], 30_000);
  return demo;
}

/** Processes of the system that work on the demo's files. */
function leftRunning(): string[] {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder.path));
}

describe('netcheck demo', () => {
  test('Ctrl-C ends everything and leaves nothing, however often it is pressed', async () => {
    const demo = await startDemo();
    expect(leftRunning()).not.toEqual([]);

    demo.child.kill('SIGINT');
    demo.child.kill('SIGINT');

    expect(await demo.exited).toBe(0);
    expect(leftRunning()).toEqual([]);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('killed, it leaves no process behind', async () => {
    const demo = await startDemo();
    demo.child.kill('SIGKILL');
    await eventually('the end of what it started', () => leftRunning().length === 0 || undefined, 10_000);
  });
});
