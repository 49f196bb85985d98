import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findBinary, launch, privateDir, type RunningProcess } from '../world/processes.ts';

/** Where Alertmanager sends what it has grouped. */
interface Receiver {
  readonly url: string;
  readonly bearer: string;
}

export interface AlertmanagerOptions {
  readonly receiver: Receiver;
  readonly groupBy: readonly string[];
  /** Seconds before the first notification of a group, before one of a change in it, and before it is repeated. */
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
}

/** An alert as Prometheus says it. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  /** In the past: it is resolved. */
  readonly endsAt?: string;
}

export interface Alertmanager extends RunningProcess {
  /** Says alerts as a Prometheus does, which says them again every minute while they fire. */
  readonly post: (alerts: readonly PostedAlert[]) => Promise<void>;
  /** How often it has called the receiver, by its own count. */
  readonly calls: () => Promise<number>;
}

/** A real Alertmanager of one's own. */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<Alertmanager> {
  const binary = await findBinary('prometheus-alertmanager', 'prometheus-alertmanager');
  const place = await privateDir('alertmanager', undefined);
  const config = join(place.dir, 'alertmanager.yml');
  await writeFile(config, stringify(configOf(options)));
  const running = await launch({
    binary,
    ...place,
    port: undefined,
    args: (port, dir) => [
      `--config.file=${config}`,
      `--storage.path=${dir}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    isReady: async (port) => {
      try {
        return (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok;
      } catch {
        return false;
      }
    },
  });
  const url = `http://127.0.0.1:${running.port}`;
  return { ...running, post: (alerts) => post(`${url}/api/v2/alerts`, alerts), calls: () => callsOf(url) };
}

async function post(url: string, alerts: readonly PostedAlert[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(alerts) });
  if (!answer.ok) throw new Error(`Alertmanager refuses alerts: ${answer.status} ${await answer.text()}`);
}

async function callsOf(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const [, count = '0'] =
    /^alertmanager_notifications_total\{.*integration="webhook".*\} (\S+)$/m.exec(metrics) ?? [];
  return Number(count);
}

function configOf({ receiver, groupBy, wait, interval, repeat }: AlertmanagerOptions): object {
  return {
    route: {
      receiver: 'netcheck',
      group_by: groupBy,
      group_wait: `${wait}s`,
      group_interval: `${interval}s`,
      repeat_interval: `${repeat}s`,
    },
    receivers: [
      {
        name: 'netcheck',
        webhook_configs: [
          {
            url: receiver.url,
            send_resolved: true,
            http_config: { authorization: { type: 'Bearer', credentials: receiver.bearer } },
          },
        ],
      },
    ],
  };
}
