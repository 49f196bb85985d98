import { expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { Guard } from '../../prober/guard.ts';
import { Output } from '../../prober/output.ts';
import { Run } from '../../prober/run.ts';
import { taskOf } from './support/prober.ts';

const attempts = 50;

async function order(options: { readonly burst?: number }): Promise<readonly string[]> {
  const task = taskOf('tcp', [{ host: '192.0.2.1', port: 1 }], { attempts, concurrency: attempts, options });
  const output = new Output(new PassThrough());
  const seen: string[] = [];
  const { signal } = new AbortController();
  const run = new Run(task, new Guard(task), output, signal, performance.now());
  await run.each(async ({ index }) => {
    const started = performance.now();
    // To begin takes longer than the pace allows: from now on everything is due.
    while (performance.now() - started < 2);
    seen.push(`begun ${index}`);
    await turn();
    seen.push(`ended ${index}`);
    return { ok: true, ms: performance.now() - started, phases: {} };
  });
  await output.end();
  return seen;
}

it('hears of attempts while it begins others, however far behind it is', async () => {
  const seen = await order({});
  const before = seen.slice(0, seen.indexOf(`begun ${attempts - 1}`));
  expect(before.filter((one) => one.startsWith('ended')).length).toBeGreaterThan(attempts - 4);
});

it('begins a burst without a pause', async () => {
  const seen = await order({ burst: 10 });
  expect(seen.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, index) => `begun ${index}`));
  expect(seen.indexOf('ended 0')).toBeLessThan(seen.indexOf('begun 20'));
});
