import { loadavg } from 'node:os';
import { buildTopology } from '../../lab/net/build-topology.ts';
import { openSandbox } from '../../lab/net/sandbox.ts';
import { inTurn } from './in-turn.ts';
import { costRows } from './probes-cost.ts';
import { delayRow, median } from './probes-delay.ts';
import { lossCases, lossRow } from './probes-loss.ts';
import { placeIn, type Place } from './probes-place.ts';
import { benchProbeStart } from './probes-start.ts';
import { armsRow, serveTls } from './probes-proxy.ts';

const ext = '203.0.113.10';
const topology = {
  nodes: [{ name: 'n1', ip: '10.0.0.11', podCidr: '10.244.1.0/24' }],
  pods: [{ name: 'p11', node: 'n1', ip: '10.244.1.11' }],
  hosts: [{ name: 'ext', ip: ext }],
};

/**
 * `npm run bench -- probes [runs]`: whether probes measure what is there, with the kernel's own faults in the way, and
 * what they cost. The times are those of an idle machine.
 */
export async function benchProbes(runs: number): Promise<boolean> {
  const sandbox = await openSandbox();
  const failures: string[] = [];
  try {
    await buildTopology(sandbox, topology);
    const place = await placeIn(sandbox);
    print(`Load of the machine at the beginning: ${loadavg()[0]?.toFixed(1)}`);
    failures.push(...(await benchLoss(place, runs)));
    failures.push(...(await benchProxy(place)));
    failures.push(...(await benchDelay(place)));
    failures.push(...(await benchCost()));
    failures.push(...(await benchProbeStart(20)));
    print(`\nLoad of the machine at the end: ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    await sandbox.close();
  }
  for (const failure of failures) print(`✗ ${failure}`);
  return failures.length === 0;
}

/** Of these runs the interval holds the true share. */
const leastCovered = 0.95;

async function benchLoss(place: Place, runs: number): Promise<string[]> {
  print(
    '\nThe share of lost SYNs by the attempts that took 0.9 s or failed: runs whose 95 % interval holds it',
  );
  print('     lost    runs  attempts   covered      mean');
  const failures: string[] = [];
  const started = performance.now();
  for (const { share, attempts } of lossCases) {
    // By chance a hundred good runs miss the bound, too: a second hundred decides.
    for (const go of [1, 2]) {
      const row = await lossRow(place, ext, {
        share,
        attempts,
        runs: share === 0 ? Math.ceil(runs / 5) : runs,
      });
      const mean = percent(row.late / row.attempts, 2);
      const columns = [row.runs, attempts, row.covered].map((value) => String(value).padStart(9)).join('');
      print(`${percent(share, 1).padStart(9)}${columns}${mean.padStart(11)}`);
      const isMissed = share === 0 ? row.late > 0 : row.covered < leastCovered * row.runs;
      if (!isMissed) break;
      if (go === 2) failures.push(`the interval of ${percent(share, 0)} SYN loss`);
    }
  }
  print(`  in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return failures;
}

const proxyRuns = 20;
const handshakes = 400;

async function benchProxy(place: Place): Promise<string[]> {
  await serveTls(place);
  print(
    `\nHandshakes through a proxy against those past it, ${handshakes} each: told as worse at 99 % confidence`,
  );
  print('   broken    runs     worse  failed through, past it (means)');
  const failures: string[] = [];
  for (const { share, runs } of [
    { share: 0.05, runs: proxyRuns },
    { share: 0, runs: proxyRuns / 4 },
  ]) {
    const rows = await inTurn(1, runs, (index) =>
      armsRow(place, ext, { share, handshakes, seed: 100 * (share === 0 ? 1 : 2) + index }),
    );
    const worse = rows.filter((row) => row.isWorse).length;
    const failed = (arm: 'proxied' | 'direct'): string =>
      (sum(rows.map((row) => row[arm].failed)) / runs).toFixed(1);
    print(
      `${percent(share, 1).padStart(9)}${String(runs).padStart(8)}${String(worse).padStart(10)}  ${failed('proxied')}, ${failed('direct')}`,
    );
    if (worse !== (share === 0 ? 0 : runs))
      failures.push(`a proxy that breaks ${percent(share, 0)} of handshakes`);
  }
  return failures;
}

/** Milliseconds. */
const delays = [0, 5, 20, 100];
const mostError = 1;

async function benchDelay(place: Place): Promise<string[]> {
  print('\nThe time to the first byte against the clock of the server that kept it back, in ms (medians)');
  print('    delay     server    prober     error');
  const failures: string[] = [];
  for (const delay of delays) {
    const row = await delayRow(place, ext, { delay, attempts: delay < 100 ? 200 : 50 });
    const columns = [row.server, row.prober, row.error]
      .map((value) => value.toFixed(2).padStart(10))
      .join('');
    print(`${String(delay).padStart(9)} ${columns}`);
    if (!(Math.abs(row.error) < mostError)) failures.push(`the error of a time of ${delay} ms`);
  }
  return failures;
}

const mostReady = 200;
const mostMegabytes = 150;

async function benchCost(): Promise<string[]> {
  const { ready, connects, failed, megabytes, seconds } = await costRows(20, 10_000);
  const middle = median(ready);
  print(
    `\nFrom the start of the program until it is ready: ${middle} ms (${ready[0]} to ${ready.at(-1)}), < ${mostReady}`,
  );
  print(
    `${connects} connects in one probe: ${megabytes.toFixed(0)} MB, < ${mostMegabytes}; ${failed} failed; ${seconds.toFixed(1)} s`,
  );
  return [
    ...(middle < mostReady ? [] : ['the time until a prober is ready']),
    ...(megabytes < mostMegabytes && connects === 10_000 && failed === 0
      ? []
      : ['the cost of 10,000 connects']),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
