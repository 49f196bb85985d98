import type { Queue } from 'bullmq';
import type { QueueKind } from '../core/metrics.ts';
import { inTime } from './in-time.ts';
import type { Metrics } from './metrics.ts';

/** How long Redis may take to say how full the queues are, in milliseconds: a scrape must not wait for it. */
const withinMs = 1000;

const states = ['waiting', 'active', 'delayed'] as const;

interface Reading {
  readonly queue: QueueKind;
  readonly jobs: Readonly<Record<(typeof states)[number], number>>;
  /** Seconds. */
  readonly oldest: number;
}

/**
 * Has the queues looked at whenever somebody asks for metrics. What Redis does not say is left out: an old number would
 * look like a new one. `isThere` says whether it is worth asking at all.
 */
export function measureQueues(
  metrics: Metrics,
  queues: ReadonlyMap<QueueKind, Queue>,
  isThere: () => boolean,
): void {
  metrics.onScrape(async () => {
    const asked = isThere() ? [...queues].map(([kind, queue]) => inTime(read(kind, queue), withinMs)) : [];
    const readings = (await Promise.all(asked)).filter((one) => one !== undefined);
    metrics.show(
      'netcheck_queue_jobs',
      readings.flatMap(({ queue, jobs }) => states.map((state) => [{ queue, state }, jobs[state]] as const)),
    );
    metrics.show(
      'netcheck_queue_oldest_waiting_seconds',
      readings.map(({ queue, oldest }) => [{ queue }, oldest]),
    );
  });
}

async function read(kind: QueueKind, queue: Queue): Promise<Reading> {
  const [counts, ...first] = await Promise.all([
    queue.getJobCounts(...states, 'prioritized'),
    queue.getWaiting(0, 0),
    queue.getPrioritized(0, 0),
  ]);
  const { waiting = 0, active = 0, delayed = 0, prioritized = 0 } = counts;
  // Of one that was put off, the time that it was meant to wait does not count.
  const since = first.flat().map(({ timestamp, opts }) => timestamp + (opts.delay ?? 0));
  const oldest = since.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...since)) / 1000;
  return { queue: kind, jobs: { waiting: waiting + prioritized, active, delayed }, oldest };
}
