import { distinctTexts, labelOf, type Alert } from '../alert.ts';
import type { Card } from '../card.ts';
import { commonLabels, readLabelLists } from './label-list.ts';
import { readSubject, runbookLinks } from './subject.ts';

/** An incident's page; its id stays the same for as long as it lives. */
const incident = /^https:\/\/[\w.-]+\.pagerduty\.com\/incidents\/(\w+)/;

export function isOfPagerDuty({ links }: Card, sender: string): boolean {
  return /pagerduty/i.test(sender) || incident.test(links[0]?.url ?? '');
}

/**
 * Reads the message of PagerDuty's Slack app: `:red_circle: *<https://….pagerduty.com/incidents/Q2…|title>*`, below it
 * lines such as `:tornado: *Urgency:* High` and the service. The circle is the state: red is triggered, yellow
 * acknowledged, green resolved; older messages say `Triggered`. The title is that of whoever raised it, mostly
 * Alertmanager's. What people did to an incident is no alert.
 */
export function readPagerDutyCard(card: Card): Alert | undefined {
  const link = card.links.find(({ url }) => incident.test(url));
  const status = statusOf(card);
  if (link === undefined || status === undefined) return undefined;
  const title = titleOf(link.words, card.title);
  const subject = readSubject(title);
  const labels = commonLabels(readLabelLists(card.lines));
  return {
    status,
    name: labelOf(labels, 'alertname') ?? subject?.name ?? title,
    labels,
    texts: distinctTexts([subject?.rest ?? title, bodyOf(card), serviceOf(card)]),
    runbooks: runbookLinks(card),
    fingerprint: `pagerduty:${incident.exec(link.url)?.[1] ?? title}`,
    source: 'pagerduty',
  };
}

function statusOf({ title, above }: Card): Alert['status'] | undefined {
  const head = `${above}\n${title}`;
  if (/:large_green_circle:|^\W*Resolved\b/m.test(head)) return 'resolved';
  return /:red_circle:|:large_red_circle:|^\W*Triggered\b/m.test(head) ? 'firing' : undefined;
}

/** The words of the link may be no more than the number: `Triggered #123 High error rate`. */
function titleOf(words: string, line: string): string {
  const said = /^\[?#\d+\]?$/.test(words.trim()) ? line : words;
  return said.replace(/^(?:\s|:[\w+-]+:)*(?:(?:Triggered|Resolved)\b:?\s*)?(?:\[?#\d+\]?:?\s*)?/, '').trim();
}

/** What PagerDuty calls a service is a team's name for it, not a cluster's: no more than words. */
function serviceOf({ fields, lines }: Card): string | undefined {
  const field = fields.find(([name]) => /^(impacted )?service$/i.test(name.replace(/:$/, '')))?.[1];
  return (
    field ?? lines.map((line) => /\bService:\s*(.+)$/.exec(line)?.[1]).find((name) => name !== undefined)
  );
}

/** People, urgencies and policies name no service. */
function bodyOf({ lines }: Card): string {
  const about =
    /\b(Service|Urgency|Incident type|Assigned|Escalation policy|Priority|Status|Notes?)\b[^:]*:/i;
  return lines.filter((line) => !about.test(line)).join('\n');
}
