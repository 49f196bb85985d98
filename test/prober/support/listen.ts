import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ProbeTarget } from '../../../core/probe-task.ts';

/** Something that listens at loopback until the test is over. */
export interface Listening extends AsyncDisposable {
  readonly target: ProbeTarget & { readonly port: number };
}

/** A server that does with every connection as it is told. */
export function listen(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<Listening> {
  return listening(
    createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    }),
    host,
  );
}

/** Whatever server it is, at a port of its own. */
export async function listening(server: Server, host = '127.0.0.1'): Promise<Listening> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    target: { host, port },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<ProbeTarget & { readonly port: number }> {
  const { target, ...server } = await listen(() => undefined);
  await server[Symbol.asyncDispose]();
  return target;
}
