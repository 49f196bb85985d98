import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** A port that cannot be had, in a sentence for whoever starts the process. */
export class MetricsPortError extends Error {
  override readonly name = 'MetricsPortError';
}

export interface HealthServer {
  /** Where it listens. */
  readonly url: string;
  close(): Promise<void>;
}

interface Answers {
  readonly metrics: Metrics;
  /** What keeps the process from its work, one line each; nothing where it is ready. Must end within two seconds. */
  readonly notReady: () => Promise<readonly string[]>;
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/** Answers `/metrics`, `/healthz` (that it answers is what it says) and `/readyz`, on all addresses: kubelets ask from outside. */
export async function startHealthServer(port: number, answers: Answers): Promise<HealthServer> {
  const server = createServer(listenerOf(answers));
  server.listen(port);
  await once(server, 'listening').catch((error: unknown) => {
    throw explain(error, port);
  });
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

const NoPort = z.object({ code: z.enum(['EADDRINUSE', 'EACCES']) });

function explain(error: unknown, port: number): unknown {
  const { data } = NoPort.safeParse(error);
  if (data === undefined) return error;
  const why = data.code === 'EADDRINUSE' ? 'another process has it' : 'this user may not listen there';
  return new MetricsPortError(`NETCHECK_METRICS_PORT: cannot listen on port ${port}: ${why}`, {
    cause: error,
  });
}

function listenerOf(answers: Answers): RequestListener {
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    answerTo(path, answers)
      .catch((error: unknown): Answer => {
        answers.logger.error({ err: error, path }, 'metrics or health could not be told');
        return { status: 500, body: 'it failed, and the log says why\n' };
      })
      .then(({ status, body, type = 'text/plain; charset=utf-8' }) =>
        response.writeHead(status, { 'Content-Type': type }).end(body),
      )
      // Whoever asked has left.
      .catch(() => undefined);
  };
}

async function answerTo(path: string, { metrics, notReady }: Answers): Promise<Answer> {
  switch (path) {
    case '/metrics':
      return { status: 200, body: await metrics.exposition(), type: metrics.contentType };
    case '/healthz':
      return { status: 200, body: 'ok\n' };
    case '/readyz': {
      const missing = await notReady();
      return missing.length === 0
        ? { status: 200, body: 'ok\n' }
        : { status: 503, body: `${missing.join('\n')}\n` };
    }
    default:
      return { status: 404, body: 'there are /metrics, /healthz and /readyz\n' };
  }
}
