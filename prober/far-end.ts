import { Cannot } from './cannot.ts';
import { connect } from './connect.ts';
import { prepareTls } from './handshake.ts';
import { nameOf, type Attempt, type Outcome, type Run } from './run.ts';
import { talkOnce, talks, timedBy, type Talk } from './talk.ts';

/** Seconds that a far end has to speak first, and to answer, while it is found out which it does. */
const bannerSeconds = 1;
const answerSeconds = 3;
/** The path may be the one that is broken: at a loss of 40 % this misses one far end of a hundred. */
const rounds = 5;
/** Targets that are tried at once. */
const atOnce = 20;

interface Options {
  /** Whether names are looked up again for each attempt. */
  readonly anew?: boolean;
}

/**
 * How an attempt finds out whether the far end is there: it connects, or, where a sidecar answers every connect
 * (`options.proxied`), it times what the far end says after that. Throws Cannot if that is nothing.
 */
export async function farEnd(
  run: Run,
  options: Options = {},
): Promise<(attempt: Attempt) => Promise<Outcome>> {
  if (run.task.options.proxied !== true) return (attempt) => connectOnce(run, attempt, options);
  prepareTls();
  const known = await findTalks(run, options);
  const common = mostCommon([...known.values()]);
  if (common === undefined) throw silence(run);
  for (const talk of new Set(known.values())) run.notes.add(noteOn(talk));
  return (attempt) => talkOnce(run, attempt, known.get(nameOf(attempt.target)) ?? common, options);
}

/** Connects. The connection is reset at once: nothing lingers in TIME_WAIT or in conntrack. */
export async function connectOnce(
  run: Run,
  attempt: Attempt,
  { anew = false }: Options = {},
): Promise<Outcome> {
  const { sourcePorts = [] } = run.task.options;
  const localPort = sourcePorts[attempt.index % Math.max(1, sourcePorts.length)];
  const connected = await connect(run, attempt, { anew, ...(localPort !== undefined && { localPort }) });
  if ('failure' in connected) {
    const { failure } = connected;
    return { ...failure, labels: { ...failure.labels, timed: 'connect' } };
  }
  const { socket, reached, ms, sourcePort, phases } = connected;
  socket.resetAndDestroy();
  const { address } = reached;
  return { ok: true, ms, phases, address, sourcePort, labels: { backend: address, timed: 'connect' } };
}

/** What each target talks, by its name; one that says nothing this time is not among them, as long as others are. */
async function findTalks(run: Run, options: Options): Promise<Map<string, Talk>> {
  const known = new Map<string, Talk>();
  for (let round = 0; round < rounds && known.size === 0 && !run.signal.aborted; round++)
    for (let from = 0; from < run.task.targets.length; from += atOnce)
      await Promise.all(
        run.task.targets.slice(from, from + atOnce).map(async (target, n) => {
          const { length } = run.task.targets;
          const index = round * length + from + n;
          const talk = await findTalk(run, { n: index, index, target, signal: run.signal }, options);
          if (talk !== undefined) known.set(nameOf(target), talk);
        }),
      );
  return known;
}

/** Tries all at once; who speaks first is timed by that, since it says it to whoever comes. */
async function findTalk(run: Run, attempt: Attempt, options: Options): Promise<Talk | undefined> {
  const heard = await Promise.all(
    talks.map(async (talk) => {
      const seconds = Math.min(run.task.timeout, talk === 'banner' ? bannerSeconds : answerSeconds);
      return { talk, ...(await talkOnce(run, attempt, talk, { ...options, seconds })) };
    }),
  );
  return heard.find(({ ok }) => ok)?.talk;
}

function mostCommon(found: readonly Talk[]): Talk | undefined {
  const count = (talk: Talk): number => found.filter((one) => one === talk).length;
  return found.toSorted((a, b) => count(b) - count(a))[0];
}

function noteOn(talk: Talk): string {
  const what = {
    banner: 'the first byte of a far end that speaks first',
    tls: 'the TLS handshake',
    http: 'the first byte of the answer to a HEAD request',
  }[talk];
  return `timed ${what}: in a meshed pod the sidecar answers the connect (label timed is ${timedBy[talk]})`;
}

function silence({ task: { targets } }: Run): Cannot {
  const [first] = targets;
  if (first === undefined) return new Cannot('rejected', 'Unexpected end, expected a target');
  const who = targets.length === 1 ? nameOf(first) : `none of the ${targets.length} targets`;
  const says = targets.length === 1 ? 'says nothing' : 'says anything';
  return new Cannot(
    'rejected',
    `the sidecar answers the connect, and ${who} ${says} that could tell of the far end`,
  );
}
