import { WebClient } from '@slack/web-api';
import { slackLogger } from './slack-logger.ts';
import type { Logger } from '../../platform/logger.ts';

/**
 * Two clients, because a rate limit pauses every call of the client that met it: a throttled chat.update must not make a
 * dialog miss the three seconds in which it may open. Neither repeats calls by itself: a repeated chat.postMessage would
 * post twice, and whoever waits for a rate limit wants to send what is newest then.
 */
export interface SlackClients {
  /** For whoever has a person waiting. */
  readonly interactive: WebClient;
  /** For reports, which can wait. */
  readonly worker: WebClient;
}

interface Access {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
}

const noRepeats = { rejectRateLimitedCalls: true, retryConfig: { retries: 0 } } as const;

/** Milliseconds: well below the three seconds that Slack waits for an answer. */
export const interactiveOptions = { ...noRepeats, timeout: 2500 } as const;
const workerOptions = { ...noRepeats, timeout: 10_000 } as const;

export function openSlackClients({ token, apiUrl, logger }: Access): SlackClients {
  const common = { ...slackAddress(apiUrl), logger: slackLogger(logger) };
  return {
    interactive: new WebClient(token, { ...common, ...interactiveOptions }),
    worker: new WebClient(token, { ...common, ...workerOptions }),
  };
}

export function slackAddress(apiUrl: string | undefined): { slackApiUrl?: string } {
  return apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` };
}
