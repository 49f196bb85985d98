import { SlackError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** What a failed call means for whoever made it. */
export type SlackFailure =
  | { readonly kind: 'rate-limited'; readonly afterMs: number }
  /** Slack understood and said no: the same call would fail again. `right` is the scope that the app lacks. */
  | { readonly kind: 'refused'; readonly code: string; readonly right?: string }
  /** Nobody knows whether it happened: no answer, or Slack itself was in trouble. */
  | { readonly kind: 'uncertain'; readonly why: string };

/** Codes by which Slack says that it is in trouble itself. https://docs.slack.dev/reference/methods/chat.postMessage */
const troubles: readonly string[] = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'rollup_error',
];

/** Anything but a failure of Slack is a failure of ours, and thrown on. */
export function failureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'rate-limited', afterMs: error.retryAfter * 1000 };
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (troubles.includes(code)) return { kind: 'uncertain', why: code };
    const { needed } = error.data as { readonly needed?: unknown };
    return { kind: 'refused', code, ...(typeof needed === 'string' && { right: needed }) };
  }
  if (error instanceof SlackError) return { kind: 'uncertain', why: error.message };
  throw error;
}

/** Codes that say that these blocks are the trouble; the same words without blocks may pass. */
export function isAboutBlocks(code: string): boolean {
  return ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long'].includes(code);
}
