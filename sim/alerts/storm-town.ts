import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCluster } from '../cluster/start-cluster.ts';
import { allOrNone, Closers } from '../demo/closers.ts';
import { environmentOf, slackManifest, writeKubeconfigOf } from '../demo/start-netcheck.ts';
import { startSlack, type SlackSim } from '../slack/start-slack.ts';
import { freePort, startRedis } from '../world/processes.ts';
import { startPrometheus } from '../world/prometheus.ts';
import { startAlertmanager, type Alertmanager, type AlertmanagerOptions } from './alertmanager.ts';
import { stormManifests, type StormService } from './storm.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'cli/main.ts');
const readyWithinMs = 30_000;

type Part = 'bot' | 'worker';

/** netcheck as it is deployed, each part a process, between a real Alertmanager, Redis and Prometheus and two stand-ins. */
export interface StormTown {
  readonly slack: SlackSim;
  readonly alertmanager: Alertmanager;
  readonly redisUrl: string;
  readonly clusterName: string;
  /** The channel that alerts go to, which netcheck is in. */
  readonly channel: string;
  /** Where Alertmanager posts. */
  readonly webhook: { readonly url: string; readonly bearer: string };
  /** Kills a part without a word and starts it again. */
  readonly kill: (part: Part) => Promise<void>;
  readonly killRedis: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StormTownOptions {
  readonly services: readonly StormService[];
  /** Multiplies Slack's rate limits. */
  readonly rateScale: number;
  readonly grouping: Omit<AlertmanagerOptions, 'receiver'>;
  /** Environment beyond what it takes to run. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function startStormTown(options: StormTownOptions): Promise<StormTown> {
  const closers = new Closers();
  const close = (): Promise<void> => closers.closeAll();
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const clusterName = 'storm';
const bearer = 'storm-token-of-a-test';

async function start(
  { services, rateScale, grouping, env = {} }: StormTownOptions,
  closers: Closers,
): Promise<Omit<StormTown, 'close'>> {
  const { opened } = closers;
  const dir = await mkdtemp(join(tmpdir(), 'netcheck-storm-'));
  closers.add(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const url = `http://127.0.0.1:${await freePort()}/alertmanager`;
  const rbac = await readFile(join(root, 'deploy/rbac.yaml'), 'utf8');
  const [firstRedis, prometheus, slack, cluster, alertmanager] = await allOrNone([
    startRedis({ aof: true, dir }),
    opened(startPrometheus({ targets: [] })),
    opened(startSlack({ manifest: await slackManifest(), rateScale })),
    opened(startCluster({ manifests: [...stormManifests(services), rbac] })),
    opened(startAlertmanager({ receiver: { url, bearer }, ...grouping })),
  ]);
  let redis = firstRedis;
  closers.add(() => redis.close());
  const { channel } = slack.control.channel({ user: 'U0ALICE', name: 'alerts' });
  slack.control.invite({ user: 'U0ALICE', channel: channel.id, users: [slack.botUserId] });
  const alerts = join(dir, 'alerts.yaml');
  await writeFile(alerts, stringify({ channel: channel.id }));
  const environment = {
    ...environmentOf({ redisUrl: redis.url, prometheusUrl: prometheus.url, clusterName, env }),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    NETCHECK_ALERTS: alerts,
    NETCHECK_WEBHOOK_PORT: new URL(url).port,
    NETCHECK_WEBHOOK_AUTH: `bearer:${bearer}`,
    KUBECONFIG: await writeKubeconfigOf('worker', { cluster, dir }),
    NETCHECK_PROBES: 'off',
    LOG_LEVEL: 'error',
  };
  const parts = new Map<Part, ChildProcess>();
  const begin = async (part: Part): Promise<void> => {
    const metricsPort = await freePort();
    const child = spawn(process.execPath, [main, part], {
      env: { PATH: process.env['PATH'], ...environment, NETCHECK_METRICS_PORT: String(metricsPort) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    parts.set(part, child);
    await untilReady(part, child, metricsPort);
  };
  closers.add(async () => {
    for (const child of parts.values()) await endNow(child);
  });
  await begin('worker');
  await begin('bot');
  return {
    ...{ slack, alertmanager, redisUrl: redis.url, clusterName, channel: channel.id },
    webhook: { url, bearer },
    async kill(part) {
      const child = parts.get(part);
      if (child !== undefined) await endNow(child);
      await begin(part);
    },
    async killRedis() {
      process.kill(redis.pid, 'SIGKILL');
      await redis.close();
      redis = await startRedis({ aof: true, dir, port: firstRedis.port });
    },
  };
}

async function endNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function untilReady(part: Part, child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the ${part} does not come up`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
