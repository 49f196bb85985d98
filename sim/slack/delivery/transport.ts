import type { Payload } from '../payloads/envelope.ts';

export type Ack =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly reason: Failure; readonly status?: number; readonly noRetry?: boolean };

/** https://docs.slack.dev/apis/events-api#retries */
type Failure = 'http_timeout' | 'timeout' | 'http_error' | 'connection_failed' | 'too_many_redirects';

export interface Retry {
  readonly attempt: number;
  readonly reason: string;
}

/** One way by which payloads reach the app. */
export interface Transport {
  send(payload: Payload, timeoutMs: number, retry?: Retry): Promise<Ack>;
  close(): void;
}
