import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackSim } from '../../../sim/slack/start-slack.ts';

/** A real Bolt app that has joined the workspace. */
export async function boltApp(slack: SlackSim, mode: 'socket' | 'http'): Promise<App> {
  const common = {
    token: slack.botToken,
    logLevel: LogLevel.ERROR,
    convoStore: false,
    clientOptions: { slackApiUrl: slack.apiUrl },
  } as const;
  if (mode === 'socket') {
    const app = new App({ ...common, socketMode: true, appToken: slack.appToken });
    await app.start();
    return app;
  }
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({ ...common, receiver });
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server;
  const { port } = server.address() as AddressInfo;
  await slack.deliver({ mode: 'http', requestUrl: `http://127.0.0.1:${port}/slack/events` });
  return app;
}

/** A real Web API client that neither waits nor repeats. */
export function webClient(
  slack: SlackSim,
  options: WebClientOptions = {},
  token = slack.botToken,
): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    // A refusal is what most tests look for: no need to log it.
    logger: silent,
    ...options,
  });
}

const nothing = () => undefined;
const silent: NonNullable<WebClientOptions['logger']> = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

/** Bolt's listeners are asynchronous even when they only note what they heard. */
export function noted(list: string[], heard: string): Promise<void> {
  list.push(heard);
  return Promise.resolve();
}
