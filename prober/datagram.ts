import { createSocket } from 'node:dgram';
import { codeOf } from './connect.ts';
import type { Patience, Waited } from './patience.ts';
import type { Reached } from './run.ts';

/** What to send, and what to make of what comes back: `more` is to come, or `undefined`: it is not for us. */
export interface Talk<T> {
  readonly begin: (send: (bytes: Buffer) => void) => void;
  readonly hear: (bytes: Buffer) => T | 'more' | undefined;
  /** Milliseconds to wait, if fewer than there are. */
  readonly most?: number;
}

/**
 * Sends from a socket of its own and waits for the answer: what it was, or the errno, `timeout`, or `mismatch` where
 * only something else came. The socket is connected: the kernel hands over only what the peer itself sent, and tells of
 * ICMP port unreachable (ECONNREFUSED). That it tells nothing is no delivery.
 */
export async function converse<T>(
  { address, family, port }: Pick<Reached, 'address' | 'family'> & { readonly port: number },
  patience: Patience,
  { begin, hear, most = Infinity }: Talk<T>,
): Promise<Waited<T> & { readonly sourcePort: number }> {
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4' });
  let sourcePort = 0;
  const came = { alien: false, own: false };
  const waited = await patience.wait<T>((done, fail) => {
    socket.on('error', (error) => fail(codeOf(error)));
    socket.on('message', (bytes) => {
      const heard = hear(bytes);
      if (heard === undefined) came.alien = true;
      else if (heard === 'more') came.own = true;
      else done(heard);
    });
    socket.once('connect', () => {
      sourcePort = socket.address().port;
      // The ICMP answer to one datagram is told to whoever sends the next.
      begin((bytes) => {
        socket.send(bytes, (error) => {
          if (error !== null) fail(codeOf(error));
        });
      });
    });
    socket.connect(port, address);
  }, most);
  // What fails later fails for nobody: a second ICMP answer, a socket that never was connected.
  socket.removeAllListeners().on('error', () => undefined);
  socket.close();
  const { ms } = waited;
  if ('value' in waited) return { value: waited.value, ms, sourcePort };
  const mismatch = came.alien && !came.own && waited.error === 'timeout';
  return { error: mismatch ? 'mismatch' : waited.error, ms, sourcePort };
}
