import { distinctTexts, labelOf, type Alert, type Labels } from '../alert.ts';
import type { Card } from '../card.ts';
import { commonLabels, readLabelLists } from './label-list.ts';
import { readSubject, runbookLinks } from './subject.ts';

const address = /^https:\/\/(?:[\w.-]+\.)?(?:opsgenie\.com\/alert|opsg\.in\/a)\//;

export function isOfOpsgenie({ links }: Card, sender: string): boolean {
  return /opsgenie/i.test(sender) || address.test(links[0]?.url ?? '');
}

/**
 * Reads the message of Opsgenie's Slack app: a title `#<tiny id>: <message>` that links to the alert, fields `Priority`,
 * `Tags` and `Routed Teams`. The message is that of whoever raised it, mostly Alertmanager's. What people did to an alert,
 * but for closing it, is no alert.
 */
export function readOpsgenieCard(card: Card): Alert | undefined {
  const link = card.links.find(({ url }) => address.test(url))?.url;
  const status = statusOf(card);
  if (status === undefined || (link ?? fieldOf(card, 'priority')) === undefined) return undefined;
  const [, tinyId, rest = card.title] = /#(\d+):?\s*(.*)$/s.exec(card.title) ?? [];
  const title = rest
    .replace(/^"|"$/g, '')
    .replace(/^\[[\w ]+\]:\s*/, '')
    .trim();
  const subject = readSubject(title);
  const labels = { ...commonLabels(readLabelLists(card.lines)), ...tagsOf(card) };
  return {
    status,
    name: labelOf(labels, 'alertname') ?? subject?.name ?? title,
    labels,
    texts: distinctTexts([subject?.rest ?? title, card.lines.join('\n'), fieldOf(card, 'tags')]),
    runbooks: runbookLinks(card),
    fingerprint: `opsgenie:${idIn(link) ?? tinyId ?? title}`,
    source: 'opsgenie',
  };
}

const done =
  /\b(acknowledged|unacknowledged|assigned|snoozed|escalated|added|took ownership|updated|executed)\b/i;

/** Who did what is said above the alert, or before its number. */
function statusOf({ above, title }: Card): Alert['status'] | undefined {
  const head = `${above} ${title.split('#', 1)[0] ?? ''}`;
  if (/\b(closed|resolved)\b/i.test(head) || /^#\d+:?\s*"?\[RESOLVED\]/.test(title)) return 'resolved';
  return done.test(head) ? undefined : 'firing';
}

/** Tags are single words or, of tools that have labels, `name:value`. */
function tagsOf(card: Card): Labels {
  const pairs = (fieldOf(card, 'tags') ?? '').split(/[,\s]+/).flatMap((tag) => {
    const [, name, value] = /^([a-zA-Z_][\w./-]*)[:=](.+)$/.exec(tag) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(pairs) as Labels;
}

function fieldOf({ fields }: Card, wanted: string): string | undefined {
  return fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function idIn(url: string | undefined): string | undefined {
  return /\/(?:detail|i)\/(?:[\w-]+\/)*?([0-9a-f]{8}-[\w-]+)/.exec(url ?? '')?.[1];
}
