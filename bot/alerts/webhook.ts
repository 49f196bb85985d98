import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { readAlertmanagerWebhook } from '../../core/alerts/alertmanager.ts';
import type { AlertsJob } from '../../core/jobs.ts';
import { listenOn, type HttpServer } from '../../platform/http-server.ts';
import type { Logger } from '../../platform/logger.ts';
import { WebhookAuth } from './webhook-auth.ts';

/** Bytes: thousands of alerts at once. */
const maxBody = 2_000_000;

interface Webhook {
  readonly port: number;
  /** As NETCHECK_WEBHOOK_AUTH has it. */
  readonly auth: string;
  /** Stores what came; fails in time for an answer. */
  readonly store: (job: AlertsJob) => Promise<void>;
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly said: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** Takes what Alertmanager posts to `/alertmanager`. It hears "done" when that is stored, and says it again unless it does. */
export async function startWebhook({ port, auth, store, logger }: Webhook): Promise<HttpServer> {
  const expected = new WebhookAuth(auth);
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const refused = refusalOf(request, expected);
    if (refused !== undefined) return refused;
    const body = await bodyOf(request);
    if (body === undefined) return tooLarge;
    const read = readAlertmanagerWebhook(json(body));
    if (read.kind === 'problem') {
      logger.warn({ problem: read.message }, 'the webhook was called with what is no alert');
      return { status: 400, said: read.message };
    }
    if (read.truncated > 0) logger.warn({ truncated: read.truncated }, 'Alertmanager has left alerts out');
    try {
      await store({ alerts: [...read.alerts], at: Date.now() });
    } catch (error) {
      logger.error({ err: error }, 'alerts could not be stored');
      return { status: 503, said: 'Redis is out of reach: try again' };
    }
    return { status: 200, said: 'ok' };
  };
  return listenOn(port, 'NETCHECK_WEBHOOK_PORT', (request, response) => {
    answerTo(request)
      .then(({ status, said, headers = {} }) =>
        // What is left of a body that nobody reads would be taken for the next request.
        response
          .writeHead(status, {
            'Content-Type': 'text/plain; charset=utf-8',
            ...(request.complete ? {} : { Connection: 'close' }),
            ...headers,
          })
          .end(`${said}\n`),
      )
      // Whoever called has left.
      .catch(() => response.destroy());
  });
}

const tooLarge: Answer = { status: 413, said: `expected at most ${maxBody / 1e6} MB; set max_alerts` };

function refusalOf({ url = '', method, headers }: IncomingMessage, auth: WebhookAuth): Answer | undefined {
  if (url.split('?', 1)[0] !== '/alertmanager') return { status: 404, said: 'there is /alertmanager' };
  if (method !== 'POST') return { status: 405, said: 'expected POST', headers: { Allow: 'POST' } };
  if (!auth.allows(headers.authorization))
    return {
      status: 401,
      said: 'expected the credentials of NETCHECK_WEBHOOK_AUTH',
      headers: { 'WWW-Authenticate': auth.challenge },
    };
  return Number(headers['content-length'] ?? 0) > maxBody ? tooLarge : undefined;
}

/** Undefined if it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What is no JSON is as little a webhook as anything else that is none. */
function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
