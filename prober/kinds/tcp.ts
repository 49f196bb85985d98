import { connect } from '../connect.ts';
import type { Attempt, Outcome, Run } from '../run.ts';

/** Connects, again and again. The connection is reset at once: nothing lingers in TIME_WAIT or in conntrack. */
export function probe(run: Run): Promise<void> {
  return run.each((attempt) => connectOnce(run, attempt));
}

export async function connectOnce(run: Run, attempt: Attempt): Promise<Outcome> {
  const { sourcePorts = [] } = run.task.options;
  const localPort = sourcePorts[attempt.index % Math.max(1, sourcePorts.length)];
  const connected = await connect(run, attempt, localPort === undefined ? {} : { localPort });
  if ('failure' in connected) return connected.failure;
  const { socket, reached, ms, sourcePort } = connected;
  socket.resetAndDestroy();
  return {
    ok: true,
    ms,
    phases: { ...(reached.dnsMs > 0 && { dns: reached.dnsMs }), connect: ms },
    address: reached.address,
    sourcePort,
    labels: { backend: reached.address },
  };
}
