/**
 * Clients: requests at a steady rate, each by a connection of its own.
 * URL          as in `http://10.0.0.100/`
 * RATE         requests a second (100)
 * AT_ONCE      requests that may wait for their answer; while so many do, none are sent but counted as skipped (200)
 * TIMEOUT_MS   (15000)
 * STATS_PORT   what became of them, as JSON; also a line of it on standard output at SIGUSR2 (no port)
 */
import { createServer } from 'node:http';
import { exchange } from '../support/exchange.ts';
import { listen } from '../support/listen.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

const url = settings.text('URL');
const rate = settings.number('RATE', 100);
const atOnce = settings.number('AT_ONCE', 200);
const timeoutMs = settings.number('TIMEOUT_MS', 15_000);
const statsPort = settings.number('STATS_PORT', 0);

/** Upper ends in milliseconds. */
const buckets = [10, 100, 900, 2500, 5000, 10_000, Infinity];

const totals = {
  sent: 0,
  skipped: 0,
  waiting: 0,
  /** By status, or by error. */
  outcomes: {} as Record<string, number>,
  /** Answers that took at most so many milliseconds, and more than the one before. */
  answeredWithin: {} as Record<string, number>,
};

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

async function send(): Promise<void> {
  if (totals.waiting >= atOnce) {
    totals.skipped++;
    return;
  }
  totals.sent++;
  totals.waiting++;
  const { answer, error = '', startedAt, endedAt } = await exchange({ url, timeoutMs });
  totals.waiting--;
  count(totals.outcomes, answer === undefined ? error : String(answer.status));
  if (answer !== undefined)
    count(totals.answeredWithin, String(buckets.find((most) => endedAt - startedAt <= most)));
}

/** Steady in the long run, but in step with nothing. */
function goOn(dueAt: number): void {
  const next = dueAt + ((0.5 + Math.random()) * 1000) / rate;
  void send();
  // What was missed because this process was held up for long is not made up for.
  const now = performance.now();
  const at = Math.max(next, now - 1000);
  const wait = Math.max(1, at - now);
  setTimeout(() => {
    goOn(at);
  }, wait);
}

const said = (): string => `${JSON.stringify(totals)}\n`;
process.on('SIGUSR2', () => process.stdout.write(said()));
if (statsPort > 0) {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(said());
  });
  await listen(server, { port: statsPort });
}
goOn(performance.now());
ready();
