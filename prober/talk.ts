import type { ProbeTarget } from '../core/probe-task.ts';
import { isAlert } from './alerts.ts';
import { connect } from './connect.ts';
import { firstBytes } from './first-byte.ts';
import { closePolitely, servernameOf, shake } from './handshake.ts';
import { answeredBySidecarIn, headRequest } from './head-request.ts';
import { Patience } from './patience.ts';
import type { Attempt, Outcome, Run } from './run.ts';

/*
 * What a far end says of itself, which is all that tells of it where a sidecar answers the connect: it speaks first, it
 * answers a ClientHello, or it answers a request.
 */
export const talks = ['banner', 'tls', 'http'] as const;
export type Talk = (typeof talks)[number];

/** The label `timed` of an attempt. */
export const timedBy = { banner: 'first-byte', tls: 'handshake', http: 'first-byte' } as const;

/** Makes the far end say something once. `ms` is the connect and what follows it, until it has said so. */
export async function talkOnce(
  run: Run,
  attempt: Attempt,
  talk: Talk,
  { anew = false, seconds = run.task.timeout }: { readonly anew?: boolean; readonly seconds?: number } = {},
): Promise<Outcome> {
  const patience = new Patience(seconds, attempt.signal);
  const connected = await connect(run, attempt, { patience, anew });
  if ('failure' in connected) return withTimed(connected.failure, talk);
  const { socket, reached, sourcePort, phases } = connected;
  const { ms: tookMs, error } = await say[talk](run, { socket, patience, target: attempt.target });
  const ms = connected.ms + tookMs;
  return withTimed(
    {
      ok: error === undefined,
      ms,
      phases: { ...phases, [talk === 'tls' ? 'tls' : 'firstByte']: tookMs },
      ...(error !== undefined && { error }),
      address: reached.address,
      sourcePort,
      labels: { backend: reached.address },
    },
    talk,
  );
}

function withTimed(outcome: Outcome, talk: Talk): Outcome {
  return { ...outcome, labels: { ...outcome.labels, timed: timedBy[talk] } };
}

interface Line {
  readonly socket: Parameters<typeof shake>[0];
  readonly patience: Patience;
  readonly target: ProbeTarget;
}
type Said = Promise<{ readonly ms: number; readonly error?: string }>;

const say: Readonly<Record<Talk, (run: Run, line: Line) => Said>> = {
  async banner(_, { socket, patience }) {
    const heard = await firstBytes(socket, patience);
    socket.resetAndDestroy();
    return heard;
  },

  async tls(run, { socket, patience, target }) {
    const shaken = await shake(socket, patience, servernameOf(run, target));
    if ('value' in shaken) closePolitely(shaken.value);
    // An alert is an answer too: the far end is there.
    if ('error' in shaken && isAlert(shaken.error)) return { ms: shaken.ms };
    return shaken;
  },

  async http(_, { socket, patience, target }) {
    const heard = await firstBytes(socket, patience, { send: headRequest(target) });
    socket.resetAndDestroy();
    if ('error' in heard) return heard;
    const status = answeredBySidecarIn(heard.value);
    return status === undefined ? heard : { ms: heard.ms, error: `sidecar_${status}` };
  },
};
