import { distinctTexts, sayLabels, type Alert, type Labels } from '../alert.ts';
import type { Card } from '../card.ts';
import { runbookLinks } from './subject.ts';

/** A monitor's state as its notifications begin: `Triggered: …` in Slack, `[P2] [Triggered on {host:h1}] …` elsewhere. */
const states = '(?:Re-)?Triggered|(?:Re-)?Warn|Warning|No data|Recovered|Resolved';
const colon = new RegExp(`^(?:\\[P\\d\\]\\s*)?(${states}):\\s*(.*)$`, 'is');
const bracket = new RegExp(`^(?:\\[P\\d\\]\\s*)?\\[(${states})(?: on \\{([^}]*)\\})?\\]\\s*(.*)$`, 'is');
const address = /^https:\/\/[\w.-]*(?:datadoghq\.(?:com|eu)|ddog-gov\.com)\//;

export function isOfDatadog({ links, footer }: Card, sender: string): boolean {
  return /datadog/i.test(`${sender} ${footer}`) || address.test(links[0]?.url ?? '');
}

/**
 * Reads the notification of a Datadog monitor. The title's tags are those of `include_tags`, "[Triggered on {host:h1}]
 * Monitor Title" (docs.datadoghq.com/api/latest/monitors); the link leads to `/monitors/<id>`.
 */
export function readDatadogCard(card: Card): Alert | undefined {
  const monitor = card.links.find(({ url }) => address.test(url))?.url;
  const title = titleOf(card.title);
  if (title === undefined) return undefined;
  const labels = {
    ...tagsIn([...card.lines, ...card.fields.map((field) => field.join(': '))]),
    ...tags(title.tags),
  };
  const { name, scope } = nameOf(title.rest);
  return {
    status: /^(recovered|resolved)$/i.test(title.state) ? 'resolved' : 'firing',
    name,
    labels: { ...labels, ...tags(scope) },
    texts: distinctTexts([title.rest, card.lines.filter((line) => !/^\s*@/.test(line)).join('\n')]),
    runbooks: runbookLinks(card),
    fingerprint: `datadog:${monitorId(monitor) ?? name}:${sayLabels({ ...tags(title.tags), ...tags(scope) })}`,
    source: 'datadog',
  };
}

interface Title {
  readonly state: string;
  readonly tags: string;
  readonly rest: string;
}

function titleOf(title: string): Title | undefined {
  const [, state, on, name] = bracket.exec(title) ?? [];
  if (state !== undefined) return { state, tags: on ?? '', rest: name ?? '' };
  const [, named, rest] = colon.exec(title) ?? [];
  return named === undefined ? undefined : { state: named, tags: '', rest: rest ?? '' };
}

/** A monitor of many groups ends with the one it is about: `High error rate on service:checkout,kube_namespace:shop`. */
function nameOf(rest: string): { name: string; scope: string } {
  const [, name, scope] = /^(.+?) on \{?([\w.-]+:[^\s{}]+)\}?$/s.exec(rest.trim()) ?? [];
  return { name: name ?? rest.trim(), scope: scope ?? '' };
}

/** `service:checkout, kube_namespace:shop` */
function tags(list: string): Labels {
  return Object.fromEntries(
    list.split(/[,\s]+/).flatMap((tag) => {
      const [, name, value] = /^@?([a-zA-Z][\w./-]*):([^:/\s][^\s,]*)$/.exec(tag) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function tagsIn(lines: readonly string[]): Labels {
  const listed = lines.flatMap((line) => /^\s*(?:Tags|Scope|Group)\s*:\s*(.*)$/i.exec(line)?.[1] ?? []);
  return tags(listed.join(','));
}

function monitorId(url: string | undefined): string | undefined {
  return /\/monitors[/#](\d+)/.exec(url ?? '')?.[1];
}
