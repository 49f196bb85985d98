import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { ProbeTarget } from '../core/probe-task.ts';
import { alertOf } from './alerts.ts';
import { codeOf } from './connect.ts';
import { parseHost } from './guard.ts';
import type { Patience, Waited } from './patience.ts';
import type { Run } from './run.ts';

/** Milliseconds that the far end has to end its side of a connection. */
const lingerMs = 500;

let shared: SecureContext | undefined;

/** Reads the certificates of the authorities, which takes some ms: before the first handshake is timed. */
export function prepareTls(): SecureContext {
  return (shared ??= createSecureContext());
}

/**
 * Shakes hands on a connection. Whether the certificate is valid is for the caller: no handshake fails for it. A reset that
 * meets the ClientHello on its way out is `closed` now and then (2 of 1000): Node drops the error of that write.
 */
export async function shake(
  socket: Socket,
  patience: Patience,
  servername: string | undefined,
): Promise<Waited<TLSSocket>> {
  const secureContext = prepareTls();
  const shaken = await patience.wait<TLSSocket>((done, fail) => {
    // A reset that comes before TLS listens is told to the bare socket alone.
    if (socket.errored) {
      fail(codeOf(socket.errored));
      return;
    }
    socket.once('error', (error) => fail(codeOf(error)));
    const secure = connect({
      socket,
      secureContext,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(servername !== undefined && { servername }),
    });
    secure.on('error', (error: Error) => fail(alertOf(error) ?? codeOf(error)));
    secure.once('secureConnect', () => done(secure));
  });
  if ('error' in shaken) socket.destroy();
  return shaken;
}

/** Says goodbye and hangs up, so that the far end logs no error. Nobody waits for it. */
export function closePolitely(secure: TLSSocket): void {
  const timer = setTimeout(() => secure.destroy(), lingerMs);
  secure.once('close', () => clearTimeout(timer));
  secure.resume();
  secure.end();
}

/** The name to ask for: as the task says, or the target's where that is a name. Throws Cannot if it can be none. */
export function servernameOf(run: Run, { host }: ProbeTarget): string | undefined {
  const { servername = host } = run.task.options;
  if (servername === null) return undefined;
  parseHost(servername);
  return isIP(servername) === 0 ? servername.replace(/\.$/, '') : undefined;
}
