import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startBot } from '../../bot/start.ts';
import { BotEnvironment, readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import { createLogger } from '../../platform/logger.ts';
import { openPlaybooks } from '../../platform/playbook-source.ts';
import { startRemediator, startWorker } from '../../workers/start.ts';
import type { ClusterSim } from '../cluster/start-cluster.ts';
import type { Closers } from './closers.ts';
import type { startSlack, SlackSim } from '../slack/start-slack.ts';

const deploy = join(import.meta.dirname, '../../deploy');

/** What netcheck works with, and how it is set up. */
export interface Surroundings {
  readonly slack: SlackSim;
  readonly cluster: ClusterSim;
  readonly redisUrl: string;
  readonly prometheusUrl: string;
  readonly clusterName: string;
  /** A folder for what they need as files; it is the caller's. */
  readonly dir: string;
  /** How Slack reaches the bot. */
  readonly wire?: 'socket' | 'http';
  readonly logLevel?: string;
  /** Environment of bot, worker and remediator beyond that. */
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves bot, worker or remediator to the caller. */
  readonly without?: readonly Part[];
}

type Part = 'bot' | 'worker' | 'remediator';
type SlackManifest = NonNullable<NonNullable<Parameters<typeof startSlack>[0]>['manifest']>;

/** The app as it is installed in a real Slack. */
export async function slackManifest(): Promise<SlackManifest> {
  return parse(await readFile(join(deploy, 'slack-manifest.yaml'), 'utf8')) as SlackManifest;
}

/** Where the kubeconfig of a part is, which this writes. */
export async function writeKubeconfigOf(
  part: 'worker' | 'remediator',
  { cluster, dir }: Pick<Surroundings, 'cluster' | 'dir'>,
): Promise<string> {
  const path = join(dir, `${part}.kubeconfig`);
  await writeFile(path, cluster.kubeconfig({ namespace: 'netcheck', name: `netcheck-${part}` }));
  return path;
}

/** The environment that all parts share. */
export function environmentOf({
  redisUrl,
  prometheusUrl,
  clusterName,
  env,
}: Pick<Surroundings, 'redisUrl' | 'prometheusUrl' | 'clusterName' | 'env'>): Record<string, string> {
  return { REDIS_URL: redisUrl, PROMETHEUS_URL: prometheusUrl, NETCHECK_CLUSTER: clusterName, ...env };
}

/** Starts netcheck's processes in this one; each is left to `closers` as soon as it is there. */
export async function startNetcheck(surroundings: Surroundings, closers: Closers): Promise<void> {
  const { slack, logLevel = 'error', env, without = [], wire } = surroundings;
  const logger = createLogger('netcheck-demo', logLevel);
  const playbooks = await openPlaybooks(env?.['NETCHECK_PLAYBOOKS'], logger);
  closers.add(() => {
    playbooks.close();
  });
  const environment = environmentOf(surroundings);
  for (const [part, startPart] of [
    ['worker', startWorker],
    ['remediator', startRemediator],
  ] as const) {
    if (without.includes(part)) continue;
    const KUBECONFIG = await writeKubeconfigOf(part, surroundings);
    const config = settle(readEnvironment(WorkerEnvironment, { ...environment, KUBECONFIG }));
    await closers.opened(startPart(config, playbooks, logger));
  }
  if (without.includes('bot')) return;
  const config = settle(
    readEnvironment(BotEnvironment, {
      ...environment,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      ...(wire === 'http' ? { PORT: '0' } : { SLACK_APP_TOKEN: slack.appToken }),
    }),
  );
  const bot = await closers.opened(startBot(config, logger));
  if (wire === 'http' && bot.url !== undefined) await slack.deliver({ mode: 'http', requestUrl: bot.url });
}

function settle<T>(read: { config: T } | { problems: readonly string[] }): T {
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.config;
}
