import { distinctTexts, labelOf, runbooksOf, textsOf, type Alert, type Labels } from '../alert.ts';
import type { Card } from '../card.ts';
import { commonLabels, readLabelLists, type ListedAlert } from './label-list.ts';

/** What the title of Alertmanager says, in Slack or wherever it was passed on to. */
interface Subject {
  readonly status: Alert['status'];
  readonly name: string;
  /** The title without its status: the same before and after. */
  readonly rest: string;
}

/**
 * Alertmanager's `__subject`: `[FIRING:2] <values of the labels it groups by> (<values of the other common labels>)`,
 * of label values without their names. Grafana adds `, RESOLVED:1`. Teams' own titles mostly keep the bracket.
 */
const bracket = /^\[(FIRING|RESOLVED)(?::\d+)?(?:,\s*RESOLVED:\d+)?\]\s*(.*)$/s;
const word = /^(FIRING|RESOLVED)\s*:\s*(.*)$/s;

export function readSubject(title: string): Subject | undefined {
  const bare = title.replace(/^(?::[\w+-]+:|[^\w[])+/, '');
  const [, status, rest = ''] = bracket.exec(bare) ?? word.exec(bare) ?? [];
  if (status === undefined) return undefined;
  return {
    status: status === 'FIRING' ? 'firing' : 'resolved',
    name: nameIn(rest),
    rest: rest.trim().replace(/\s+/g, ' '),
  };
}

/** Label values come by the names of their labels, `alertname` before all; one that was chosen as a name has a capital. */
function nameIn(rest: string): string {
  const [grouped = '', common = ''] = rest.split('(', 2);
  for (const part of [grouped, common]) {
    const [first] = part.trim().split(/[\s)]+/, 1);
    if (first !== undefined && /^[A-Z][\w:-]*$/.test(first)) return first;
  }
  return grouped.trim() === '' ? rest.trim() : grouped.trim();
}

/** Reads what Alertmanager or Grafana, or whoever uses their templates, posts to Slack. */
export function readSubjectCard(card: Card, sender: string): Alert | undefined {
  const subject = readSubject(card.title);
  if (subject === undefined) return undefined;
  const listed = readLabelLists(card.lines);
  const labels: Labels = { ...commonLabels(listed), ...labelsOfFields(card) };
  const source = sourceOf(card, sender);
  return {
    status: subject.status,
    name: labelOf(labels, 'alertname') ?? subject.name,
    labels,
    ...(listed.length > 1 && { members: listed.map((one) => one.labels) }),
    texts: distinctTexts([subject.rest, ...listed.flatMap(sayListed), bodyOf(card)]),
    runbooks: [
      ...new Set([...listed.flatMap(({ annotations }) => runbooksOf(annotations)), ...runbookLinks(card)]),
    ],
    fingerprint: `${source}:${subject.rest}`,
    source,
  };
}

function sayListed({ annotations }: ListedAlert): string[] {
  return textsOf(annotations);
}

/** Where the rule, its silences and its pictures are says nothing of what it is about. */
const aboutTheRule = /^\s*(Source|Silence|Dashboard|Panel|Value|Graph|Alertmanager\s?Url)\s*:/i;

function bodyOf({ lines }: Card): string {
  return lines.filter((line) => !aboutTheRule.test(line)).join('\n');
}

function labelsOfFields({ fields }: Card): Labels {
  return Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase().replace(/\s+/g, '_'), value]));
}

export function runbookLinks({ links }: Card): string[] {
  return links.filter(({ url, words }) => /runbook|playbook/i.test(`${url} ${words}`)).map(({ url }) => url);
}

function sourceOf({ footer, links }: Card, sender: string): Alert['source'] {
  const addresses = links.map(({ url }) => url);
  if (/grafana/i.test(`${footer} ${sender}`) || addresses.some((url) => /\/alerting\/|\/d\//.test(url)))
    return 'grafana';
  // `__alertmanagerURL` is `<external URL>/#/alerts?receiver=…`.
  const known = /alertmanager|prometheus/i.test(sender) || addresses.some((url) => url.includes('/#/alerts'));
  return known ? 'alertmanager' : 'text';
}
