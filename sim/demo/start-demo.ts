import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCluster, type ClusterSim } from '../cluster/start-cluster.ts';
import { alertSamples } from '../slack/page/alert-samples.ts';
import { startSlack, type SlackSim } from '../slack/start-slack.ts';
import { healedBy } from '../world/healing.ts';
import { startRedis } from '../world/processes.ts';
import { startWorld, type World } from '../world/world.ts';
import type { WorldName } from '../world/worlds.ts';
import { allOrNone, Closers } from './closers.ts';
import { slackManifest, startNetcheck, type Surroundings } from './start-netcheck.ts';

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

export interface DemoOptions extends Pick<Surroundings, 'wire' | 'logLevel' | 'env' | 'without'> {
  readonly world: WorldName;
  /** The page's port; any free one unless given. */
  readonly port?: number;
  /** Multiplies Slack's rate limits. */
  readonly rateScale?: number;
}

const clusterName = 'demo';

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const closers = new Closers();
  const close = (): Promise<void> => closers.closeAll();
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: DemoOptions, closers: Closers): Promise<Omit<Demo, 'close'>> {
  const { opened } = closers;
  const dir = await mkdtemp(join(tmpdir(), 'netcheck-demo-'));
  closers.add(() => rm(dir, { recursive: true, force: true }));
  const manifest = await slackManifest();
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
  const rbac = ['rbac.yaml', 'rbac-remediator.yaml'].map((name) => readFile(join(deploy, name), 'utf8'));
  const manifests = [...world.manifests, ...(await Promise.all(rbac))];
  const cluster = await opened(startCluster({ manifests }));
  closers.add(healWith(cluster, world));
  const redisUrl = redis.url;
  const alerts = join(dir, 'alerts.yaml');
  await writeFile(alerts, stringify({ bots: alertSamples.map(({ bot }) => bot.id) }));
  await startNetcheck(
    {
      ...options,
      ...{ slack, cluster, dir, redisUrl, clusterName },
      prometheusUrl: world.prometheusUrl,
      // Its pods have addresses and no network.
      env: {
        NETCHECK_PROBES: 'off',
        NETCHECK_REMEDIATION: 'on',
        NETCHECK_ALERTS: alerts,
        ...options.env,
      },
    },
    closers,
  );
  return { slack, cluster, world, redisUrl, clusterName };
}

/** A Service that is repaired through the API recovers in the metrics too, as it would. */
function healWith(cluster: ClusterSim, world: World): () => void {
  return cluster.objects.subscribe(({ after }) => {
    const healed = healedBy(after);
    if (healed !== undefined) world.heal(healed);
  });
}
