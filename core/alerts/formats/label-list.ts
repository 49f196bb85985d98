import type { Labels } from '../alert.ts';

/** One alert of a list of them, as templates print it. */
export interface ListedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

interface Draft {
  readonly labels: Map<string, string>;
  readonly annotations: Map<string, string>;
}

/** `- name = value`, `• name: value`; a name is one word, a sentence is none. */
const entry = /^\s*[-•–]\s*([a-zA-Z_][\w./-]{0,80})\s*[:=]\s*(.*)$/;

/**
 * Reads the lists of labels and annotations that templates print below the title. Alertmanager's `__text_alert_list` and
 * Grafana's write `Labels:`, lines of ` - name = value`, `Annotations:`, the same (template/default.tmpl of
 * prometheus/alertmanager, templates/default_template.go of grafana/alerting); teams' own mostly `• name: value`.
 * Those that are over, below the ones that are firing, are left out.
 */
export function readLabelLists(lines: readonly string[]): ListedAlert[] {
  const drafts: Draft[] = [];
  let section: keyof Draft = 'labels';
  for (const line of lines) {
    if (drafts.length > 0 && /^\s*(Alerts )?Resolved:?\s*$/.test(line)) break;
    const heading = /^\s*(Labels|Annotations):?\s*$/.exec(line)?.[1];
    if (heading !== undefined) section = heading === 'Labels' ? 'labels' : 'annotations';
    if (heading === 'Labels') drafts.push({ labels: new Map(), annotations: new Map() });
    const [, name, value] = entry.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const last = drafts.at(-1);
    // Where no heading parts them, a name that comes again is of the next alert.
    if (last === undefined || last[section].has(name)) {
      drafts.push({ labels: new Map(), annotations: new Map() });
    }
    drafts.at(-1)?.[section].set(name, value.trim());
  }
  return drafts.map(({ labels, annotations }) => ({
    labels: Object.fromEntries(labels),
    annotations: Object.fromEntries(annotations),
  }));
}

/** The labels that all of them have, with the same value. */
export function commonLabels(alerts: readonly ListedAlert[]): Labels {
  const [first, ...others] = alerts;
  const shared = Object.entries(first?.labels ?? {}).filter(([name, value]) =>
    others.every(({ labels }) => Object.hasOwn(labels, name) && labels[name] === value),
  );
  return Object.fromEntries(shared);
}
