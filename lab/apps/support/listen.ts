import { once } from 'node:events';
import type { Server } from 'node:net';

interface Where {
  readonly port: number;
  /** Connections that may wait to be accepted; the kernel takes at most net.core.somaxconn. */
  readonly backlog?: number;
}

/** How many sockets `listenWidely` has. */
const width = 16;

/** Listens on every IPv4 address. */
export async function listen(server: Server, { port, backlog = 511 }: Where): Promise<void> {
  await listening(server, { port, backlog });
}

/**
 * The same with many sockets, each with a server of its own, among which the kernel spreads the connections. Node takes
 * one from a socket in each turn of its loop (libuv since 1.45). Where a busy machine makes a turn take a tenth of a
 * second, connections would queue for seconds at a single one, as they do at no CoreDNS and at no proxy.
 */
export async function listenWidely(serverOf: () => Server, port: number): Promise<void> {
  const servers = Array.from({ length: width }, serverOf);
  await Promise.all(servers.map((server) => listening(server, { port, backlog: 511, reusePort: true })));
}

async function listening(
  server: Server,
  how: Required<Where> & { readonly reusePort?: true },
): Promise<void> {
  server.listen({ host: '0.0.0.0', ...how });
  await once(server, 'listening');
}
