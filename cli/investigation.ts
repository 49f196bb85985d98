import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEnvironment } from '../core/config.ts';
import { keys, queueNames, retentionSeconds, type InvestigateJob } from '../core/jobs.ts';
import { Investigation, isOver } from '../core/progress.ts';
import type { Request } from '../core/request.ts';
import { Documents } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import type { PlaybookSource } from '../platform/playbook-source.ts';
import { openQueue } from '../platform/queues.ts';
import { connectRedis } from '../platform/redis.ts';
import { KubeConfigError } from '../workers/adapters/kubernetes.ts';
import { startWorker, type Running } from '../workers/start.ts';
import { CliError } from './error.ts';
import { clusterOfRun, findRedis } from './redis.ts';

export interface Run {
  readonly config: WorkerEnvironment;
  readonly playbooks: PlaybookSource;
  readonly request: Request;
  readonly logger: Logger;
}

const betweenPollsMs = 50;

/** Triages from this process: the same queue, worker and store as in a cluster, on queues that only it knows. */
export async function runInvestigation(
  { config, playbooks, request, logger }: Run,
  onProgress: (investigation: Investigation) => void,
): Promise<Investigation> {
  await findRedis(config.REDIS_URL);
  const redis = connectRedis(config.REDIS_URL);
  const id = randomUUID().replaceAll('-', '').slice(0, 12);
  const cluster = clusterOfRun(id);
  const queues = [queueNames.investigate, queueNames.gather, queueNames.probe].map((nameOf) =>
    openQueue(nameOf(cluster), config.REDIS_URL),
  );
  let worker: Running | undefined;
  try {
    // It is over before anybody could ask how it is.
    const own = { ...config, NETCHECK_CLUSTER: cluster, NETCHECK_METRICS_PORT: 0 };
    worker = await startWorker(own, playbooks, logger);
    const job: InvestigateJob = { id, request, requestedAt: Date.now(), requester: userInfo().username };
    await queues[0]?.add('investigate', job, { jobId: id });
    return await follow(new Documents(redis, retentionSeconds), cluster, id, onProgress);
  } catch (error) {
    if (error instanceof KubeConfigError) throw new CliError(error.message, 1, { cause: error });
    throw error;
  } finally {
    await worker?.close();
    for (const queue of queues) {
      await queue.obliterate({ force: true });
      await queue.close();
    }
    redis.disconnect();
  }
}

async function follow(
  documents: Documents,
  cluster: string,
  id: string,
  onProgress: (investigation: Investigation) => void,
): Promise<Investigation> {
  const key = keys.investigation(cluster, id);
  let rank = -1;
  for (;;) {
    const stored = await documents.read(key);
    if (stored !== undefined && stored.rank > rank) {
      rank = stored.rank;
      const investigation = Investigation.parse(stored.value);
      onProgress(investigation);
      if (isOver(investigation.progress)) return investigation;
    }
    await sleep(betweenPollsMs);
  }
}
