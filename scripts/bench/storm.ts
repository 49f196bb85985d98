import { setTimeout as pause } from 'node:timers/promises';
import { stormAlerts, stormServices } from '../../sim/alerts/storm.ts';
import { startStormTown, type StormTown } from '../../sim/alerts/storm-town.ts';
import { isConcluded, threadsOf } from '../../sim/alerts/threads.ts';

const services = 40;
const alerts = 500;
/** The storm breaks loose over a minute, in so many gusts. */
const gusts = 20;
const gustEveryMs = 3000;
const patienceMs = 20 * 60_000;
const ackLimitMs = 300;

/**
 * A storm at Slack's own rate limits, through a real Alertmanager: whether every Service has one thread with its verdict,
 * and how soon a slash command is acknowledged meanwhile. True if all is as it should be.
 */
export async function benchStorm(): Promise<boolean> {
  const hit = stormServices(services);
  const town = await startStormTown({
    services: hit,
    rateScale: 1,
    grouping: { groupBy: ['alertname', 'namespace', 'service'], wait: 1, interval: 10, repeat: 60 },
  });
  try {
    const startedAt = Date.now();
    const asking = new AbortController();
    const acks = askMeanwhile(town, asking.signal);
    const all = stormAlerts(alerts, hit, startedAt);
    for (let gust = 0; gust < gusts; gust++) {
      const from = (gust * alerts) / gusts;
      await town.alertmanager.post(all.slice(from, from + alerts / gusts));
      await pause(gustEveryMs);
    }
    const isOver = (): boolean => threadsOf(town).filter(isConcluded).length >= services;
    while (!isOver() && Date.now() - startedAt < patienceMs) await pause(500);
    asking.abort();
    return report(town, await acks, Date.now() - startedAt);
  } finally {
    await town.close();
  }
}

/** Milliseconds until each slash command was acknowledged, in a channel of its own, one a second. */
async function askMeanwhile({ slack }: StormTown, signal: AbortSignal): Promise<readonly number[]> {
  const acks: number[] = [];
  while (!signal.aborted) {
    const outcome = await slack.control.command({
      user: 'U0ALICE',
      channel: 'ops',
      command: '/netcheck',
      text: 'status',
    });
    acks.push(outcome.ok ? outcome.ack_ms : Infinity);
    await pause(1000);
  }
  return acks;
}

function report(town: StormTown, acks: readonly number[], tookMs: number): boolean {
  const threads = threadsOf(town);
  const concluded = threads.filter(isConcluded).length;
  const calls = town.slack.control.journal();
  const limited = calls.filter(({ status }) => status === 429).length;
  const doubled = threads.filter(({ roles }) => new Set(roles).size !== roles.length).length;
  const sorted = [...acks].sort((a, b) => a - b);
  const [median = 0, worst = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  process.stdout.write(
    [
      `${alerts} alerts over ${services} services in ${(gusts * gustEveryMs) / 1000} s`,
      `threads                          ${threads.length}  (at most ${services})`,
      `with their verdict               ${concluded}`,
      `with a message twice             ${doubled}`,
      `all concluded after              ${(tookMs / 1000).toFixed(0)} s`,
      `calls that Slack held up (429)   ${limited} of ${calls.length}`,
      `slash command acknowledged       median ${Math.round(median)} ms, worst ${Math.round(worst)} ms of ${acks.length}  (< ${ackLimitMs} ms)`,
      '',
    ].join('\n'),
  );
  return threads.length === services && concluded === services && doubled === 0 && worst < ackLimitMs;
}
