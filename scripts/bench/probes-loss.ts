import { proportionInterval } from '../../core/statistics/binomial.ts';
import { synLoss } from '../../lab/net/faults/drops.ts';
import { inTurn } from './in-turn.ts';
import { quietly, type Place } from './probes-place.ts';

/** How well connects tell the share of SYNs that are lost on the way. */
export interface LossRow {
  /** Of the SYNs, 0 to 1. */
  readonly share: number;
  readonly runs: number;
  /** In all runs. */
  readonly attempts: number;
  readonly late: number;
  /** Runs whose 95 % interval holds the share. */
  readonly covered: number;
}

/**
 * The attempts of a run. An exact interval holds the true share more often than its 95 %, by how much depends on their
 * number: these are good ones between 300 and 400 (99.1 %, 97.1 % and 96.2 % of runs), so that a hundred runs seldom miss
 * the bound by chance.
 */
export const lossCases = [
  { share: 0, attempts: 350 },
  { share: 0.01, attempts: 348 },
  { share: 0.05, attempts: 361 },
  { share: 0.3, attempts: 321 },
] as const;

/** Milliseconds. Linux sends a SYN again after 1 s: who had to wait this long, or failed, lost the first one. */
const lateAfter = 900;
const timeout = 1.2;
/** Few enough for two cores: a prober that waits for its turn must not look like a loss. */
const atOnce = 8;

/** Accepts whatever comes. A backlog that overflows would lose SYNs of its own. */
const acceptor = `
const server = require('node:net').createServer((socket) => socket.on('error', () => undefined).destroy());
server.listen({ port: JSON.parse(process.argv[1]), host: '0.0.0.0', backlog: 4096 }, () => console.log('ready'));
`;

/** Connects from the pod `p11` to the host `ext` by way of the node `n1`, which loses SYNs; each share has its own port. */
export async function lossRow(
  place: Place,
  to: string,
  { share, attempts, runs }: { readonly share: number; readonly attempts: number; readonly runs: number },
): Promise<LossRow> {
  const port = 9000 + Math.round(share * 100);
  const stop = await place.serve('ext', acceptor, port);
  const undo = share === 0 ? undefined : await synLoss(place.sandbox, 'n1', { share, port });
  const late = await inTurn(atOnce, runs, async () => {
    const made = await quietly(() =>
      place.probe('p11', {
        kind: 'tcp',
        targets: [{ host: to, port }],
        attempts,
        concurrency: attempts,
        timeout,
      }),
    );
    if (made.attempts.length !== attempts) throw new Error(`${made.attempts.length} of ${attempts} attempts`);
    return made.attempts.filter(({ ok, ms }) => !ok || ms >= lateAfter).length;
  });
  await undo?.();
  await stop();
  return {
    share,
    runs,
    attempts: runs * attempts,
    late: late.reduce((sum, one) => sum + one, 0),
    covered: late.filter((one) => holds(one, attempts, share)).length,
  };
}

function holds(late: number, attempts: number, share: number): boolean {
  const { low, high } = proportionInterval(late, attempts);
  return low <= share && share <= high;
}
