import type { ProbeTarget } from '../../core/probe-task.ts';
import { Cannot } from '../cannot.ts';
import { connect } from '../connect.ts';
import { narrow, patternOf, type Pattern, type PortTried } from '../port-boundary.ts';
import { PortOrder, upperHalf, type Ports } from '../port-order.ts';
import { nameOf, type Attempt, type Outcome, type Run } from '../run.ts';

const usualPorts: Ports = [1024, 65_535];
/** Connects of the search for boundaries. */
const mostConnects = 60;
/** Their numbers: beyond those of any attempt, as a second run goes on where the first ended. */
const firstOfSearch = 1_000_000;
/** Ports that are in use and skipped, before it is said that none can be had. */
const mostSkipped = 50;

/** What it says when the port is taken: by a listener, or by a connection to the same far end. */
const inUse = ['EADDRINUSE', 'EADDRNOTAVAIL'];

/**
 * Connects from chosen source ports. A filter between here and there that lets only some ports through fails the same
 * ports every time (no connect is late: its SYNs are all sent from the same port), and it has an exact boundary.
 */
export async function probe(run: Run): Promise<void> {
  const { ports = usualPorts, boundary = true, proxied = false } = run.task.options;
  if (proxied)
    throw new Cannot(
      'not-enabled',
      'behind a sidecar the far end sees the source port of the sidecar, not ours',
    );
  if (ports[0] > ports[1]) throw new Cannot('rejected', `Unexpected ports ${ports[0]}-${ports[1]}`);
  const order = new PortOrder(ports);
  const tried: PortTried[][] = run.task.targets.map(() => []);
  await run.each(async (attempt) => {
    const { length } = run.task.targets;
    // Every target gets the same ports, in the same order.
    const turn = Math.floor((run.task.first + attempt.index) / length);
    const { outcome, port } = await connectFromFree(run, attempt, order, turn);
    tried[attempt.index % length]?.push({ port, ok: outcome.ok });
    return { ...outcome, labels: { ...outcome.labels, range: rangeOf(port), source_port: String(port) } };
  });
  run.notes.add(
    'a NAT on the way may choose other source ports than ours; on the node itself there is the least of it',
  );
  if (boundary) await seekBoundary(run, tried);
}

async function connectFromFree(
  run: Run,
  attempt: Attempt,
  order: PortOrder,
  turn: number,
): Promise<{ readonly outcome: Outcome; readonly port: number }> {
  let port = order.at(turn);
  let error = '';
  for (let skipped = 0; skipped < mostSkipped; skipped++) {
    const outcome = await connectFrom(run, attempt, port);
    error = outcome.error ?? '';
    if (!inUse.includes(error)) return { outcome, port };
    port = order.spareFor(turn);
  }
  throw new Cannot(
    'not-enabled',
    `${mostSkipped} source ports could not be taken, one after the other (${error})`,
  );
}

async function connectFrom(run: Run, attempt: Attempt, port: number): Promise<Outcome> {
  const connected = await connect(run, attempt, { localPort: port });
  if ('failure' in connected) {
    if (connected.failure.error === 'EACCES')
      throw new Cannot('not-enabled', `source port ${port} needs a privilege that the prober does not have`);
    return connected.failure;
  }
  const { socket, reached, ms, phases } = connected;
  socket.resetAndDestroy();
  const { address } = reached;
  return { ok: true, ms, phases, address, sourcePort: port, labels: { backend: address } };
}

function rangeOf(port: number): string {
  return port < upperHalf ? 'below-32768' : '32768-and-up';
}

/** At the first target where there is something to seek. */
async function seekBoundary(run: Run, tried: readonly (readonly PortTried[])[]): Promise<void> {
  const patterns = tried.map((ports) => (ports.some(({ ok }) => !ok) ? patternOf(ports) : undefined));
  const index = patterns.findIndex((pattern) => typeof pattern === 'object');
  const pattern = patterns[index];
  if (typeof pattern === 'object') {
    await report(run, index, pattern);
    return;
  }
  if (patterns.includes('none')) {
    run.facts['boundary'] = 'none';
    run.notes.add(
      'which connects failed does not depend on the source port that was chosen here: chance, or a NAT on the way that chooses another one',
    );
  } else if (patterns.includes('all')) {
    run.notes.add('every source port failed: there is no live one to tell a boundary by');
  }
}

async function report(run: Run, index: number, pattern: Exclude<Pattern, string>): Promise<void> {
  const { below, above } = pattern;
  const search = new Search(run, index);
  const lower = below && (await narrow(below, (ports) => search.tryAll(ports)));
  const upper = above && (await narrow(above, (ports) => search.tryAll(ports)));
  const [first, second] = lower === undefined ? [upper] : [lower, upper];
  if (first === undefined) return;
  const { dead, live } = first;
  Object.assign(run.facts, {
    boundary: 'found',
    dead_side: lower !== undefined && upper !== undefined ? 'both' : lower !== undefined ? 'below' : 'above',
    boundary_low: Math.min(dead, live),
    boundary_high: Math.max(dead, live),
    ...(second !== undefined && { upper_boundary_low: second.live, upper_boundary_high: second.dead }),
    boundary_connects: search.connects,
  });
  if ([lower, upper].some((one) => one !== undefined && Math.abs(one.live - one.dead) > 1))
    run.notes.add(
      'the boundary lies somewhere between the two ports named: there was no time or port left to find it',
    );
}

/** Connects to decide which ports live; bounded in number and by the deadline. */
class Search {
  readonly #run: Run;
  readonly #index: number;
  connects = 0;

  constructor(run: Run, index: number) {
    this.#run = run;
    this.#index = index;
  }

  /** Side by side; without ports that are in use, and undefined where there is no time for more. */
  async tryAll(ports: readonly number[]): Promise<readonly PortTried[] | undefined> {
    const { task, signal } = this.#run;
    const target = task.targets[this.#index];
    const isOver = performance.now() + task.timeout * 1000 >= task.deadline * 1000;
    if (target === undefined || signal.aborted || isOver || this.connects + ports.length > mostConnects)
      return undefined;
    const tried = await Promise.all(ports.map((port) => this.#connect(port, target)));
    return this.#run.signal.aborted ? undefined : tried.filter((one) => one !== undefined);
  }

  async #connect(port: number, target: ProbeTarget): Promise<PortTried | undefined> {
    const { task, signal } = this.#run;
    const n = firstOfSearch + task.first + this.connects;
    this.connects += 1;
    const at = Date.now();
    const outcome = await connectFrom(this.#run, { n, index: this.#index, target, signal }, port);
    if (signal.aborted || inUse.includes(outcome.error ?? '')) return undefined;
    const labels = { ...target.labels, ...outcome.labels, step: 'bisect', source_port: String(port) };
    this.#run.report({ n, to: nameOf(target), at }, { ...outcome, labels });
    return { port, ok: outcome.ok };
  }
}
