/**
 * Connects from source ports that its twin in another pod takes as well, at the very same instants: so two new connections
 * want the same translated port at once, which happens by chance where many pods call one far end. A connection that
 * stands is reset at once. Ends by itself, so that it cannot be forgotten.
 * TO           as in `203.0.113.10:7000`
 * RATE         connections a second (10)
 * PHASE        when in the time between two of them, from 0 to 1, as others do the same on this processor (0)
 * SWEEP        `yes` for one of the two: it is early and late by turns, by some µs, to meet the other
 * CPU          the number of the processor it runs on, not the other's: packets race on two only (any)
 * SECONDS      until it ends (900)
 * NAME, OTLP   where given, each connect is a span `tcp.connect` of that service
 */
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../support/now.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const [host = '', port = ''] = settings.text('TO').split(':');
const every = 1_000_000_000n / BigInt(settings.number('RATE', 10));
const phase = BigInt(Math.round(Number(every) * settings.number('PHASE', 0)));
const endsAt = performance.now() + settings.number('SECONDS', 900) * 1000;
const sweeps = settings.text('SWEEP', 'no') === 'yes';
const collector = settings.optional('OTLP');

/** In the range that Linux hands out itself. */
const ports = { first: 40_000n, count: 20_000n };
/** How far the sweep goes to each side, in steps of so many nanoseconds. */
const sweep = { steps: 6n, size: 2000n };
/** Milliseconds before the instant from which it waits in a loop: timers are not that exact. */
const awake = 1.5;

const record = collector === undefined ? undefined : await recorder(collector);

async function recorder(url: string): Promise<(startedAt: number, error: string | undefined) => void> {
  // It takes a while to load, and most do without.
  const { endSpan, tracing } = await import('../support/tracing.ts');
  const startSpan = tracing(settings.text('NAME'), url);
  return (startedAt, error) => endSpan(startSpan('tcp.connect', { startedAt }), error);
}

function attempt(localPort: number): void {
  const startedAt = now();
  const socket = connect({ host, port: Number(port), localPort });
  socket.once('connect', () => {
    record?.(startedAt, undefined);
    socket.resetAndDestroy();
  });
  socket.on('error', (error) => record?.(startedAt, error.message));
}

/**
 * On a busy machine both would have to wait for their turn, and hardly ever for the same: real-time processes (sched(7))
 * do not, and these want 2 ms at a time. Without root it is left.
 */
function takePrecedence(): void {
  const pid = String(process.pid);
  const cpu = settings.optional('CPU');
  if (cpu !== undefined) spawnSync('taskset', ['--cpu-list', '--pid', cpu, pid]);
  spawnSync('chrt', ['--fifo', '--pid', '1', pid]);
}

takePrecedence();
ready();
while (performance.now() < endsAt) {
  // Both count from the start of the machine.
  const nth = (process.hrtime.bigint() - phase) / every + 1n;
  const shift = sweeps ? ((nth % (2n * sweep.steps + 1n)) - sweep.steps) * sweep.size : 0n;
  const due = nth * every + phase + shift;
  const left = Number(due - process.hrtime.bigint()) / 1e6;
  if (left > awake) await sleep(left - awake);
  while (process.hrtime.bigint() < due);
  attempt(Number(ports.first + (nth % ports.count)));
  // So that it is not the same instant again, if this one came early.
  await sleep(1);
}
