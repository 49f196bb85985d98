import { queueNames } from '../core/jobs.ts';
import type { QueueKind } from '../core/metrics.ts';
import { startHealthServer } from './health-server.ts';
import { inTime } from './in-time.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { measureQueues } from './queue-metrics.ts';
import { lookAtQueue } from './queues.ts';
import { connectRedisForNow } from './redis.ts';

/** How long Redis may take to answer a PING, in milliseconds. */
const pongWithinMs = 1000;

export interface MonitoringOptions {
  /** 0: there is none. */
  readonly port: number;
  readonly redisUrl: string;
  readonly cluster: string;
  readonly metrics: Metrics;
  /** Those that this process fills or empties. */
  readonly queues: readonly QueueKind[];
  /** What else has to be there, by name, each with what is said while it is not. */
  readonly parts?: Readonly<Record<string, () => string | undefined>>;
  readonly logger: Logger;
}

export interface Monitoring {
  readonly close: () => Promise<void>;
}

/** Tells whoever asks over HTTP how this process is, with a connection of its own: the others wait while Redis is away. */
export async function startMonitoring({
  port,
  redisUrl,
  cluster,
  metrics,
  queues,
  parts = {},
  logger,
}: MonitoringOptions): Promise<Monitoring> {
  if (port === 0) return { close: () => Promise.resolve() };
  const redis = connectRedisForNow(redisUrl);
  const isThere = (): boolean => redis.status === 'ready';
  const looked = queues.map((kind) => [kind, lookAtQueue(queueNameOf(kind, cluster), redis)] as const);
  measureQueues(metrics, new Map(looked), isThere);
  metrics.watchProcess();
  const notReady = async (): Promise<string[]> => {
    const pong = isThere() ? await inTime(redis.ping(), pongWithinMs) : undefined;
    return [
      ...(pong === undefined ? [`redis: no answer to a PING within ${pongWithinMs / 1000} s`] : []),
      ...Object.entries(parts).flatMap(([part, whyNot]) => {
        const why = whyNot();
        return why === undefined ? [] : [`${part}: ${why}`];
      }),
    ];
  };
  try {
    const server = await startHealthServer(port, { metrics, notReady, logger });
    return {
      close: async () => {
        await server.close();
        // The queues hold nothing but this connection.
        redis.disconnect();
      },
    };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

function queueNameOf(kind: QueueKind, cluster: string): string {
  return kind === 'follow' ? queueNames.follow : queueNames[kind](cluster);
}
