import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startBot, type RunningBot } from '../../bot/start.ts';
import { BotEnvironment } from '../../core/config.ts';
import { keys, retentionSeconds } from '../../core/jobs.ts';
import { isOver, type Investigation, type Progress } from '../../core/progress.ts';
import type { RemediationEvent } from '../../core/remediation/advance.ts';
import { Documents } from '../../platform/documents.ts';
import { RemediationRecords } from '../../platform/remediation-records.ts';
import { identity } from '../../sim/slack/identity.ts';
import type { Message } from '../../sim/slack/model.ts';
import type { SlackOptions } from '../../sim/slack/options.ts';
import { startSlack, type SlackSim } from '../../sim/slack/start-slack.ts';
import { startRedis } from '../../sim/world/processes.ts';
import { manifest } from './manifest.ts';
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
  readonly remediations: RemediationRecords;
  /** Says as a remediator, or as somebody elsewhere, what happened to a change. */
  readonly happen: (proposal: string, ...events: readonly RemediationEvent[]) => Promise<void>;
  /** Types a command as a person and waits for the report to begin. */
  readonly ask: (text?: string, who?: { user?: string; channel?: string }) => Promise<Asked>;
  readonly stopRedis: () => Promise<void>;
  /** On the same port, with the same data. */
  readonly startRedisAgain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A report in Slack, as it is now. */
export interface Asked {
  readonly id: string;
  readonly root: () => Message;
  readonly replies: () => readonly Message[];
}

export interface StageOptions extends SlackOptions {
  readonly mode?: 'socket' | 'http';
}

export async function openStage({ mode = 'socket', ...options }: StageOptions = {}): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'netcheck-stage-'));
  const [firstRedis, slack] = await Promise.all([
    startRedis({ dir, aof: true }),
    startSlack({ rateScale: Infinity, manifest, ...options }),
  ]);
  let redisServer = firstRedis;
  const redis = new Redis(redisServer.url, { lazyConnect: false });
  redis.on('error', () => undefined);
  const documents = new Documents(redis, retentionSeconds);
  const remediations = new RemediationRecords(documents, cluster, () => Promise.resolve());
  const bots = new Set<RunningBot>();
  let rank = 0;
  const reportOn = (channel: string, ts: string): Asked => {
    const all = () => slack.control.messages(channel);
    const root = (): Message => {
      const found = all().find((message) => message.ts === ts);
      if (found === undefined) throw new Error('the message is gone');
      return found;
    };
    return {
      id: idIn(root()),
      root,
      replies: () => all().filter((message) => message.thread_ts === ts && message.ts !== ts),
    };
  };
  return {
    slack,
    redis,
    redisUrl: firstRedis.url,
    documents,
    startBot: async (changes = {}) => {
      const config = BotEnvironment.parse({
        SLACK_BOT_TOKEN: slack.botToken,
        ...(mode === 'socket'
          ? { SLACK_APP_TOKEN: slack.appToken }
          : { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: 0 }),
        SLACK_API_URL: slack.apiUrl,
        REDIS_URL: firstRedis.url,
        NETCHECK_CLUSTER: cluster,
        NETCHECK_REMEDIATION: 'on',
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
    remediations,
    happen: async (proposal, ...events) => {
      for (const event of events) {
        const taken = await remediations.take(proposal, event);
        if ('refused' in taken) throw new Error(`${event.kind} is refused: ${taken.refused}`);
      }
    },
    ask: async (text = 'checkout', { user = 'U0ALICE', channel = 'ops' } = {}) => {
      const before = new Set(slack.control.messages(channel).map(({ ts }) => ts));
      const outcome = await slack.control.command({ user, channel, command: '/netcheck', text });
      if (!outcome.ok) throw new Error(`the command failed: ${outcome.error ?? ''}`);
      const { ts } = await slack.control.until(() =>
        slack.control.messages(channel).find((message) => !before.has(message.ts) && isReport(message)),
      );
      return reportOn(channel, ts);
    },
    stopRedis: () => redisServer.close(),
    startRedisAgain: async () => {
      redisServer = await startRedis({ dir, aof: true, port: firstRedis.port });
    },
    close: async () => {
      await Promise.all([...bots].map((bot) => bot.close()));
      redis.disconnect();
      await slack.close();
      await redisServer.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function isReport({ bot_id: bot, ephemeral_for: whisper, thread_ts: thread }: Message): boolean {
  return bot === identity.botId && whisper === undefined && thread === undefined;
}

function idIn({ metadata }: Message): string {
  const { event_payload: payload } = metadata as { event_payload: { id: string } };
  return payload.id;
}
