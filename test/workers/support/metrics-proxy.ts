import { setTimeout as pause } from 'node:timers/promises';
import { bodyOf, serve, type TestServer } from '../../support/servers.ts';

/** What becomes of one query: it goes through (at once, later, or when it is let), is answered in Prometheus' place, hangs, or is cut off. */
type Treatment =
  | 'pass'
  | 'hang'
  | 'drop'
  | { readonly delayMs: number }
  | { readonly after: Promise<unknown> }
  | { readonly status: number; readonly body: string };

export interface MetricsProxy extends Pick<TestServer, 'url' | 'close'> {
  /** Decides on every query from now on. */
  treat(decide: (query: string, count: number) => Treatment): void;
  /** The queries of looks that came in since the last `treat`. */
  readonly queries: readonly string[];
}

/** What a worker asks from time to time to know that Prometheus is there; no look of an investigation. */
const health = 'vector(1)';

/** Stands in front of a real Prometheus and can make it slow, refuse, or fall silent. */
export async function startMetricsProxy(prometheusUrl: string): Promise<MetricsProxy> {
  let decide: (query: string, count: number) => Treatment = () => 'pass';
  let queries: string[] = [];
  const server = await serve((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      const query = new URLSearchParams(body).get('query') ?? '';
      if (query !== health) queries.push(query);
      const treatment = query === health ? 'pass' : decide(query, queries.length);
      if (treatment === 'hang') return;
      if (treatment === 'drop') {
        request.socket.resetAndDestroy();
        return;
      }
      if (typeof treatment === 'object' && 'status' in treatment) {
        response.writeHead(treatment.status, { 'content-type': 'application/json' }).end(treatment.body);
        return;
      }
      if (treatment !== 'pass') await ('after' in treatment ? treatment.after : pause(treatment.delayMs));
      const { 'content-type': type = '' } = request.headers;
      const answered = await fetch(new URL(request.url ?? '', prometheusUrl), {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      const text = await answered.text();
      response.writeHead(answered.status, { 'content-type': 'application/json' }).end(text);
    };
    answer().catch(() => response.destroy());
  });
  return {
    url: server.url,
    close: () => server.close(),
    treat(next) {
      decide = next;
      queries = [];
    },
    get queries() {
      return queries;
    },
  };
}
