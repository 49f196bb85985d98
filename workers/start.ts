import type { Job, Worker } from 'bullmq';
import type { WorkerEnvironment } from '../core/config.ts';
import { GatherJob, queueNames, retentionSeconds } from '../core/jobs.ts';
import { countAudit } from '../platform/count-audit.ts';
import { Documents } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import { Metrics } from '../platform/metrics.ts';
import { startMonitoring, type Monitoring } from '../platform/monitoring.ts';
import type { PlaybookSource } from '../platform/playbook-source.ts';
import { inTurnEach } from '../platform/in-turn.ts';
import { openQueue, openWorker } from '../platform/queues.ts';
import { RemediationRecords } from '../platform/remediation-records.ts';
import { AuditLog } from '../platform/audit-log.ts';
import { witnessOf } from '../platform/audit-witness.ts';
import { connectRedis } from '../platform/redis.ts';
import { createClusterReader, loadKubeConfig } from './adapters/kubernetes.ts';
import { createClusterWriter } from './adapters/kubernetes-writer.ts';
import { createProbeCluster } from './adapters/kubernetes-probes.ts';
import { createLocalProber } from './adapters/local-prober.ts';
import { createMetricsReader } from './adapters/prometheus.ts';
import type { Sources } from './collect.ts';
import { countFindings } from './count-findings.ts';
import { HeartbeatWriter } from './heartbeat.ts';
import { gather, giveUp, investigate, tellProgress } from './investigate.ts';
import { InHand } from './in-hand.ts';
import { InvestigationStore } from './investigation-store.ts';
import { keepCourse } from './keep-course.ts';
import { startListing } from './listing.ts';
import { PlaybookVersions } from './playbook-versions.ts';
import type { Prober } from './probes/prober.ts';
import { startSweeping } from './sweeping.ts';
import { giveUp as giveUpChange, remediate, type Remediator } from './remediate.ts';

export interface Running {
  close(): Promise<void>;
}

/** Looks are mostly waiting; as many as one investigation asks at once. */
const looksAtOnce = 128;
const investigationsAtOnce = 8;
/** A change is mostly waiting: for pods to start, and for evidence that it helped. */
const changesAtOnce = 50;

type KubeConfig = ReturnType<typeof loadKubeConfig>;
type Config = Omit<WorkerEnvironment, 'NETCHECK_PLAYBOOKS' | 'LOG_LEVEL'>;

/** Takes the investigations of one cluster. It reads the cluster and never changes it. */
export async function startWorker(
  config: Config,
  playbooks: PlaybookSource,
  logger: Logger,
): Promise<Running> {
  const { REDIS_URL, NETCHECK_CLUSTER: cluster } = config;
  const kubeConfig = loadKubeConfig(config.KUBECONFIG);
  const sources = sourcesOf(config, kubeConfig);
  const prober = proberOf(config, kubeConfig, logger);
  const metrics = new Metrics('worker');
  const workers: Worker[] = [];
  // Before anything that waits for Redis: a process that waits is healthy.
  const monitoring = await monitor('worker', { config, metrics, workers, logger });
  const redis = connectRedis(REDIS_URL);
  const gatherQueue = openQueue(queueNames.gather(cluster), REDIS_URL);
  const probeQueue = openQueue(queueNames.probe(cluster), REDIS_URL);
  const documents = new Documents(redis, retentionSeconds);
  const heartbeat = new HeartbeatWriter({ role: 'worker', cluster, sources, redis, logger });
  const investigator = {
    playbooks: new PlaybookVersions(playbooks, documents),
    gatherQueue,
    probeQueue,
    sources,
    prober,
    mostConnections: config.NETCHECK_PROBE_CONNECTIONS,
    store: new InvestigationStore(documents, cluster, heartbeat.watching(countFindings(metrics))),
  };
  const investigations = openWorker(
    queueNames.investigate(cluster),
    REDIS_URL,
    (job: Job, token) => investigate(investigator, job, token),
    { concurrency: investigationsAtOnce },
  );
  const tell = inTurnEach((id) => tellProgress(investigator, id));
  const look = (job: Job): Promise<void> => gather(investigator, job, tell);
  const looks = openWorker(queueNames.gather(cluster), REDIS_URL, look, { concurrency: looksAtOnce });
  // However many workers there are, so many probes run in the cluster at once.
  await probeQueue.setGlobalConcurrency(config.NETCHECK_PROBES_AT_ONCE);
  // When Redis was away for a while, a job that is still under way here is handed out again.
  const inHand = new InHand();
  const probeOnce = (job: Job): Promise<void> => inHand.once(job.id ?? '', () => look(job));
  const probing = openWorker(queueNames.probe(cluster), REDIS_URL, probeOnce, {
    concurrency: config.NETCHECK_PROBES_AT_ONCE,
  });
  workers.push(investigations, looks, probing);
  for (const one of [looks, probing])
    one.on('failed', (job, error) => {
      logger.error({ err: error, job: job?.id }, 'look failed');
      heartbeat.noteError(error, GatherJob.safeParse(job?.data).data?.investigation);
    });
  investigations.on('failed', (job, error) => {
    logger.error({ err: error, job: job?.id }, 'investigation failed');
    if (job === undefined) return;
    giveUp(investigator, job, error).catch((lost: unknown) =>
      logger.error({ err: lost, job: job.id }, 'the end of an investigation could not be stored'),
    );
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const { version, library } = playbooks.current();
  const sweeping = startSweeping(prober, logger);
  const listing = startListing({ reader: sources.cluster, documents, cluster, logger });
  heartbeat.start();
  logger.info({ cluster, playbooks: version, causes: library.causes.size }, 'worker ready');
  return {
    async close() {
      sweeping.stop();
      listing.stop();
      heartbeat.stop();
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([gatherQueue, probeQueue].map((queue) => queue.close()));
      redis.disconnect();
      await monitoring.close();
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
  const kubeConfig = loadKubeConfig(config.KUBECONFIG);
  const sources = sourcesOf(config, kubeConfig);
  const metrics = new Metrics('remediator');
  const workers: Worker[] = [];
  const monitoring = await monitor('remediator', { config, metrics, workers, logger });
  const redis = connectRedis(REDIS_URL);
  const documents = new Documents(redis, retentionSeconds);
  const audit = new AuditLog(redis, cluster, logger, countAudit(metrics));
  const remediateQueue = openQueue(queueNames.remediate(cluster), REDIS_URL);
  const investigateQueue = openQueue(queueNames.investigate(cluster), REDIS_URL);
  const known = {
    playbooks: new PlaybookVersions(playbooks, documents),
    store: new InvestigationStore(documents, cluster),
  };
  const remediator: Remediator = {
    ...known,
    records: new RemediationRecords(documents, cluster, witnessOf(audit)),
    reader: sources.cluster,
    writer: createClusterWriter(kubeConfig),
    investigate: investigateQueue,
    remediate: remediateQueue,
    timeoutMs: sources.timeoutMs,
    patienceMs: config.NETCHECK_CHANGE_PATIENCE * 1000,
    keepCourse: (remediation) => keepCourse({ ...known, sources, logger }, remediation),
  };
  const worker = openWorker(
    queueNames.remediate(cluster),
    REDIS_URL,
    (job: Job) => remediate(remediator, job),
    {
      concurrency: changesAtOnce,
    },
  );
  workers.push(worker);
  worker.on('failed', (job, error) => {
    logger.error({ err: error, job: job?.id }, 'remediation job failed');
    if (job === undefined) return;
    giveUpChange(remediator, job, error).catch((lost: unknown) =>
      logger.error({ err: lost, job: job.id }, 'the end of a change could not be stored'),
    );
  });
  await worker.waitUntilReady();
  const heartbeat = new HeartbeatWriter({ role: 'remediator', cluster, sources, redis, logger });
  heartbeat.start();
  logger.info({ cluster }, 'remediator ready');
  return {
    async close() {
      heartbeat.stop();
      // What is under way is taken up by another, or after a restart, from where it is.
      await worker.close(true);
      await Promise.all([remediateQueue, investigateQueue].map((queue) => queue.close()));
      redis.disconnect();
      await monitoring.close();
    },
  };
}

const queuesOf = { worker: ['investigate', 'gather', 'probe'], remediator: ['remediate'] } as const;

interface Monitored {
  readonly config: Config;
  readonly metrics: Metrics;
  /** Filled as they start. */
  readonly workers: readonly Worker[];
  readonly logger: Logger;
}

function monitor(
  role: keyof typeof queuesOf,
  { config, metrics, workers, logger }: Monitored,
): Promise<Monitoring> {
  return startMonitoring({
    port: config.NETCHECK_METRICS_PORT,
    redisUrl: config.REDIS_URL,
    cluster: config.NETCHECK_CLUSTER,
    metrics,
    queues: queuesOf[role],
    parts: {
      [role]: () =>
        workers.length > 0 && workers.every((worker) => worker.isRunning()) ? undefined : 'not running',
    },
    logger,
  });
}

function sourcesOf(config: Config, kubeConfig: KubeConfig): Sources {
  return {
    cluster: createClusterReader(kubeConfig),
    metrics: createMetricsReader({
      url: config.PROMETHEUS_URL,
      ...(config.PROMETHEUS_EXTERNAL_URL !== undefined && { externalUrl: config.PROMETHEUS_EXTERNAL_URL }),
    }),
    timeoutMs: config.NETCHECK_EVIDENCE_TIMEOUT * 1000,
  };
}

function proberOf(config: Config, kubeConfig: KubeConfig, logger: Logger): Prober {
  const server = kubeConfig.getCurrentCluster()?.server;
  return {
    launcher: {
      cluster: createProbeCluster(kubeConfig),
      local: createLocalProber(),
      image: config.NETCHECK_PROBE_IMAGE,
      namespace: config.NETCHECK_PROBE_NAMESPACE,
    },
    enabled: new Set(config.NETCHECK_PROBES),
    limits: {
      perSecond: config.NETCHECK_PROBE_RATE,
      probesAtOnce: config.NETCHECK_PROBES_AT_ONCE,
    },
    refuse: config.NETCHECK_PROBE_REFUSE,
    ...(server !== undefined && { apiServer: hostAndPort(new URL(server)) }),
    allow: config.NETCHECK_PROBE_ALLOW,
    audit: (entry) => logger.info(entry, 'probe'),
  };
}

function hostAndPort({ hostname, port, protocol }: URL): { host: string; port: number } {
  const usual = protocol === 'http:' ? 80 : 443;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) };
}
