import type { Alert } from './alert.ts';
import { cardsOf, SlackMessage, type Card } from './card.ts';
import { isOfDatadog, readDatadogCard } from './formats/datadog.ts';
import { isOfOpsgenie, readOpsgenieCard } from './formats/opsgenie.ts';
import { isOfPagerDuty, readPagerDutyCard } from './formats/pagerduty.ts';
import { readSubjectCard } from './formats/subject.ts';

interface Format {
  /** By who sent it, or by where its first link leads: further ones may lead anywhere. */
  readonly owns: (card: Card, sender: string) => boolean;
  /** Nothing where it is of this format and no alert: somebody acknowledged one, or muted a monitor. */
  readonly read: (card: Card, sender: string) => Alert | undefined;
}

/** Those that pass on what others raised come before those whose titles they keep. */
const formats: readonly Format[] = [
  { owns: isOfPagerDuty, read: readPagerDutyCard },
  { owns: isOfOpsgenie, read: readOpsgenieCard },
  { owns: isOfDatadog, read: readDatadogCard },
  { owns: () => true, read: readSubjectCard },
];

/**
 * The alert that a message of an alert bot is about. People talk about alerts and paste them, and have seen them: what a
 * person writes is none. Neither is what no known bot writes.
 */
export function readSlackAlert(message: unknown): Alert | undefined {
  const parsed = SlackMessage.safeParse(message);
  if (!parsed.success || !isOfBot(parsed.data)) return undefined;
  const sender = `${parsed.data.username} ${parsed.data.bot_profile.name}`.trim();
  for (const card of cardsOf(parsed.data)) {
    const alert = formats.find(({ owns }) => owns(card, sender))?.read(card, sender);
    if (alert !== undefined) return alert;
  }
  return undefined;
}

function isOfBot({ bot_id: bot, subtype }: SlackMessage): boolean {
  return bot !== '' || subtype === 'bot_message';
}
