import type { Job } from 'bullmq';
import type { WorkerEnvironment } from '../core/config.ts';
import { queueNames, retentionSeconds } from '../core/jobs.ts';
import { Documents } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import type { PlaybookSource } from '../platform/playbook-source.ts';
import { inTurnEach } from '../platform/in-turn.ts';
import { openQueue, openWorker } from '../platform/queues.ts';
import { connectRedis } from '../platform/redis.ts';
import { createClusterReader, createClusterWriter, loadKubeConfig } from './adapters/kubernetes.ts';
import { createProbeCluster } from './adapters/kubernetes-probes.ts';
import { createLocalProber } from './adapters/local-prober.ts';
import { createMetricsReader } from './adapters/prometheus.ts';
import type { Sources } from './collect.ts';
import { gather, giveUp, investigate, tellProgress } from './investigate.ts';
import { InHand } from './in-hand.ts';
import { InvestigationStore } from './investigation-store.ts';
import { PlaybookVersions } from './playbook-versions.ts';
import type { Prober } from './probes/prober.ts';
import { startSweeping } from './sweeping.ts';
import { remediate } from './remediate.ts';

export interface Running {
  close(): Promise<void>;
}

/** Looks are mostly waiting; as many as one investigation asks at once. */
const looksAtOnce = 128;
const investigationsAtOnce = 8;

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
  const redis = connectRedis(REDIS_URL);
  const gatherQueue = openQueue(queueNames.gather(cluster), REDIS_URL);
  const probeQueue = openQueue(queueNames.probe(cluster), REDIS_URL);
  const documents = new Documents(redis, retentionSeconds);
  const investigator = {
    playbooks: new PlaybookVersions(playbooks, documents),
    gatherQueue,
    probeQueue,
    sources,
    prober,
    mostConnections: config.NETCHECK_PROBE_CONNECTIONS,
    store: new InvestigationStore(documents, cluster),
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
  const workers = [investigations, looks, probing];
  for (const one of [looks, probing])
    one.on('failed', (job, error) => logger.error({ err: error, job: job?.id }, 'look failed'));
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
  logger.info({ cluster, playbooks: version, causes: library.causes.size }, 'worker ready');
  return {
    async close() {
      sweeping.stop();
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([gatherQueue, probeQueue].map((queue) => queue.close()));
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
  const kubeConfig = loadKubeConfig(config.KUBECONFIG);
  const sources = sourcesOf(config, kubeConfig);
  const writer = createClusterWriter(kubeConfig);
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
