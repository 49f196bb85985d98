import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startBot } from '../../bot/start.ts';
import { BotEnvironment, readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import { createLogger } from '../../platform/logger.ts';
import { openPlaybooks } from '../../platform/playbook-source.ts';
import { startRemediator, startWorker } from '../../workers/start.ts';
import { startCluster, type ClusterSim } from '../cluster/start-cluster.ts';
import { startSlack, type SlackSim } from '../slack/start-slack.ts';
import { healedBy } from '../world/healing.ts';
import { startRedis } from '../world/processes.ts';
import { startWorld, type World } from '../world/world.ts';
import type { WorldName } from '../world/worlds.ts';

const deploy = join(import.meta.dirname, '../../deploy');

/** Everything a netcheck needs, running on this machine: all on 127.0.0.1, all ended by `close`. */
export interface Demo {
  readonly slack: SlackSim;
  readonly cluster: ClusterSim;
  readonly world: World;
  readonly redisUrl: string;
  readonly clusterName: string;
  close(): Promise<void>;
}

export interface DemoOptions {
  readonly world: WorldName;
  /** How Slack reaches the bot. */
  readonly wire?: 'socket' | 'http';
  /** The page's port; any free one unless given. */
  readonly port?: number;
  /** Multiplies Slack's rate limits. */
  readonly rateScale?: number;
  readonly logLevel?: string;
  /** Environment of bot, worker and remediator beyond what the demo sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves bot, worker or remediator to the caller. */
  readonly without?: readonly ('bot' | 'worker' | 'remediator')[];
}

type SlackManifest = NonNullable<NonNullable<Parameters<typeof startSlack>[0]>['manifest']>;

const clusterName = 'demo';

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: DemoOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Demo, 'close'>> {
  const opened = async <T extends { close(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    closers.push(() => part.close());
    return part;
  };
  const dir = await mkdtemp(join(tmpdir(), 'netcheck-demo-'));
  closers.push(() => rm(dir, { recursive: true, force: true }));
  const manifest = parse(await readFile(join(deploy, 'slack-manifest.yaml'), 'utf8')) as SlackManifest;
  const [redis, world, slack] = await allOrNone([
    opened(startRedis({ aof: true })),
    opened(startWorld(options.world)),
    opened(
      startSlack({
        manifest,
        ...(options.port !== undefined && { port: options.port }),
        ...(options.rateScale !== undefined && { rateScale: options.rateScale }),
      }),
    ),
  ]);
  const rbac = await readFile(join(deploy, 'rbac.yaml'), 'utf8');
  const cluster = await opened(startCluster({ manifests: [...world.manifests, rbac] }));
  closers.push(healWith(cluster, world));

  const logger = createLogger('netcheck-demo', options.logLevel ?? 'error');
  const playbooks = await openPlaybooks(options.env?.['NETCHECK_PLAYBOOKS'], logger);
  closers.push(() => {
    playbooks.close();
    return Promise.resolve();
  });
  const environment = {
    REDIS_URL: redis.url,
    PROMETHEUS_URL: world.prometheusUrl,
    NETCHECK_CLUSTER: clusterName,
    // Its pods have addresses and no network.
    NETCHECK_PROBES: 'off',
    ...options.env,
  };
  const run = (part: 'bot' | 'worker' | 'remediator'): boolean => options.without?.includes(part) !== true;
  for (const [part, startPart] of [
    ['worker', startWorker],
    ['remediator', startRemediator],
  ] as const) {
    if (!run(part)) continue;
    const kubeconfig = join(dir, `${part}.kubeconfig`);
    await writeFile(kubeconfig, cluster.kubeconfig({ namespace: 'netcheck', name: `netcheck-${part}` }));
    const config = settle(readEnvironment(WorkerEnvironment, { ...environment, KUBECONFIG: kubeconfig }));
    await opened(startPart(config, playbooks, logger));
  }
  if (run('bot')) {
    const wire = options.wire === 'http' ? { PORT: '0' } : { SLACK_APP_TOKEN: slack.appToken };
    const config = settle(
      readEnvironment(BotEnvironment, {
        ...environment,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_API_URL: slack.apiUrl,
        ...wire,
      }),
    );
    const bot = await opened(startBot(config, logger));
    if (options.wire === 'http' && bot.url !== undefined)
      await slack.deliver({ mode: 'http', requestUrl: bot.url });
  }
  return { slack, cluster, world, redisUrl: redis.url, clusterName };
}

/** A Service that is repaired through the API recovers in the metrics too, as it would. */
function healWith(cluster: ClusterSim, world: World): () => Promise<void> {
  const stop = cluster.objects.subscribe(({ after }) => {
    const healed = healedBy(after);
    if (healed !== undefined) world.heal(healed);
  });
  return () => {
    stop();
    return Promise.resolve();
  };
}

function settle<T>(read: { config: T } | { problems: readonly string[] }): T {
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.config;
}

/** As Promise.all, but fails only when all have ended: what was opened meanwhile is known and can be closed. */
async function allOrNone<T extends readonly unknown[]>(starting: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  await Promise.allSettled(starting);
  return await Promise.all(starting);
}
