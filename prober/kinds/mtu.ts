import type { Duplex } from 'node:stream';
import { Cannot } from '../cannot.ts';
import { codeOf, connect, lookUp } from '../connect.ts';
import { closePolitely, prepareTls, servernameOf, shake } from '../handshake.ts';
import { findingsOf, type Direction, type Sized } from '../mtu-findings.ts';
import { announced, checkPath, paddedRequest, rangeRequest } from '../padded-request.ts';
import { Patience } from '../patience.ts';
import { icmpHeaders, ping } from '../ping.ts';
import type { Attempt, Outcome, Run } from '../run.ts';

/** Around the MTUs of Ethernet (1500), of tunnels over it (1450, 1400) and of jumbo frames (9001). */
const usualSizes = [56, 1200, 1350, 1372, 1400, 1422, 1450, 1472, 1500, 8900];
/** Small enough for any path, to find out whether ping may be used. */
const smallPing = 56;
/** Bytes that fit, with all headers, into one packet of any path; that fill at least one of Ethernet; that filled one. */
const fits = 600;
const fills = 1500;
const filled = 1400;

/** One step of the sweep; `certificate` is the flight of the server in the handshake of TLS. */
interface Step {
  readonly direction: Direction;
  readonly size: number | 'certificate';
  /** All steps of one go to the same address of a name. */
  readonly round: number;
}

/** What one attempt came to, for the report and for the facts. */
interface Result {
  readonly outcome: Outcome;
  readonly sized?: Sized;
  readonly connected?: boolean;
  /** The largest packets that it took: `full` ones, or `small` ones; absent where that is not known. */
  readonly packets?: 'small' | 'full';
}

/**
 * Sends and asks for more and more bytes: ICMP echoes that must not be fragmented, requests of HTTP, and their
 * responses. A path that loses what is large and says nothing (a black hole) lets small ones through and hangs.
 */
export async function probe(run: Run): Promise<void> {
  const { task, facts, notes } = run;
  const { sizes = usualSizes, path = '/', tls = false } = task.options;
  checkPath(path);
  if (tls) prepareTls();
  const byTcp = task.targets.every(({ port }) => port !== undefined);
  const whyNoPing = await whyNotPing(run);
  if (whyNoPing !== undefined) {
    if (!byTcp) throw new Cannot('not-enabled', `without a port there is only ping, and ${whyNoPing}`);
    notes.add(`no ICMP sweep: ${whyNoPing}`);
  }
  const directions: Direction[] = [
    ...(whyNoPing === undefined ? (['icmp'] as const) : []),
    ...(byTcp ? (['up', 'down'] as const) : []),
  ];
  const { length } = task.targets;
  const steps = stepsOf(directions, sizes, byTcp && tls, task.attempts / length);
  const results: Result[] = [];
  await run.each(async (attempt) => {
    const step = steps[Math.floor(attempt.index / length)] ?? { direction: 'up', size: 0, round: 0 };
    const index = step.round * length + (attempt.index % length);
    const result = await take(run, { ...attempt, index }, step);
    if (attempt.index % length === 0) results.push(result);
    const labels = {
      ...result.outcome.labels,
      direction: step.direction,
      size: String(step.size),
      ...(result.packets !== undefined && { packets: result.packets }),
    };
    return { ...result.outcome, labels };
  }, steps.length * length);
  const family = results.some(({ outcome }) => outcome.address?.includes(':')) ? 6 : 4;
  const swept = results.flatMap(({ sized }) => (sized === undefined ? [] : [sized]));
  Object.assign(facts, findingsOf(swept, icmpHeaders[family]));
  if (byTcp) {
    facts['connect_works'] = results.some(({ connected }) => connected === true);
    notes.add(
      'TCP cuts what it is given into segments of its own: what tells is that small requests or responses pass and those larger than one segment (about 1,400 bytes) hang; sizes beyond that all make the same full packets',
    );
  }
  if (length > 1) notes.add('the findings are those of the first target');
}

/**
 * Every size once in each direction; then, as often as `most` steps have room for it, what tells the most: over TCP the
 * smallest, the largest, and what barely fills a packet, which a narrow path would carry.
 */
function stepsOf(
  directions: readonly Direction[],
  sizes: readonly number[],
  certificate: boolean,
  most: number,
): readonly Step[] {
  const sweep = directions.flatMap((direction) => sizes.map((size) => ({ direction, size })));
  const once = [...(certificate ? [{ direction: 'down', size: 'certificate' } as const] : []), ...sweep];
  const ends = { least: Math.min(...sizes), most: Math.max(...sizes) };
  const barely = Math.min(...sizes.filter((size) => size >= fills));
  const telling = { icmp: [], down: [ends.least, ends.most], up: [ends.least, barely, ends.most] };
  const overTcp = sweep.filter(({ direction, size }) => (telling[direction] as number[]).includes(size));
  const again = overTcp.length > 0 ? overTcp : sweep;
  const rounds = Math.max(0, Math.floor((most - once.length) / again.length));
  return [once, ...Array.from({ length: rounds }, () => again)].flatMap((steps, round) =>
    steps.map((step) => ({ ...step, round })),
  );
}

/** A sentence if there is no ping here, or it may not be used. */
async function whyNotPing(run: Run): Promise<string | undefined> {
  const [target] = run.task.targets;
  if (target === undefined) throw new Cannot('rejected', 'Unexpected end, mtu expects a target');
  const patience = new Patience(run.task.timeout, run.signal);
  const found = await lookUp(patience, () => run.reach(target, 0));
  if ('error' in found) return `its name cannot be looked up (${found.error})`;
  try {
    const seconds = Math.min(1, run.task.timeout);
    const pinged = await ping(found.value, smallPing, { seconds, signal: run.signal });
    return 'notPermitted' in pinged ? `ping may not be used here (${pinged.notPermitted})` : undefined;
  } catch (error) {
    if (error instanceof Cannot && error.reason === 'not-enabled') return error.message;
    throw error;
  }
}

function take(
  run: Run,
  attempt: Attempt,
  { direction, size }: Pick<Step, 'direction' | 'size'>,
): Promise<Result> {
  if (direction === 'icmp') return echo(run, attempt, Number(size));
  return exchange(run, attempt, direction, size);
}

async function echo(run: Run, { target, index, signal }: Attempt, size: number): Promise<Result> {
  const { timeout } = run.task;
  const found = await lookUp(new Patience(timeout, signal), () => run.reach(target, index));
  if ('error' in found)
    return { outcome: { ok: false, ms: found.ms, phases: { dns: found.ms }, error: found.error } };
  const { address } = found.value;
  const pinged = await ping(found.value, size, { seconds: timeout, signal });
  if ('notPermitted' in pinged)
    throw new Cannot('not-enabled', `ping may not be used here (${pinged.notPermitted})`);
  const { ok, ms, error, mtu } = pinged;
  return {
    outcome: {
      ok,
      ms,
      phases: {},
      ...(error !== undefined && { error }),
      address,
      labels: { backend: address },
    },
    sized: { direction: 'icmp', size, ok, hung: error === 'timeout', ...(mtu !== undefined && { mtu }) },
  };
}

/** Connects, shakes hands where it is TLS, sends a request and waits for what comes back. */
async function exchange(
  run: Run,
  attempt: Attempt,
  direction: 'up' | 'down',
  size: Step['size'],
): Promise<Result> {
  const { tls = false } = run.task.options;
  const patience = new Patience(run.task.timeout, attempt.signal);
  const connected = await connect(run, attempt, { patience });
  if ('failure' in connected) return { outcome: connected.failure };
  const { socket, reached, sourcePort, phases, ms } = connected;
  const { address } = reached;
  const common = { address, sourcePort, labels: { backend: address } };
  const shaken = tls ? await shake(socket, patience, servernameOf(run, attempt.target)) : undefined;
  const shakenMs = shaken?.ms ?? 0;
  const phasesSoFar = { ...phases, ...(shaken !== undefined && { tls: shakenMs }) };
  if (shaken !== undefined && 'error' in shaken) {
    const outcome = { ...common, ok: false, ms: ms + shakenMs, phases: phasesSoFar, error: shaken.error };
    // The certificates of most servers take several packets.
    return { outcome, connected: true, ...(shaken.error === 'timeout' && { packets: 'full' }) };
  }
  if (size === 'certificate') {
    const packets = socket.bytesRead >= filled ? 'full' : undefined;
    if (shaken !== undefined) closePolitely(shaken.value);
    const outcome = { ...common, ok: true, ms: ms + shakenMs, phases: phasesSoFar };
    return { outcome, connected: true, ...(packets && { packets }) };
  }
  const { path = '/' } = run.task.options;
  const { target } = attempt;
  const request = direction === 'up' ? paddedRequest(target, path, size) : rangeRequest(target, path, size);
  const answer = await talk(shaken?.value ?? socket, request, direction === 'up' ? 1 : size, patience);
  if (shaken === undefined) socket.resetAndDestroy();
  else closePolitely(shaken.value);
  const { received, waited } = answer;
  const ok = 'value' in waited;
  const hung = 'error' in waited && waited.error === 'timeout';
  const packets = packetsOf(direction, size, { ok, hung, received });
  return {
    outcome: {
      ...common,
      ok,
      ms: ms + shakenMs + waited.ms,
      phases: phasesSoFar,
      ...('error' in waited && { error: waited.error }),
      labels: { backend: address, received: String(received) },
    },
    sized: {
      direction,
      size: direction === 'up' ? request.length : size,
      ok,
      hung,
      received,
    },
    connected: true,
    ...(packets && { packets }),
  };
}

/** A server may answer less than it was asked for; what hangs is taken for what was asked. */
function packetsOf(
  direction: 'up' | 'down',
  size: number,
  { ok, hung, received }: { readonly ok: boolean; readonly hung: boolean; readonly received: number },
): Result['packets'] {
  if (direction === 'up' ? size >= fills : ok ? received >= filled : hung && size >= fills) return 'full';
  return (direction === 'up' || !ok ? size : received) <= fits ? 'small' : undefined;
}

/** Until there are so many bytes, or the whole response. */
async function talk(stream: Duplex, request: Buffer, wanted: number, patience: Patience) {
  let bytes = Buffer.alloc(0);
  const waited = await patience.wait<true>((done, fail) => {
    stream.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= Math.min(wanted, announced(bytes) ?? Infinity)) done(true);
    });
    stream.once('end', () => (bytes.length > 0 ? done(true) : fail('closed')));
    stream.on('error', (error) => fail(codeOf(error)));
    stream.write(request);
  });
  return { waited, received: bytes.length };
}
