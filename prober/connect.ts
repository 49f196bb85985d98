import { connect as open, type Socket } from 'node:net';
import type { ProbeTarget } from '../core/probe-task.ts';
import { Cannot } from './cannot.ts';
import type { Attempt, Outcome, Reached, Run } from './run.ts';

/** A connection that stands, or why there is none. */
export type Connected =
  | { readonly socket: Socket; readonly reached: Reached; readonly ms: number; readonly sourcePort: number }
  | { readonly failure: Outcome };

/** Connects once. What the far end or the path does wrong is an outcome; what must not be probed is thrown (Cannot). */
export async function connect(
  run: Run,
  { index, target, signal }: Attempt,
  options: { readonly localPort?: number; readonly anew?: boolean } = {},
): Promise<Connected> {
  const { anew = false, localPort } = options;
  const port = portOf(target);
  let reached: Reached;
  const looked = performance.now();
  try {
    reached = await run.reach(target, index, { anew });
  } catch (error) {
    if (error instanceof Cannot) throw error;
    const ms = performance.now() - looked;
    return { failure: { ok: false, ms, phases: { dns: ms }, error: codeOf(error) } };
  }
  const { address, family, dnsMs } = reached;
  const labels = { backend: address };
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = open({ host: address, port, family, ...(localPort !== undefined && { localPort }) });
    const timer = setTimeout(() => fail('timeout'), run.task.timeout * 1000);
    const settle = (): number => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cutOff);
      return performance.now() - started;
    };
    const cutOff = (): void => fail('stopped');
    const fail = (error: string): void => {
      const ms = settle();
      socket.destroy();
      resolve({
        failure: {
          ok: false,
          ms,
          phases: { ...(dnsMs > 0 && { dns: dnsMs }), connect: ms },
          error,
          address,
          ...(localPort !== undefined && { sourcePort: localPort }),
          labels,
        },
      });
    };
    signal.addEventListener('abort', cutOff);
    socket.on('error', (error) => fail(codeOf(error)));
    socket.once('connect', () => {
      const ms = settle();
      resolve({ socket, reached, ms, sourcePort: socket.localPort ?? 0 });
    });
  });
}

export function portOf({ host, port }: ProbeTarget): number {
  if (port === undefined) throw new Cannot('rejected', `Unexpected end, expected ${host}:<port>`);
  return port;
}

/** The errno, or what there is instead. */
export function codeOf(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return code ?? message ?? String(error);
}
