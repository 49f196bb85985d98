import * as z from 'zod';

/** Who says that something is wrong; `text` is a bot nobody knows that writes as Alertmanager does. */
const AlertSource = z.enum(['alertmanager', 'grafana', 'pagerduty', 'datadog', 'opsgenie', 'text']);

const Labels = z.record(z.string(), z.string()).readonly();
export type Labels = z.infer<typeof Labels>;

export const AlertStatus = z.enum(['firing', 'resolved']);

/** One alert, or a group of them that arrived as one message, in the words of whoever sent it. */
export const Alert = z
  .strictObject({
    status: AlertStatus,
    /** Its alertname, or its title where it has no other name. */
    name: z.string(),
    /** Those that all alerts of a group have in common. */
    labels: Labels,
    /** Those of each alert of a group, where they are known and differ. */
    members: z.array(Labels).readonly().optional(),
    /** What it says about itself, the most telling first. */
    texts: z.array(z.string()).readonly(),
    runbooks: z.array(z.string()).readonly(),
    /** Unix milliseconds, where it was said. */
    startsAt: z.number().optional(),
    /** The same for the firing and the resolved message of one alert. */
    fingerprint: z.string(),
    /** The same for all alerts that were sent together. */
    groupKey: z.string().optional(),
    source: AlertSource,
  })
  .readonly();
export type Alert = z.infer<typeof Alert>;

/** A label by its name; `constructor` is none of an alert that has no such label. */
export function labelOf(labels: Labels, name: string): string | undefined {
  const value = Object.hasOwn(labels, name) ? labels[name]?.trim() : undefined;
  return value === '' ? undefined : value;
}

/** Labels as an identity: the order they came in does not matter. */
export function sayLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}

/** Beyond this a text is a log, and what an alert is about is said at its start. */
const maxTextLength = 4000;
const maxTexts = 30;

/** What an alert says, without what says nothing and what was said before. */
export function distinctTexts(texts: readonly (string | undefined)[]): string[] {
  const told = texts.map((text) => (text ?? '').trim().slice(0, maxTextLength));
  return [...new Set(told)].filter((text) => text !== '').slice(0, maxTexts);
}

/** The annotations that people read, in the order in which they name things. */
const toldFirst = ['summary', 'title', 'description', 'message'];

export function textsOf(annotations: Labels): string[] {
  const rest = Object.entries(annotations).filter(
    ([name, value]) => !toldFirst.includes(name) && !/^https?:\/\/\S+$/.test(value),
  );
  return distinctTexts([
    ...toldFirst.map((name) => labelOf(annotations, name)),
    ...rest.map(([, value]) => value),
  ]);
}

/** Links to what to do, by the annotation that holds them: `runbook_url`, `runbook`. */
export function runbooksOf(annotations: Labels): string[] {
  return Object.entries(annotations).flatMap(([name, value]) =>
    /runbook|playbook/i.test(name) ? (/https?:\/\/[^\s>|]+/.exec(value)?.[0] ?? []) : [],
  );
}
