import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startBot, type RunningBot } from '../../bot/start.ts';
import { BotEnvironment } from '../../core/config.ts';
import { keys, retentionSeconds } from '../../core/jobs.ts';
import { isOver, type Investigation, type Progress } from '../../core/progress.ts';
import { rankOf, type Remediation } from '../../core/remediation-state.ts';
import { Documents } from '../../platform/documents.ts';
import type { Message } from '../../sim/slack/model.ts';
import type { SlackOptions } from '../../sim/slack/options.ts';
import { startSlack, type SlackSim } from '../../sim/slack/start-slack.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { request } from './reports.ts';

export const cluster = 'test';

/** A real Redis, a Slack that answers on the wire, and the bot between them. The test plays people and workers. */
export interface Stage {
  readonly slack: SlackSim;
  readonly redis: Redis;
  readonly redisUrl: string;
  readonly documents: Documents;
  /** A bot as a process would run it. */
  readonly startBot: (changes?: Record<string, unknown>) => Promise<RunningBot>;
  /** Says as a worker how far an investigation is; each word is newer than the last. */
  readonly publish: (id: string, progress: Progress, changes?: Partial<Investigation>) => Promise<void>;
  /** Says as a remediator how far a change is. */
  readonly advance: (proposal: string, state: Remediation['state']) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StageOptions extends SlackOptions {
  readonly mode?: 'socket' | 'http';
}

export async function openStage({ mode = 'socket', ...options }: StageOptions = {}): Promise<Stage> {
  const [redisServer, slack] = await Promise.all([
    startRedis(),
    startSlack({ rateScale: Infinity, ...options }),
  ]);
  const redis = new Redis(redisServer.url, { lazyConnect: false });
  redis.on('error', () => undefined);
  const documents = new Documents(redis, retentionSeconds);
  const bots = new Set<RunningBot>();
  let rank = 0;
  return {
    slack,
    redis,
    redisUrl: redisServer.url,
    documents,
    startBot: async (changes = {}) => {
      const config = BotEnvironment.parse({
        SLACK_BOT_TOKEN: slack.botToken,
        ...(mode === 'socket'
          ? { SLACK_APP_TOKEN: slack.appToken }
          : { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: 0 }),
        SLACK_API_URL: slack.apiUrl,
        REDIS_URL: redisServer.url,
        NETCHECK_CLUSTER: cluster,
        ...changes,
      });
      const bot = await startBot(config, pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' }));
      bots.add(bot);
      if (bot.url !== undefined) await slack.deliver({ mode: 'http', requestUrl: bot.url });
      return {
        ...bot,
        close: async () => {
          bots.delete(bot);
          await bot.close();
        },
      };
    },
    publish: async (id, progress, changes = {}) => {
      const investigation: Investigation = { id, request, startedAt: Date.now(), progress, ...changes };
      rank += 1;
      const key = keys.investigation(cluster, id);
      const written = await documents.write(key, isOver(progress) ? 1000 + rank : rank, investigation);
      if (!written) throw new Error('what is there is newer');
    },
    advance: async (proposal, state) => {
      const key = keys.remediation(cluster, proposal);
      const stored = (await documents.read(key))?.value as Remediation;
      const next = { ...stored, state };
      if (!(await documents.write(key, rankOf(next), next))) throw new Error('what is there is newer');
    },
    close: async () => {
      await Promise.all([...bots].map((bot) => bot.close()));
      redis.disconnect();
      await slack.close();
      await redisServer.close();
    },
  };
}

/** All that a message says, however deep. */
export function wordsOf(message: Message): string {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'text' && typeof value === 'string') texts.push(value);
      else visit(value);
    }
  };
  visit(message.blocks ?? []);
  return texts.join('\n');
}
