import { connect as open, type Socket } from 'node:net';
import type { Phases, ProbeTarget } from '../core/probe-task.ts';
import { Cannot } from './cannot.ts';
import { Patience, type Waited } from './patience.ts';
import type { Attempt, Outcome, Reached, Run } from './run.ts';

/** A connection that stands, or why there is none. */
export type Connected =
  | {
      readonly socket: Socket;
      readonly reached: Reached;
      /** Milliseconds of the connect alone. */
      readonly ms: number;
      readonly sourcePort: number;
      readonly phases: Phases;
    }
  | { readonly failure: Outcome };

interface Options {
  readonly localPort?: number;
  /** Whether a name is looked up again. */
  readonly anew?: boolean;
  /** What is left for the attempt; all of its time unless given. */
  readonly patience?: Patience;
}

/** Connects once. What the far end or the path does wrong is an outcome; what must not be probed is thrown (Cannot). */
export async function connect(
  run: Run,
  { index, target, signal }: Attempt,
  { localPort, anew = false, patience = new Patience(run.task.timeout, signal) }: Options = {},
): Promise<Connected> {
  const port = portOf(target);
  const found = await lookUp(patience, () => run.reach(target, index, { anew }));
  if ('error' in found)
    return { failure: { ok: false, ms: found.ms, phases: { dns: found.ms }, error: found.error } };
  const { address, family, dnsMs } = found.value;
  const dns: Phases = dnsMs > 0 ? { dns: dnsMs } : {};
  let socket: Socket | undefined;
  const opened = await patience.wait<Socket>((done, fail) => {
    const one = open({ host: address, port, family, ...(localPort !== undefined && { localPort }) });
    socket = one;
    // Stays for as long as the socket lives: nobody else may listen when it fails later.
    one.on('error', (error) => fail(codeOf(error)));
    one.once('connect', () => done(one));
  });
  const { ms } = opened;
  const phases = { ...dns, connect: ms };
  if ('value' in opened) {
    const sourcePort = opened.value.localPort ?? 0;
    return { socket: opened.value, reached: found.value, ms, sourcePort, phases };
  }
  socket?.destroy();
  return {
    failure: {
      ok: false,
      ms,
      phases,
      error: opened.error,
      address,
      ...(localPort !== undefined && { sourcePort: localPort }),
      labels: { backend: address },
    },
  };
}

/** A resolver may take its time; an attempt has no more than its own. Throws Cannot. */
export async function lookUp(patience: Patience, find: () => Promise<Reached>): Promise<Waited<Reached>> {
  let refused: Cannot | undefined;
  const found = await patience.wait<Reached>((done, fail) => {
    find().then(done, (error: unknown) => {
      if (error instanceof Cannot) refused = error;
      fail(codeOf(error));
    });
  });
  if (refused !== undefined) throw refused;
  return found;
}

export function portOf({ host, port }: ProbeTarget): number {
  if (port === undefined) throw new Cannot('rejected', `Unexpected end, expected ${host}:<port>`);
  return port;
}

/**
 * The errno, or what there is instead. Node calls it ECONNRESET as well when the far end merely ended the stream before
 * what was awaited; then no system call has failed, and it is `closed`.
 */
export function codeOf(error: unknown): string {
  const { code, message, syscall } = error as {
    readonly code?: string;
    readonly message?: string;
    readonly syscall?: string;
  };
  if (code === 'ECONNRESET' && syscall === undefined) return 'closed';
  return code ?? message ?? String(error);
}
