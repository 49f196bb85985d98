import { randomBytes } from 'node:crypto';
import type { Payload } from '../payloads/envelope.ts';
import { signatureHeaders } from './signature.ts';
import type { Ack, Retry, Transport } from './transport.ts';

/** Signed requests to the app's request URL. */
export class HttpTransport implements Transport {
  readonly #requestUrl: string;
  readonly #signingSecret: string;
  readonly #closing = new AbortController();

  constructor(requestUrl: string, signingSecret: string) {
    this.#requestUrl = requestUrl;
    this.#signingSecret = signingSecret;
  }

  /** Proves that the app owns the request URL, as Slack does when the URL is saved. */
  async verify(token: string, timeoutMs: number): Promise<void> {
    const challenge = randomBytes(16).toString('hex');
    const body = JSON.stringify({ type: 'url_verification', token, challenge });
    const response = await this.#post(body, 'application/json', timeoutMs);
    const answer = await response.text();
    if (response.status !== 200 || !answer.includes(challenge)) {
      throw new Error(`the request URL did not answer the challenge: HTTP ${response.status}`);
    }
  }

  async send(payload: Payload, timeoutMs: number, retry?: Retry): Promise<Ack> {
    const retryHeaders = retry && {
      'X-Slack-Retry-Num': String(retry.attempt),
      'X-Slack-Retry-Reason': retry.reason,
    };
    try {
      const [body, contentType] = encode(payload);
      const response = await this.#post(body, contentType, timeoutMs, retryHeaders);
      if (response.status >= 300 && response.status < 400) return { ok: false, reason: 'too_many_redirects' };
      const noRetry = response.headers.get('x-slack-no-retry') === '1';
      const text = await response.text();
      if (!response.ok) return { ok: false, reason: 'http_error', status: response.status, noRetry };
      return { ok: true, body: decode(text, response.headers.get('content-type') ?? '') };
    } catch (error) {
      return { ok: false, reason: isTimeout(error) ? 'http_timeout' : 'connection_failed' };
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #post(
    body: string,
    contentType: string,
    timeoutMs: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(this.#requestUrl, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]),
      headers: {
        'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'Content-Type': contentType,
        ...signatureHeaders(this.#signingSecret, body, Math.floor(Date.now() / 1000)),
        ...headers,
      },
    });
  }
}

/** A DOMException, which is no Error of the realm that catches it where tests run. */
const isTimeout = (error: unknown) =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';

function encode({ kind, body }: Payload): readonly [body: string, contentType: string] {
  const form = 'application/x-www-form-urlencoded';
  switch (kind) {
    case 'events_api':
      return [JSON.stringify(body), 'application/json'];
    case 'slash_commands':
      return [new URLSearchParams(body).toString(), form];
    case 'interactive':
      return [new URLSearchParams({ payload: JSON.stringify(body) }).toString(), form];
  }
}

function decode(text: string, contentType: string): unknown {
  if (text.trim() === '') return null;
  return contentType.startsWith('application/json') ? JSON.parse(text) : text;
}
