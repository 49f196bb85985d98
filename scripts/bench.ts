import { play, type Played } from '../sim/demo/play.ts';
import { startDemo } from '../sim/demo/start-demo.ts';
import { benchProbes } from './bench/probes.ts';
import { benchReasoning } from './bench/reasoning.ts';
import { benchStorm } from './bench/storm.ts';

/**
 * `npm run bench -- reasoning [trials]`: how often the reasoning is wrong. `npm run bench -- probes [runs]`: whether probes
 * measure what is there. `npm run bench -- storm`: 500 alerts over 40 Services in a minute, at Slack's own rate limits.
 * `npm run bench [runs]`: how long a person waits, over the whole path (Slack stand-in, Bolt, BullMQ, workers, Prometheus and
 * API server), at Slack's own rate limits. Prints medians.
 */
if (process.argv[2] === 'probes') process.exit((await benchProbes(Number(process.argv[3] ?? 100))) ? 0 : 1);
if (process.argv[2] === 'reasoning') process.exit(benchReasoning(Number(process.argv[3] ?? 10_000)) ? 0 : 1);
if (process.argv[2] === 'storm') process.exit((await benchStorm()) ? 0 : 1);

const runs = Number(process.argv[2] ?? 20);
const services = ['checkout', 'payments', 'catalog', 'inventory'];
const demo = await startDemo({ world: 'production' });
const played: Played[] = [];
try {
  await play(demo, '/netcheck catalog');
  for (let run = 0; run < runs; run++) {
    const service = services[run % services.length] ?? '';
    // Slack takes about one post a second in a channel: a channel of its own spares a run the posts of the one before.
    const { channel } = demo.slack.control.channel({ user: 'U0ALICE', name: `bench-${run}` });
    demo.slack.control.invite({ user: 'U0ALICE', channel: channel.id, users: [demo.slack.botUserId] });
    played.push(await play(demo, `/netcheck ${service}`, channel.id));
    process.stderr.write('.');
  }
} finally {
  await demo.close();
}
process.stderr.write('\n');

const rows = [
  { what: 'acknowledged', limit: '< 100 ms', values: played.map(({ ackMs }) => ackMs) },
  {
    what: 'first visible message',
    limit: '< 1000 ms',
    values: played.map(({ firstMessageMs }) => firstMessageMs),
  },
  { what: 'conclusion in the thread', limit: '', values: played.map(({ conclusionMs }) => conclusionMs) },
  {
    what: 'slowest single look',
    limit: '',
    values: played.map(({ report }) => report.timings.slowestEvidenceMs),
  },
  {
    what: 'conclusion beyond 1.5 × slowest look',
    limit: '≤ 1000 ms',
    values: played.map(({ conclusionMs, report }) => conclusionMs - 1.5 * report.timings.slowestEvidenceMs),
  },
];
process.stdout.write(`${played.length} runs; milliseconds\n`);
for (const { what, limit, values } of rows) {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, middle = 0, high = 0] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  const numbers = [low, middle, high].map((value) => String(Math.round(value)).padStart(7)).join('');
  process.stdout.write(`${what.padEnd(38)} min/median/max ${numbers}  ${limit}\n`);
}
