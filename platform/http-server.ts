import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

export interface HttpServer {
  /** Where it listens. */
  readonly url: string;
  close(): Promise<void>;
}

/** A port that is taken or not ours to take, in a line for whoever starts the process. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

const NoPort = z.object({ code: z.enum(['EADDRINUSE', 'EACCES']) });

function explain(error: unknown, what: string): unknown {
  const { data } = NoPort.safeParse(error);
  if (data === undefined) return error;
  const why = data.code === 'EADDRINUSE' ? 'another process has it' : 'this user may not listen there';
  return new CannotListen(`${what}: ${why}`, { cause: error });
}

/** How long a request may take to come in, in milliseconds. */
const requestTimeoutMs = 10_000;

/** Listens on all addresses. `setting` names where the port comes from. */
export async function listenOn(
  port: number,
  setting: string,
  listener: RequestListener,
): Promise<HttpServer> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, listener);
  server.listen(port);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explain(error, `${setting}: cannot listen on port ${port}`);
  }
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
