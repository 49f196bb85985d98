import { BotEnvironment, readEnvironment } from '../core/config.ts';
import { createLogger } from '../platform/logger.ts';
import { PlaybookError } from '../platform/playbooks.ts';
import { onShutdown } from '../platform/shutdown.ts';
import { CannotListen } from '../platform/http-server.ts';
import { AlertSettingsError } from './alerts/open-settings.ts';
import { ApprovalPolicyError } from './approvers.ts';
import { startBot } from './start.ts';

/** What whoever starts the process has to mend, and the log says nothing more of. */
const mistakes = [PlaybookError, ApprovalPolicyError, AlertSettingsError, CannotListen];

const environment = readEnvironment(BotEnvironment, process.env);
if ('problems' in environment) refuse(environment.problems);
else await run(environment.config);

async function run(config: BotEnvironment): Promise<void> {
  const logger = createLogger('netcheck-bot', config.LOG_LEVEL);
  // Slack's client may reject with nobody listening when it cannot reconnect; whoever supervises starts a new process.
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
  try {
    const bot = await startBot(config, logger);
    onShutdown(logger, () => bot.close());
  } catch (error) {
    if (error instanceof Error && mistakes.some((kind) => error instanceof kind))
      refuse(error.message.split('\n'));
    else {
      logger.fatal({ err: error }, 'the bot cannot start');
      process.exit(1);
    }
  }
}

function refuse(problems: readonly string[]): void {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
