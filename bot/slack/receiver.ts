import type { Server } from 'node:http';
import { HTTPReceiver, SocketModeReceiver, type Receiver } from '@slack/bolt';
import type { BotEnvironment } from '../../core/config.ts';
import type { Logger } from '../../platform/logger.ts';
import { slackAddress } from './clients.ts';
import { slackLogger } from './slack-logger.ts';

/** How payloads come in: over a WebSocket that the bot opens, or as signed HTTP requests that Slack sends. */
export interface Inlet {
  readonly receiver: Receiver;
  /** Signed HTTP only: where it listens. */
  readonly start: () => Promise<{ url?: string }>;
  readonly close: () => Promise<void>;
  /** Why Slack cannot reach the bot just now, if so. */
  readonly whyNot: () => string | undefined;
  /** Whether a listener that throws makes Slack deliver again. */
  readonly isRepeatedOnFailure: boolean;
}

type Config = Pick<BotEnvironment, 'SLACK_APP_TOKEN' | 'SLACK_SIGNING_SECRET' | 'SLACK_API_URL' | 'PORT'>;

export function openInlet(config: Config, logger: Logger): Inlet {
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = config;
  if (appToken !== undefined) return socketInlet(appToken, config.SLACK_API_URL, logger);
  return httpInlet(signingSecret ?? '', config.PORT, logger);
}

/** Milliseconds that closing waits for Slack's side of a connection. */
const closeWithinMs = 1000;

function socketInlet(appToken: string, apiUrl: string | undefined, logger: Logger): Inlet {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: slackLogger(logger),
    // Slack's own patience applies to the call that opens a connection: after an outage it has to go on trying.
    installerOptions: { clientOptions: { ...slackAddress(apiUrl), timeout: 10_000 } },
  });
  return {
    receiver,
    isRepeatedOnFailure: false,
    whyNot: () => (receiver.client.websocket?.isActive() === true ? undefined : 'not connected'),
    start: async () => {
      await receiver.start();
      return {};
    },
    close: async () => {
      await Promise.race([receiver.client.disconnect(), later(closeWithinMs)]);
    },
  };
}

function httpInlet(signingSecret: string, port: number, logger: Logger): Inlet {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger: slackLogger(logger),
    // Slack hears "done" only when it is done, so that what failed is delivered again.
    processBeforeResponse: true,
    customRoutes: [
      {
        path: '/healthz',
        method: 'GET',
        handler: (_request, response) => response.writeHead(200).end('ok\n'),
      },
    ],
  });
  let server: Server | undefined;
  return {
    receiver,
    isRepeatedOnFailure: true,
    whyNot: () => (server?.listening === true ? undefined : 'not listening'),
    start: async () => {
      server = await receiver.start(port);
      const address = server.address();
      const bound = address === null || typeof address === 'string' ? port : address.port;
      return { url: `http://127.0.0.1:${bound}/slack/events` };
    },
    close: async () => {
      const stopped = receiver.stop();
      server?.closeIdleConnections();
      await Promise.race([stopped, later(closeWithinMs)]);
      server?.closeAllConnections();
    },
  };
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
