import { createHmac } from 'node:crypto';

/** The headers that prove a request to be Slack's: v0 HMAC-SHA256 over `v0:timestamp:body`. */
export function signatureHeaders(secret: string, body: string, atSeconds: number): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${atSeconds}:${body}`).digest('hex');
  return { 'X-Slack-Request-Timestamp': String(atSeconds), 'X-Slack-Signature': `v0=${digest}` };
}
