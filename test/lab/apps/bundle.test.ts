import { afterEach, beforeAll, afterAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bundleApps } from '../../../lab/apps/bundle.ts';
import { freePort, get, untilReady } from './support.ts';

let dir = '';
const running: ChildProcess[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'netcheck-apps-'));
  await bundleApps(dir);
});
afterEach(async () => {
  const ended = running.map((child) => once(child, 'exit'));
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await Promise.all(ended);
});
afterAll(() => rm(dir, { recursive: true }));

test('each program is one file that every user can read, beside a Node that every user can run', async () => {
  const programs = await readdir(join(import.meta.dirname, '../../../lab/apps/programs'));
  const files = [...programs.map((name) => `${basename(name, '.ts')}.mjs`), 'node'];
  expect((await readdir(dir)).sort()).toEqual(files.sort());
  const modes = await Promise.all(['.', ...files].map(async (name) => (await stat(join(dir, name))).mode));
  for (const mode of modes) expect(mode & 0o004).toBe(0o004);
  expect((await stat(dir)).mode & 0o001).toBe(0o001);
  expect((await stat(join(dir, 'node'))).mode & 0o001).toBe(0o001);
});

/** With packages in them: OpenTelemetry's, a CommonJS one, and one that is loaded late. */
test.each([
  { name: 'web', settings: (port: number) => ({ NAME: 'web', PORT: port }), path: '/' },
  { name: 'collector', settings: (port: number) => ({ PORT: 0, METRICS_PORT: port }), path: '/metrics' },
  { name: 'far-end', settings: (port: number) => ({ PORTS: `tls:0,http:${port}` }), path: '/' },
])('$name runs where nothing else is', async ({ name, settings, path }) => {
  const port = await freePort();
  const env = Object.fromEntries(Object.entries(settings(port)).map(([key, value]) => [key, String(value)]));
  const child = spawn(join(dir, 'node'), [`${name}.mjs`], { cwd: dir, env });
  child.stderr.pipe(process.stderr);
  running.push(child);
  await untilReady(child);
  expect((await get(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
});
