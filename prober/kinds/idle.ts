import { acknowledged } from '../acknowledged.ts';
import { isAlert } from '../alerts.ts';
import { Cannot } from '../cannot.ts';
import { codeOf, connect, portOf, type Connected } from '../connect.ts';
import { firstBytes } from '../first-byte.ts';
import { prepareTls, servernameOf, shake } from '../handshake.ts';
import { headRequest } from '../head-request.ts';
import { Patience } from '../patience.ts';
import { nameOf, type Attempt, type Outcome, type Run } from '../run.ts';

/** Seconds around what middleboxes forget by: 60 (load balancers), 240 (Azure), 350 (AWS), 600. */
const usualWaits = [50, 70, 230, 250, 340, 360, 620];
/** Connections that are left unused at once. */
const mostIdle = 1_000;

/** What is known so far, of all connections. */
interface Known {
  /** The targets that answer a connection that is used at once. */
  readonly answering: Set<string>;
  /** Seconds after which the far end ended connections that nobody used. */
  readonly endedAfter: number[];
}

/** Milliseconds between two signs of life of a connection that is kept awake. */
const awakeMs = 1000;

/**
 * Opens connections, leaves each unused for a while and then uses it once: what has forgotten it resets it or lets it hang.
 * All wait side by side; one that is used at once goes first, to know what the far end does then. With `keepAwake` the
 * kernels keep every second one alive meanwhile: who forgets what is silent knows it. `ms` is the time from the use to
 * the answer.
 */
export async function probe(run: Run): Promise<void> {
  const { targets, options, attempts, timeout, deadline } = run.task;
  const waits = [...new Set([0, ...(options.waits ?? usualWaits)])].sort((a, b) => a - b);
  const longest = Math.max(...waits) + 2 * timeout;
  if (longest > deadline)
    throw new Cannot('rejected', `Unexpected deadline ${deadline}, expected more than ${longest} s`);
  const once = targets.length * waits.length;
  if (once > mostIdle)
    throw new Cannot('rejected', `Unexpected ${once} connections, expected up to ${mostIdle}`);
  if (options.tls === true) prepareTls();

  const known: Known = { answering: new Set(), endedAfter: [] };
  const make = (index: number): Promise<Outcome | undefined> =>
    run.make(index, (attempt) => {
      const round = Math.floor(index / once);
      const wait = waits[Math.floor((index % once) / targets.length)] ?? 0;
      // All waits of a round at the same address, lest a bad backend look like a bad wait.
      const same = { ...attempt, index: round * targets.length + (index % targets.length) };
      const awake = options.keepAwake === true && round % 2 === 1;
      return idleOnce(run, same, { wait, awake }, known);
    });
  await Promise.all(targets.map((_, index) => make(index)));
  const count = once * Math.max(1, Math.floor(Math.min(attempts, mostIdle) / once));
  await Promise.all(Array.from({ length: count - targets.length }, (_, n) => make(targets.length + n)));
  if (known.endedAfter.length > 0)
    run.facts['ended_after'] = Math.round(Math.min(...known.endedAfter) * 10) / 10;
}

/** What is done with a connection: left unused for `wait` seconds. */
interface Rest {
  readonly wait: number;
  readonly awake: boolean;
}

async function idleOnce(run: Run, attempt: Attempt, { wait, awake }: Rest, known: Known): Promise<Outcome> {
  const connected = await connect(run, attempt);
  const labels = {
    idle: String(wait),
    ...(run.task.options.keepAwake === true && wait > 0 && { awake: awake ? 'yes' : 'no' }),
  };
  if ('failure' in connected) {
    const { failure } = connected;
    return { ...failure, labels: { ...failure.labels, ...labels } };
  }
  const { socket, reached, sourcePort, phases } = connected;
  const at = { address: reached.address, sourcePort, labels: { backend: reached.address, ...labels } };
  socket.setKeepAlive(awake, awakeMs);
  // What the far end says before it is asked is not what is awaited.
  socket.resume();
  const unused = await new Patience(wait, attempt.signal).wait<'ended'>((done, fail) => {
    socket.once('error', (error) => fail(codeOf(error)));
    socket.once('end', () => done('ended'));
  });
  if ('value' in unused) {
    socket.destroy();
    known.endedAfter.push(unused.ms / 1000);
    run.notes.add('the far end ends connections that are left unused, properly: a client can see that');
    return { ok: true, ms: unused.ms, phases, ...at };
  }
  if (unused.error !== 'timeout') return { ok: false, ms: unused.ms, phases, error: unused.error, ...at };
  const { ms, error } = await use(run, attempt, connected, known, wait);
  socket.destroy();
  return {
    ok: error === undefined,
    ms,
    phases: { ...phases, firstByte: ms },
    ...(error && { error }),
    ...at,
  };
}

/** Uses the connection once. That the far end ends it is an answer; silence is judged by what it does otherwise. */
async function use(
  run: Run,
  { target, signal }: Attempt,
  { socket, sourcePort }: Exclude<Connected, { failure: Outcome }>,
  { answering }: Known,
  wait: number,
): Promise<{ readonly ms: number; readonly error?: string }> {
  const { options, timeout } = run.task;
  const patience = new Patience(timeout, signal);
  const used =
    options.tls === true
      ? await shake(socket, patience, servernameOf(run, target))
      : await firstBytes(socket, patience, { send: headRequest(target) });
  const { ms } = used;
  if ('value' in used || used.error === 'closed' || isAlert(used.error)) {
    if (wait === 0) answering.add(nameOf(target));
    return { ms };
  }
  if (used.error !== 'timeout') return { ms, error: used.error };
  if (answering.has(nameOf(target))) return { ms, error: 'unanswered' };
  // Through a sidecar, it is the sidecar that acknowledges.
  const taken = options.proxied === true ? undefined : await acknowledged(sourcePort, portOf(target));
  if (taken === false || (taken === undefined && wait > 0)) return { ms, error: 'unanswered' };
  if (taken === undefined)
    throw new Cannot(
      'rejected',
      `${nameOf(target)} answers nothing at once either: nothing can tell whether a connection was forgotten`,
    );
  run.notes.add('the far end answers nothing: ok is that its kernel acknowledges what is sent');
  return { ms };
}
