import { Cannot } from '../cannot.ts';
import { connect } from '../connect.ts';
import { firstBytes } from '../first-byte.ts';
import { Patience } from '../patience.ts';
import type { Attempt, Outcome, Run } from '../run.ts';

/** Seconds: Linkerd waits 10 for the client to speak before it opens the connection to the server. */
const usualSilence = 12;

/** Connects and waits for the far end to speak. `ms` is until the first byte; the connect has its own time besides. */
export async function probe(run: Run): Promise<void> {
  const { timeout, deadline, options } = run.task;
  const { silence = usualSilence } = options;
  const longest = timeout + silence;
  if (longest > deadline)
    throw new Cannot(
      'rejected',
      `Unexpected deadline ${deadline}, expected more than ${timeout} s to connect and ${silence} s of silence`,
    );
  await run.each((attempt) => listenOnce(run, attempt, silence), run.task.attempts, longest);
}

async function listenOnce(run: Run, attempt: Attempt, silence: number): Promise<Outcome> {
  const connected = await connect(run, attempt);
  if ('failure' in connected) return connected.failure;
  const { socket, reached, sourcePort, phases } = connected;
  const heard = await firstBytes(socket, new Patience(silence, attempt.signal));
  socket.resetAndDestroy();
  const outcome = {
    ms: connected.ms + heard.ms,
    phases: { ...phases, firstByte: heard.ms },
    address: reached.address,
    sourcePort,
    labels: { backend: reached.address },
  };
  if ('value' in heard) return { ok: true, ...outcome };
  return { ok: false, error: heard.error === 'timeout' ? 'silent' : heard.error, ...outcome };
}
