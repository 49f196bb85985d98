import { afterEach, expect } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { closedPort } from '../../prober/support/listen.ts';

const folder = join(import.meta.dirname, '../../../lab/apps/programs');

type Settings = Readonly<Record<string, string | number>>;

/** Starts programs of the lab; they are told to end after each test, and have to do so at once. */
export function programsOfTests(): (name: string, settings: Settings) => Promise<ChildProcess> {
  const running: ChildProcess[] = [];
  afterEach(async () => {
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running.splice(0)) child.kill('SIGTERM');
    for (const end of await Promise.all(ended)) expect(end).toEqual([null, 'SIGTERM']);
  });
  return async (name, settings) => {
    const env = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]));
    const path = join(folder, `${name}.ts`);
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path], { env });
    running.push(child);
    child.stderr.pipe(process.stderr);
    await untilReady(child);
    return child;
  };
}

export async function untilReady(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('Its output is not heard');
  expect(await once(createInterface(child.stdout), 'line')).toEqual(['ready']);
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  return (await closedPort()).port;
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

export async function get(url: string): Promise<Answered> {
  const started = performance.now();
  const answer = await fetch(url, { headers: { connection: 'close' } });
  const body = await answer.text();
  return { status: answer.status, body, ms: performance.now() - started };
}

/** The sum of the series of a metric that have these labels. */
export function sumOf(exposition: string, name: string, labels: Readonly<Record<string, string>> = {}) {
  return exposition
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Waits until it holds. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${what}; ${JSON.stringify(seen)}`);
    await pause(20);
  }
}
