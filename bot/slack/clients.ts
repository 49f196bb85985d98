import { WebClient, type WebAPICallResult } from '@slack/web-api';
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

/** Told of every call that failed; it must not fail. */
export type CallWitness = (method: string, error: unknown) => void;

interface Access {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
  readonly witness?: CallWitness;
}

const noRepeats = { rejectRateLimitedCalls: true, retryConfig: { retries: 0 } } as const;

/** Milliseconds: well below the three seconds that Slack waits for an answer. */
export const interactiveOptions = { ...noRepeats, timeout: 2500 } as const;
const workerOptions = { ...noRepeats, timeout: 10_000 } as const;

export function openSlackClients({ token, apiUrl, logger, witness = () => undefined }: Access): SlackClients {
  const common = { ...slackAddress(apiUrl), logger: slackLogger(logger) };
  return {
    interactive: new WatchedClient(witness, token, { ...common, ...interactiveOptions }),
    worker: new WatchedClient(witness, token, { ...common, ...workerOptions }),
  };
}

/** Every method of the client goes through `apiCall`. */
class WatchedClient extends WebClient {
  readonly #witness: CallWitness;

  constructor(witness: CallWitness, ...given: ConstructorParameters<typeof WebClient>) {
    super(...given);
    this.#witness = witness;
  }

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    try {
      return await super.apiCall(method, options);
    } catch (error) {
      this.#witness(method, error);
      throw error;
    }
  }
}

export function slackAddress(apiUrl: string | undefined): { slackApiUrl?: string } {
  return apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` };
}
