import type { Job } from 'bullmq';
import type { WorkerEnvironment } from '../core/config.ts';
import { queueNames, retentionSeconds } from '../core/jobs.ts';
import { Documents } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import type { PlaybookSource } from '../platform/playbook-source.ts';
import { openQueue, openWorker } from '../platform/queues.ts';
import { connectRedis } from '../platform/redis.ts';
import { createClusterReader, createClusterWriter, loadKubeConfig } from './adapters/kubernetes.ts';
import { createMetricsReader } from './adapters/prometheus.ts';
import type { Sources } from './collect.ts';
import { gather, giveUp, investigate } from './investigate.ts';
import { InvestigationStore } from './investigation-store.ts';
import { PlaybookVersions } from './playbook-versions.ts';
import { remediate } from './remediate.ts';

export interface Running {
  close(): Promise<void>;
}

/** Looks are mostly waiting; as many as one investigation asks at once. */
const looksAtOnce = 64;
const investigationsAtOnce = 8;

type Config = Pick<
  WorkerEnvironment,
  | 'REDIS_URL'
  | 'PROMETHEUS_URL'
  | 'PROMETHEUS_EXTERNAL_URL'
  | 'KUBECONFIG'
  | 'NETCHECK_CLUSTER'
  | 'NETCHECK_EVIDENCE_TIMEOUT'
>;

/** Takes the investigations of one cluster. It reads the cluster and never changes it. */
export async function startWorker(
  config: Config,
  playbooks: PlaybookSource,
  logger: Logger,
): Promise<Running> {
  const { REDIS_URL, NETCHECK_CLUSTER: cluster } = config;
  const sources = sourcesOf(config);
  const redis = connectRedis(REDIS_URL);
  const gatherQueue = openQueue(queueNames.gather(cluster), REDIS_URL);
  const documents = new Documents(redis, retentionSeconds);
  const investigator = {
    playbooks: new PlaybookVersions(playbooks, documents),
    gatherQueue,
    sources,
    store: new InvestigationStore(documents, cluster),
  };
  const investigations = openWorker(
    queueNames.investigate(cluster),
    REDIS_URL,
    (job: Job, token) => investigate(investigator, job, token),
    { concurrency: investigationsAtOnce },
  );
  const looks = openWorker(queueNames.gather(cluster), REDIS_URL, (job) => gather(investigator, job), {
    concurrency: looksAtOnce,
  });
  const workers = [investigations, looks];
  looks.on('failed', (job, error) => logger.error({ err: error, job: job?.id }, 'look failed'));
  investigations.on('failed', (job, error) => {
    logger.error({ err: error, job: job?.id }, 'investigation failed');
    if (job === undefined) return;
    giveUp(investigator, job, error).catch((lost: unknown) =>
      logger.error({ err: lost, job: job.id }, 'the end of an investigation could not be stored'),
    );
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const { version, library } = playbooks.current();
  logger.info({ cluster, playbooks: version, causes: library.causes.size }, 'worker ready');
  return {
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await gatherQueue.close();
      redis.disconnect();
    },
  };
}

/** Takes the approved changes of one cluster: a process of its own, because only it has the right to write. */
export async function startRemediator(
  config: Config,
  playbooks: PlaybookSource,
  logger: Logger,
): Promise<Running> {
  const { REDIS_URL, NETCHECK_CLUSTER: cluster } = config;
  const sources = sourcesOf(config);
  const writer = createClusterWriter(loadKubeConfig(config.KUBECONFIG));
  const redis = connectRedis(REDIS_URL);
  const documents = new Documents(redis, retentionSeconds);
  const remediator = {
    playbooks: new PlaybookVersions(playbooks, documents),
    cluster,
    documents,
    store: new InvestigationStore(documents, cluster),
    sources,
    writer,
  };
  const worker = openWorker(queueNames.remediate(cluster), REDIS_URL, (job) => remediate(remediator, job), {
    concurrency: 4,
  });
  worker.on('failed', (job, error) => logger.error({ err: error, job: job?.id }, 'remediation job failed'));
  await worker.waitUntilReady();
  logger.info({ cluster }, 'remediator ready');
  return {
    async close() {
      await worker.close();
      redis.disconnect();
    },
  };
}

function sourcesOf(config: Config): Sources {
  return {
    cluster: createClusterReader(loadKubeConfig(config.KUBECONFIG)),
    metrics: createMetricsReader({
      url: config.PROMETHEUS_URL,
      ...(config.PROMETHEUS_EXTERNAL_URL !== undefined && { externalUrl: config.PROMETHEUS_EXTERNAL_URL }),
    }),
    timeoutMs: config.NETCHECK_EVIDENCE_TIMEOUT * 1000,
  };
}
