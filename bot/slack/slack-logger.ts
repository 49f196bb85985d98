import { LogLevel, type Logger as SlackLogger } from '@slack/bolt';
import type { Logger } from '../../platform/logger.ts';

/** What Slack's libraries log, as lines of ours. Their debug lines carry whole payloads, so they are left out. */
export function slackLogger(logger: Logger): SlackLogger {
  const said = (words: readonly unknown[]): string => words.map(String).join(' ');
  return {
    debug: () => undefined,
    info: (...words: unknown[]) => logger.debug({ said: said(words) }, 'slack library'),
    warn: (...words: unknown[]) => logger.warn({ said: said(words) }, 'slack library'),
    error: (...words: unknown[]) => logger.error({ said: said(words) }, 'slack library'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
