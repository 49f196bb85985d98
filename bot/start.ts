import { App } from '@slack/bolt';
import type { BotEnvironment } from '../core/config.ts';
import { queueNames, retentionSeconds } from '../core/jobs.ts';
import { countAudit } from '../platform/count-audit.ts';
import { Documents } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import { Metrics } from '../platform/metrics.ts';
import { startMonitoring } from '../platform/monitoring.ts';
import { openPlaybooks, type PlaybookSource } from '../platform/playbook-source.ts';
import { AuditLog } from '../platform/audit-log.ts';
import { witnessOf } from '../platform/audit-witness.ts';
import { openQueue, openQueueEvents } from '../platform/queues.ts';
import { Pace } from '../platform/pace.ts';
import { connectRedisFailingFast } from '../platform/redis.ts';
import { registerListeners } from './app.ts';
import { startAlerts, type RunningAlerts } from './alerts/start-alerts.ts';
import { openAlertSettings } from './alerts/open-settings.ts';
import { Approvers, openApprovalPolicy } from './approvers.ts';
import { Background } from './background.ts';
import type { Bot } from './bot.ts';
import { closeInTime } from './close-in-time.ts';
import { startFollower } from './follow/follower.ts';
import { Records } from './records.ts';
import { Rooms } from './rooms.ts';
import { interactiveOptions, openSlackClients, slackAddress } from './slack/clients.ts';
import { countFailures } from './slack/count-failures.ts';
import { openInlet } from './slack/receiver.ts';
import { slackLogger } from './slack/slack-logger.ts';

export interface RunningBot {
  /** Where signed HTTP requests go; Socket Mode has none. */
  readonly url?: string;
  readonly close: () => Promise<void>;
}

/** Starts the bot in this process. Resolves when Slack can reach it; rejects when it cannot start. */
export async function startBot(config: BotEnvironment, logger: Logger): Promise<RunningBot> {
  const playbooks = await openPlaybooks(config.NETCHECK_PLAYBOOKS, logger);
  try {
    return await startWith(playbooks, config, logger);
  } catch (error) {
    playbooks.close();
    throw error;
  }
}

async function startWith(
  playbooks: PlaybookSource,
  config: BotEnvironment,
  logger: Logger,
): Promise<RunningBot> {
  const metrics = new Metrics('bot');
  const slack = openSlackClients({
    token: config.SLACK_BOT_TOKEN,
    apiUrl: config.SLACK_API_URL,
    logger,
    witness: countFailures(metrics),
  });
  const inlet = openInlet(config, logger);
  const app = new App({
    token: config.SLACK_BOT_TOKEN,
    receiver: inlet.receiver,
    clientOptions: { ...slackAddress(config.SLACK_API_URL), ...interactiveOptions },
    logger: slackLogger(logger),
    convoStore: false,
    deferInitialization: true,
  });
  app.error((error) => {
    logger.error({ err: error }, 'a listener failed');
    return inlet.isRepeatedOnFailure ? Promise.reject(error) : Promise.resolve();
  });
  await app.init();
  const me = await slack.interactive.auth.test();

  const approval = await openApprovalPolicy(config);
  const symptoms = playbooks.current().library.symptoms.map(({ id }) => id);
  const alerts = await openAlertSettings(config, symptoms);
  const cluster = config.NETCHECK_CLUSTER;
  const monitoring = await startMonitoring({
    port: config.NETCHECK_METRICS_PORT,
    redisUrl: config.REDIS_URL,
    cluster,
    metrics,
    // Also those that others empty: where none of them is left, nobody else could say so.
    queues: ['investigate', 'remediate', 'alerts', 'follow'],
    parts: { slack: inlet.whyNot },
    logger,
  });
  const redis = connectRedisFailingFast(config.REDIS_URL);
  const audit = new AuditLog(redis, cluster, logger, countAudit(metrics));
  const approvers = new Approvers({ policy: approval, slack: slack.interactive, logger });
  const open = (name: string) => openQueue(name, config.REDIS_URL, { failFast: true });
  const bot: Bot = {
    cluster,
    approvers,
    approval,
    remediation: config.NETCHECK_REMEDIATION,
    incidentChannels: new RegExp(config.NETCHECK_INCIDENT_CHANNELS),
    watchEvery: config.NETCHECK_WATCH_EVERY,
    playbooks,
    records: new Records(new Documents(redis, retentionSeconds), cluster, witnessOf(audit)),
    investigate: open(queueNames.investigate(cluster)),
    follow: open(queueNames.follow),
    remediate: open(queueNames.remediate(cluster)),
    remediateEvents: openQueueEvents(queueNames.remediate(cluster), config.REDIS_URL),
    slack: slack.interactive,
    workspaceUrl: me.url ?? 'https://slack.com/',
    rooms: new Rooms(slack.interactive, logger),
    self: { bot: me.bot_id, app: me.app_id },
    pace: new Pace(redis, retentionSeconds),
    autoPerMinute: config.NETCHECK_AUTO_PER_MINUTE,
    autoPerChannel: config.NETCHECK_AUTO_PER_CHANNEL,
    alerts,
    alertsQueue: open(queueNames.alerts(cluster)),
    background: new Background(logger),
    logger,
  };
  registerListeners(app, bot);
  const follower = startFollower({
    redisUrl: config.REDIS_URL,
    slack: slack.worker,
    approval,
    approvers,
    remediation: config.NETCHECK_REMEDIATION,
    watchEvery: config.NETCHECK_WATCH_EVERY,
    metrics,
    logger,
  });
  let intake: RunningAlerts | undefined;
  const close = async (): Promise<void> => {
    playbooks.close();
    await Promise.all([inlet.close(), intake?.close()]);
    await Promise.all([follower.close(), bot.background.idle()]);
    const queues = [bot.investigate, bot.follow, bot.remediate, bot.remediateEvents, bot.alertsQueue];
    await Promise.all(queues.map((queue) => closeInTime(queue, 500)));
    redis.disconnect();
    await monitoring.close();
  };
  try {
    intake = await startAlerts(bot, config, metrics);
    const { url } = await inlet.start();
    logger.info({ cluster, mode: url === undefined ? 'socket' : 'http', url }, 'bot is up');
    return { ...(url !== undefined && { url }), close };
  } catch (error) {
    await close();
    throw error;
  }
}
