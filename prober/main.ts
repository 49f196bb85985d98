import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeLine, ProbeSummary } from '../core/probe-task.ts';
import { Cannot } from './cannot.ts';
import { Guard } from './guard.ts';
import { watchTurns } from './held-up.ts';
import { loadKind } from './kinds/index.ts';
import { Output } from './output.ts';
import { Run } from './run.ts';
import { parseTask } from './task.ts';

/*
 * `node prober/main.ts '<task>'` makes one probe and prints JSON lines (see
 * core/probe-task.ts). It ends by itself: when it is done, at its deadline, or at SIGTERM, with what it has.
 */

/** Milliseconds that the rest may take when the end has come. */
const graceMs = 500;

const output = new Output(process.stdout);
const end = new AbortController();
process.once('SIGTERM', () => end.abort('stopped'));
process.once('SIGINT', () => end.abort('stopped'));
// Whoever reads has gone: nobody is left to probe for.
process.stdout.once('error', () => process.exit(1));

try {
  const task = parseTask(process.argv[2] ?? '');
  const guard = new Guard(task);
  setTimeout(() => end.abort('deadline'), task.deadline * 1000 - performance.now()).unref();
  // Should anything hang in spite of the signal.
  setTimeout(() => process.exit(1), task.deadline * 1000 + 2 * graceMs).unref();
  const probe = await loadKind(task.kind);
  output.write({ type: 'ready', ms: Math.round(performance.now()) });
  if (task.startAt !== undefined && task.startAt > Date.now())
    await sleep(task.startAt - Date.now(), undefined, { signal: end.signal }).catch(() => undefined);

  const run = new Run(task, guard, output, end.signal);
  const tellOfTurns = watchTurns();
  await Promise.race([probe(run), ended(end.signal)]);
  tellOfTurns(run);
  await finish(summaryOf(run), 0);
} catch (error) {
  const { reason, message } = error instanceof Cannot ? error : crash(error);
  await finish({ type: 'cannot', reason, detail: message }, 1);
}

function summaryOf(run: Run): ProbeSummary {
  return {
    type: 'summary',
    attempts: run.attempts,
    failed: run.failed,
    ended: end.signal.aborted ? (end.signal.reason === 'deadline' ? 'deadline' : 'stopped') : 'complete',
    notes: [...run.notes],
    facts: run.facts,
  };
}

/** Resolves a little after the end has come: what is finished by then is reported. */
async function ended(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  await sleep(graceMs / 2);
}

async function finish(line: ProbeLine, code: number): Promise<void> {
  output.write(line);
  await output.end();
  process.exit(code);
}

function crash(error: unknown): { reason: 'crashed'; message: string } {
  return {
    reason: 'crashed',
    message: `the prober crashed: ${error instanceof Error ? error.message : String(error)}`,
  };
}
