import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import type { AlertSettings } from '../../core/alerts/settings.ts';
import { AlertsJob, queueNames } from '../../core/jobs.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { openWorker } from '../../platform/queues.ts';
import { followOptions } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { closeInTime } from '../close-in-time.ts';
import { takeIn } from './intake.ts';

/** Most of a job is waiting for Redis. */
const concurrency = 4;

/** What the webhook brings may be large, and is not needed once it is taken in. */
const webhookOptions = { removeOnComplete: true, removeOnFail: { age: 3600, count: 20 } } as const;

/** Stores alerts for whichever replica takes them. The same `id` is stored once; what has none comes from the webhook. */
export async function storeAlerts({ alertsQueue }: Bot, job: AlertsJob, id?: string): Promise<void> {
  const own = id === undefined ? { ...webhookOptions, jobId: randomUUID() } : { jobId: id };
  await alertsQueue.add('alerts', job, { ...followOptions, ...own });
}

/** Takes stored alerts in, until closed. */
export function startIntake(
  bot: Bot,
  settings: AlertSettings,
  redisUrl: string,
  metrics: Metrics,
): { readonly close: () => Promise<void> } {
  const worker = openWorker<unknown, undefined>(
    queueNames.alerts(bot.cluster),
    redisUrl,
    async (job) => {
      const { data, success, error } = AlertsJob.safeParse(job.data);
      if (!success) throw new UnrecoverableError(`no alerts: ${error.message}`);
      await takeIn(bot, settings, { ...data, id: job.id ?? '' }, (outcome) =>
        metrics.add('netcheck_alerts_total', { outcome }),
      );
      return undefined;
    },
    { concurrency },
  );
  worker.on('failed', (job, error) => bot.logger.error({ err: error, alerts: job?.id }, 'alerts failed'));
  return { close: () => closeInTime(worker, 3000) };
}
