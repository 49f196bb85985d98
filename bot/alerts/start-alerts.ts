import type { BotEnvironment } from '../../core/config.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { startIntake, storeAlerts } from './intake-worker.ts';
import { startWebhook } from './webhook.ts';

type Config = Pick<BotEnvironment, 'REDIS_URL' | 'NETCHECK_WEBHOOK_PORT' | 'NETCHECK_WEBHOOK_AUTH'>;

export interface RunningAlerts {
  readonly close: () => Promise<void>;
}

/** Begins to take alerts, as the settings say: from Slack, and from Alertmanager where there is a port for it. */
export async function startAlerts(bot: Bot, config: Config, metrics: Metrics): Promise<RunningAlerts> {
  if (bot.alerts === undefined) return { close: () => Promise.resolve() };
  const { NETCHECK_WEBHOOK_PORT: port, NETCHECK_WEBHOOK_AUTH: auth = '' } = config;
  const webhook =
    port === 0
      ? undefined
      : await startWebhook({
          port,
          auth,
          store: (job) => inTime(storeAlerts(bot, job)),
          logger: bot.logger,
        });
  const intake = startIntake(bot, bot.alerts, config.REDIS_URL, metrics);
  return {
    close: async () => {
      await webhook?.close();
      await intake.close();
    },
  };
}
