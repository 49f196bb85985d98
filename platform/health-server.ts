import type { RequestListener } from 'node:http';
import { listenOn, type HttpServer } from './http-server.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

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
export async function startHealthServer(port: number, answers: Answers): Promise<HttpServer> {
  return listenOn(port, 'NETCHECK_METRICS_PORT', listenerOf(answers));
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
