import { once } from 'node:events';
import { createServer } from 'node:http';

export interface LiveExporter {
  /** host:port */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Serves the page that Prometheus scrapes from now on. */
export async function startLiveExporter(page: () => string): Promise<LiveExporter> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(page());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The exporter has no TCP address');
  }
  return {
    address: `127.0.0.1:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
