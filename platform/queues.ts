import { Queue, QueueEvents, Worker, type Processor, type QueueOptions, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { retryStrategy } from './redis.ts';

const prefix = 'netcheck-queue';

/** What a worker that dies leaves behind is taken up by another within about this time, in milliseconds. */
const stalledAfterMs = 5000;

const keepJobs = {
  removeOnComplete: { age: 3600, count: 1000 },
  removeOnFail: { age: 24 * 3600, count: 1000 },
};

/** A queue to add jobs to. `failFast` gives up after about two seconds without Redis: for whoever has a person waiting. */
export function openQueue(name: string, redisUrl: string, { failFast = false } = {}): Queue {
  const options: QueueOptions = {
    connection: {
      url: redisUrl,
      retryStrategy,
      ...(failFast ? { maxRetriesPerRequest: 1, commandTimeout: 2000 } : { maxRetriesPerRequest: null }),
    },
    prefix,
    skipVersionCheck: true,
    defaultJobOptions: keepJobs,
  };
  const queue = new Queue(name, options);
  queue.on('error', () => undefined);
  return queue;
}

/** A queue to ask how full it is, over a connection that is the caller's. */
export function lookAtQueue(name: string, redis: Redis): Queue {
  const queue = new Queue(name, { connection: redis, prefix, skipVersionCheck: true, skipMetasUpdate: true });
  queue.on('error', () => undefined);
  return queue;
}

/** A worker on a queue. A job whose worker dies is done again by another; jobs must bear that. */
export function openWorker<Data, Result>(
  name: string,
  redisUrl: string,
  process: Processor<Data, Result>,
  options: Pick<WorkerOptions, 'concurrency'> = {},
): Worker<Data, Result> {
  const worker = new Worker<Data, Result>(name, process, {
    connection: { url: redisUrl, maxRetriesPerRequest: null, retryStrategy },
    prefix,
    skipVersionCheck: true,
    lockDuration: stalledAfterMs,
    stalledInterval: stalledAfterMs,
    maxStalledCount: 100,
    ...keepJobs,
    ...options,
  });
  worker.on('error', () => undefined);
  return worker;
}

/** Waits for the results of jobs; see `Job.waitUntilFinished`. */
export function openQueueEvents(name: string, redisUrl: string): QueueEvents {
  const events = new QueueEvents(name, {
    connection: { url: redisUrl, maxRetriesPerRequest: null, retryStrategy },
    prefix,
    skipVersionCheck: true,
  });
  events.on('error', () => undefined);
  return events;
}
