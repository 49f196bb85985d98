import { readFile } from 'node:fs/promises';
import { parseAlertSettings, type AlertSettings } from '../../core/alerts/settings.ts';
import type { BotEnvironment } from '../../core/config.ts';

/** A file of settings that cannot be used, in lines for whoever starts the process. */
export class AlertSettingsError extends Error {
  override readonly name = 'AlertSettingsError';
}

/** What the file that the environment names says; undefined where it names none. */
export async function openAlertSettings(
  {
    NETCHECK_ALERTS: file,
    NETCHECK_WEBHOOK_PORT: port,
  }: Pick<BotEnvironment, 'NETCHECK_ALERTS' | 'NETCHECK_WEBHOOK_PORT'>,
  symptoms: readonly string[],
): Promise<AlertSettings | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new AlertSettingsError(`NETCHECK_ALERTS: cannot read ${file}: ${why}`, { cause: error });
  });
  const parsed = parseAlertSettings(file, text, symptoms);
  if ('problems' in parsed) throw new AlertSettingsError(parsed.problems.join('\n'));
  if (port !== 0 && parsed.settings.channel === undefined)
    throw new AlertSettingsError(
      `${file}:1:1 Unexpected end, expected channel: where alerts of the webhook are reported`,
    );
  return parsed.settings;
}
