import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Control } from './control/control.ts';
import { AppEvents } from './delivery/app-events.ts';
import { Deliveries } from './delivery/deliveries.ts';
import { HttpTransport } from './delivery/http.ts';
import { SocketTransport } from './delivery/socket.ts';
import { identity, mintCredentials } from './identity.ts';
import { settle, type Delivery, type SlackOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { bot, channels, people } from './seed.ts';
import { server } from './server.ts';
import { Faults } from './state/faults.ts';
import { Files } from './state/files.ts';
import { Rates } from './state/rates.ts';
import { ResponseUrls } from './state/response-urls.ts';
import { Timers } from './state/timers.ts';
import { Triggers } from './state/triggers.ts';
import { Views } from './state/views.ts';
import { Workspace } from './state/workspace.ts';

/** A running stand-in for Slack. */
export interface SlackSim {
  readonly url: string;
  /** For `slackApiUrl`; ends in `/api/`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly teamId: string;
  readonly control: Control;
  /** Chooses how payloads reach the app; over HTTP the request URL must answer Slack's challenge. */
  deliver(delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

/** Starts a workspace with a few people, #general and #ops, on 127.0.0.1. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackSim> {
  const platform = assemble(options);
  const control = new Control(platform);
  const app = server(platform, control);
  const listener = getRequestListener(app.fetch);
  const http = createServer((request, response) => void listener(request, response));
  http.on('upgrade', (request, socket, head) => {
    platform.socket.upgrade(request, socket, head);
  });
  http.listen(options.port ?? 0, '127.0.0.1');
  await once(http, 'listening');
  platform.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const sim: SlackSim = {
    url: platform.url,
    apiUrl: `${platform.url}/api/`,
    ...platform.credentials,
    botUserId: identity.botUserId,
    botId: identity.botId,
    teamId: identity.teamId,
    control,
    deliver: async (delivery) => deliver(delivery, platform),
    close: async () => {
      platform.timers.close();
      platform.deliveries.close();
      await platform.socket.end();
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
  if (options.delivery !== undefined) await sim.deliver(options.delivery);
  return sim;
}

async function deliver(delivery: Delivery, platform: Platform): Promise<void> {
  if (delivery.mode === 'socket') {
    platform.deliveries.transport = platform.socket;
    return;
  }
  const transport = new HttpTransport(delivery.requestUrl, platform.credentials.signingSecret);
  await transport.verify(identity.verificationToken, platform.settings.timing.ackTimeoutMs);
  platform.deliveries.transport = transport;
}

function assemble(options: SlackOptions): Platform {
  const settings = settle(options);
  const { timing } = settings;
  const workspace = new Workspace([...people, bot(settings.app.name)], channels);
  const timers = new Timers();
  const faults = new Faults();
  const socket = new SocketTransport();
  const deliveries = new Deliveries(socket, timing, timers, faults);
  return {
    settings,
    credentials: mintCredentials(),
    workspace,
    views: new Views((change) => workspace.tell(change)),
    files: new Files(),
    triggers: new Triggers(timing.triggerTtlMs),
    responseUrls: new ResponseUrls(timing.responseUrlTtlMs),
    rates: new Rates(settings.rateScale),
    faults,
    timers,
    socket,
    deliveries,
    events: new AppEvents(settings.app.events, workspace, deliveries),
    journal: [],
    url: '',
  };
}
