import type { ProbeTarget } from '../../core/probe-task.ts';
import { Cannot } from '../cannot.ts';
import { lookUp } from '../connect.ts';
import { trace, type Packet } from '../mtr.ts';
import { Patience } from '../patience.ts';
import { nameOf, type Reached, type Run } from '../run.ts';

const usualHops = 30;
/** Seconds: mtr lets nobody but root send faster than one packet a second to each hop. */
const fastest = { root: 0.1, others: 1 } as const;
/** Seconds that are waited for the last answers, and left before the deadline. */
const longestGrace = 5;
const margin = 1;

/**
 * Sends packets that reach only so far: who answers on the way, and how many are lost from where on. An attempt is one
 * packet to one hop. TCP to the target's port where there is one, which firewalls treat as they treat the traffic.
 */
export async function probe(run: Run): Promise<void> {
  const { targets } = run.task;
  if (targets.length === 0) throw new Cannot('rejected', 'Unexpected end, path expects a target');
  run.notes.add(
    'routers limit how many answers they give: loss at a hop that is not carried on to all later hops is no loss',
  );
  for (const [index, target] of targets.entries()) {
    if (run.signal.aborted) return;
    await traceOne(run, target, index);
  }
  if (targets.length > 1) run.notes.add('the findings are those of the first target');
}

async function traceOne(run: Run, target: ProbeTarget, index: number): Promise<void> {
  const { task, signal, notes } = run;
  const found = await lookUp(new Patience(task.timeout, signal), () => run.reach(target, index));
  if ('error' in found) {
    notes.add(`${target.host} cannot be looked up (${found.error})`);
    return;
  }
  const interval = Math.max(task.pace, process.getuid?.() === 0 ? fastest.root : fastest.others);
  const grace = Math.ceil(Math.min(task.timeout, longestGrace));
  const wanted = Math.max(1, Math.floor(task.attempts / task.targets.length));
  const secondsLeft = task.deadline - performance.now() / 1000;
  const share = secondsLeft / (task.targets.length - index);
  const cycles = Math.min(wanted, Math.floor((share - grace - margin) / interval));
  if (cycles < 1) throw new Cannot('rejected', `Unexpected deadline ${task.deadline}, too soon for a trace`);
  if (cycles < wanted)
    notes.add(`only ${cycles} of ${wanted} packets to each hop could be sent before the deadline`);
  const at = Date.now();
  const { port } = target;
  const { hops = usualHops } = task.options;
  const packets = await trace({ address: found.value, port, cycles, interval, grace, hops }, signal);
  report(run, target, found.value, upToTheEnd(packets, found.value.address), at);
  if (index === 0) Object.assign(run.facts, findingsOf(packets, found.value.address));
}

/** Those of the hops up to the target, or up to the first hop behind which nobody answers. */
function upToTheEnd(packets: readonly Packet[], address: string): readonly Packet[] {
  const { end } = endOf(packets, address);
  return packets.filter(({ hop }) => hop <= end);
}

interface End {
  /** The hop at which the target answered. */
  readonly target: number | undefined;
  readonly lastAnswering: number;
  /** The last hop that is worth telling. */
  readonly end: number;
}

/** mtr sends with higher TTLs until it knows how far the target is: these reach it, too. */
function endOf(packets: readonly Packet[], address: string): End {
  const atTarget = packets.filter(({ node }) => node === address).map(({ hop }) => hop);
  const target = atTarget.length === 0 ? undefined : Math.min(...atTarget);
  const lastAnswering = Math.max(
    0,
    ...packets.filter(({ node }) => node !== undefined).map(({ hop }) => hop),
  );
  return { target, lastAnswering: target ?? lastAnswering, end: target ?? lastAnswering + 1 };
}

function findingsOf(packets: readonly Packet[], address: string) {
  const { target, lastAnswering } = endOf(packets, address);
  const there = packets.filter(({ hop }) => hop === target);
  const lost = there.filter(({ node }) => node === undefined).length;
  return {
    ...(target !== undefined && { hops: target }),
    last_answering_hop: lastAnswering,
    loss_at_target: target === undefined ? 1 : Math.round((lost / there.length) * 1000) / 1000,
  };
}

function report(
  run: Run,
  target: ProbeTarget,
  reached: Reached,
  packets: readonly Packet[],
  at: number,
): void {
  const { task } = run;
  const nodes = new Map(
    packets.flatMap(({ hop, node }) => (node === undefined ? [] : [[hop, node] as const])),
  );
  for (const { hop, node, ms } of packets) {
    const { address } = reached;
    const labels = {
      ...target.labels,
      backend: address,
      hop: String(hop),
      node: node ?? nodes.get(hop) ?? '*',
    };
    run.report(
      { n: task.first + run.attempts, to: nameOf(target), at },
      node === undefined
        ? { ok: false, ms: task.timeout * 1000, phases: {}, error: 'timeout', address, labels }
        : { ok: true, ms: ms ?? 0, phases: {}, address, labels },
    );
  }
}
