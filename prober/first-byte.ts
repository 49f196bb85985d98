import type { Socket } from 'node:net';
import { codeOf } from './connect.ts';
import type { Patience, Waited } from './patience.ts';

/** Waits for the first bytes of the far end, at most `most` milliseconds; `send` is what it is told before. */
export function firstBytes(
  socket: Socket,
  patience: Patience,
  { send, most }: { readonly send?: string; readonly most?: number } = {},
): Promise<Waited<Buffer>> {
  return patience.wait<Buffer>((done, fail) => {
    if (socket.errored) {
      fail(codeOf(socket.errored));
      return;
    }
    socket.once('data', done);
    socket.once('error', (error) => fail(codeOf(error)));
    socket.once('end', () => fail('closed'));
    socket.once('close', () => fail('closed'));
    if (send !== undefined) socket.write(send);
  }, most);
}
