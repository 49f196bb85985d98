import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvestigateJob, keys, queueNames } from '../../core/jobs.ts';
import type { RunningBot } from '../../bot/start.ts';
import { openQueue } from '../../platform/queues.ts';
import type { Message } from '../../sim/slack/model.ts';
import { freePort } from '../../sim/world/processes.ts';
import { cluster, isReport, type Stage } from './stage.ts';

const services = [
  { namespace: 'shop', service: 'checkout' },
  { namespace: 'shop', service: 'cart' },
  { namespace: 'staging', service: 'cart' },
];

const token = 'a-token-of-alertmanager';

interface Fired {
  readonly name?: string;
  readonly status?: 'firing' | 'resolved';
  readonly service?: string;
  readonly namespace?: string;
  readonly startsAt?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Alerting {
  readonly bot: RunningBot;
  readonly url: string;
  /** Posts as Alertmanager. */
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** Posts alerts as Alertmanager does; the answer is its status. */
  readonly alert: (...fired: readonly Fired[]) => Promise<number>;
  /** The investigations that were begun, those that wait among them. */
  readonly begun: () => Promise<InvestigateJob[]>;
  readonly reports: (channel?: string) => readonly Message[];
  /** Resolves once all that was posted is taken in. */
  readonly takenIn: () => Promise<void>;
}

/** A bot that takes alerts, on a cluster whose Services are known. */
export async function startAlerting(
  stage: Stage,
  settings = 'channel: C0OPS',
  changes: Record<string, unknown> = {},
): Promise<Alerting> {
  const file = join(await mkdtemp(join(tmpdir(), 'netcheck-alerts-')), 'alerts.yaml');
  await writeFile(file, settings);
  const port = await freePort();
  await listServices(stage);
  const bot = await stage.startBot({
    NETCHECK_ALERTS: file,
    NETCHECK_WEBHOOK_PORT: port,
    NETCHECK_WEBHOOK_AUTH: `bearer:${token}`,
    ...changes,
  });
  const url = `http://127.0.0.1:${port}/alertmanager`;
  const investigations = openQueue(queueNames.investigate(cluster), stage.redisUrl);
  const alerts = openQueue(queueNames.alerts(cluster), stage.redisUrl);
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    });
  return {
    bot: {
      ...bot,
      close: async () => {
        await bot.close();
        await Promise.all([investigations.close(), alerts.close()]);
      },
    },
    url,
    post,
    alert: async (...fired) => (await post(webhook(...fired))).status,
    begun: async () =>
      (await investigations.getJobs(['waiting', 'prioritized', 'delayed'], 0, -1, true)).map(({ data }) =>
        InvestigateJob.parse(data),
      ),
    reports: (channel = 'ops') => stage.slack.control.messages(channel).filter(isReport),
    takenIn: async () => {
      for (;;) {
        const counts = await alerts.getJobCounts('waiting', 'active', 'delayed');
        if (Object.values(counts).every((count) => count === 0)) return;
      }
    },
  };
}

/** As a worker would have. */
export async function listServices({ documents }: Stage): Promise<void> {
  const at = Date.now();
  await documents.write(keys.directory(cluster), at, { at, services });
}

export function webhook(...fired: readonly Fired[]): object {
  const alerts = fired.map(alertOf);
  return {
    version: '4',
    groupKey: '{}:{alertname="any"}',
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: 'netcheck',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.com',
    alerts,
  };
}

function alertOf({
  name = 'HighErrorRate',
  status = 'firing',
  service = 'checkout',
  namespace = 'shop',
  startsAt = '2026-09-01T14:02:00Z',
  labels = {},
}: Fired) {
  const all = { alertname: name, ...(service !== '' && { service, namespace }), ...labels };
  return {
    status,
    labels: all,
    annotations: { summary: `${name} fires` },
    startsAt,
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-09-01T14:20:00Z',
    generatorURL: '',
    fingerprint: Buffer.from(JSON.stringify(all)).toString('base64url').slice(0, 60),
  };
}
