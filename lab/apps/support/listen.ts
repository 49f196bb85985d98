import { once } from 'node:events';
import type { Server } from 'node:net';

interface Where {
  readonly port: number;
  /** Connections that may wait to be accepted; the kernel takes at most net.core.somaxconn. */
  readonly backlog?: number;
}

/** Listens on every IPv4 address. */
export async function listen(server: Server, { port, backlog = 511 }: Where): Promise<void> {
  server.listen({ host: '0.0.0.0', port, backlog });
  await once(server, 'listening');
}
