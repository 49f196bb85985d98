import { DelayedError, UnrecoverableError, type Job, type Queue } from 'bullmq';
import { FollowJob, queueNames, retentionSeconds } from '../../core/jobs.ts';
import { countAudit } from '../../platform/count-audit.ts';
import { Documents } from '../../platform/documents.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { openQueue, openWorker } from '../../platform/queues.ts';
import { connectRedis } from '../../platform/redis.ts';
import type { WebClient } from '@slack/web-api';
import { AuditLog } from '../../platform/audit-log.ts';
import { witnessOf } from '../../platform/audit-witness.ts';
import type { ApprovalPolicy } from '../../core/remediation/policy.ts';
import type { Approvers } from '../approvers.ts';
import { closeInTime } from '../close-in-time.ts';
import { Records } from '../records.ts';
import { EditBudget } from '../slack/edit-budget.ts';
import { PostTurns } from '../slack/post-turns.ts';
import { followEpisode } from './episode.ts';
import { followInvestigation } from './investigation.ts';
import { followNotes } from './notes.ts';
import { followRemediation } from './remediation.ts';
import { followRun } from './run.ts';
import { Unreachable } from './thread.ts';
import { Later } from './tools.ts';
import { followWatch } from './watch.ts';

/** One follow job is a loop that mostly waits. */
const concurrency = 50;
/** Another replica takes the job over about this soon, in milliseconds. */
const handOverMs = 50;

export interface FollowerOptions {
  readonly redisUrl: string;
  readonly slack: WebClient;
  readonly approval: ApprovalPolicy;
  readonly approvers: Approvers;
  readonly remediation: 'on' | 'off';
  /** Seconds until a watch looks again for the first time. */
  readonly watchEvery: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface Follower {
  readonly close: () => Promise<void>;
}

interface Running {
  /** Resolves when it has stopped. */
  readonly stop: () => Promise<void>;
}

/** Keeps the reports in Slack up to date: takes follow jobs until closed, then hands those under way back. */
export function startFollower({
  redisUrl,
  slack,
  approval,
  approvers,
  remediation,
  watchEvery,
  metrics,
  logger,
}: FollowerOptions): Follower {
  const redis = connectRedis(redisUrl);
  const documents = new Documents(redis, retentionSeconds);
  const budget = new EditBudget(Date.now());
  const turns = new PostTurns();
  const closing = new AbortController();
  const running = new Map<string, Running>();
  const queues = new Map<string, Queue>();
  metrics.onScrape(() => metrics.show('netcheck_follow_jobs', [[{}, running.size]]));

  const worker = openWorker<unknown, undefined>(
    queueNames.follow,
    redisUrl,
    async (job, token) => {
      const id = job.id ?? '';
      // Redis was away for so long that the job was given out anew: the two must not overlap.
      await running.get(id)?.stop();
      const lockLost = new AbortController();
      const done = follow(job, lockLost.signal);
      const stop = async (): Promise<void> => {
        lockLost.abort(new Error('lock lost'));
        await done.catch(() => undefined);
      };
      running.set(id, { stop });
      try {
        await done;
        return undefined;
      } catch (error) {
        if (closing.signal.aborted && !lockLost.signal.aborted) return await handOver(job, token);
        if (error instanceof Later) return await handOver(job, token, error.ms);
        if (error instanceof Unreachable) throw new UnrecoverableError(error.message);
        throw error;
      } finally {
        if (running.get(id)?.stop === stop) running.delete(id);
      }
    },
    { concurrency },
  );
  worker.on('failed', (job, error) => logger.error({ err: error, follow: job?.id }, 'following failed'));
  // Somebody else follows by now: two at once would post everything twice.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => void running.get(id)?.stop()));

  async function follow(job: Job, lockLost: AbortSignal): Promise<void> {
    const { data, success, error } = FollowJob.safeParse(job.data);
    if (!success) throw new UnrecoverableError(`not a follow job: ${error.message}`);
    const audit = new AuditLog(redis, data.cluster, logger, countAudit(metrics));
    const tools = {
      records: new Records(documents, data.cluster, witnessOf(audit)),
      slack,
      budget,
      turns,
      approval,
      approvers,
      remediation,
      remediate: queueOf(queueNames.remediate(data.cluster)),
      logger: logger.child({ follow: job.id }),
      signal: AbortSignal.any([closing.signal, lockLost]),
      isRepeated: job.attemptsStarted > 1,
      startedAt: job.timestamp,
    };
    switch (data.kind) {
      case 'investigation':
        return followInvestigation(data, tools);
      case 'remediation':
        return followRemediation(data, tools);
      case 'episode':
        return followEpisode(data, tools);
      case 'run':
        return followRun(data, tools);
      case 'notes':
        return followNotes(data, { ...tools, follow: queueOf(queueNames.follow) });
      case 'watch': {
        const investigate = queueOf(queueNames.investigate(data.cluster));
        return followWatch(data, { ...tools, investigate, follow: queueOf(queueNames.follow), watchEvery });
      }
    }
  }

  function queueOf(name: string): Queue {
    const queue = queues.get(name) ?? openQueue(name, redisUrl);
    queues.set(name, queue);
    return queue;
  }

  return {
    close: async () => {
      const patienceMs = redis.status === 'ready' ? 6000 : 500;
      const closed = closeInTime(worker, patienceMs);
      closing.abort(new Error('closing'));
      await closed;
      await Promise.all([...queues.values()].map((queue) => closeInTime(queue, 500)));
      redis.disconnect();
    },
  };
}

/** Back to the queue, by itself at once, so that nobody waits until the lock runs out. */
async function handOver(job: Job, token: string | undefined, ms = handOverMs): Promise<never> {
  await job.moveToDelayed(Date.now() + ms, token);
  throw new DelayedError();
}
