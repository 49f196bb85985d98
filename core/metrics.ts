import { AuditEntry } from './audit.ts';
import { Conclusion } from './conclusion.ts';
import { UnavailableReason, type EvidenceRequest } from './evidence.ts';
import { queueNames } from './jobs.ts';
import { probes, type ProbeId } from './probes.ts';
import type { Progress } from './progress.ts';
import { remediationKinds, type RemediationId } from './remediation/kinds.ts';
import { VerdictStatus } from './verdict.ts';

/*
 * What netcheck says about itself. Whoever counts, whoever shows and the documentation go by these definitions. No label
 * holds the name of a Service or an id: their number does not grow with use.
 */

export const netcheckProcesses = ['bot', 'worker', 'remediator'] as const;
export type NetcheckProcess = (typeof netcheckProcesses)[number];

export type QueueKind = keyof typeof queueNames;

/** All the values that a label can have; or where only playbooks or Slack know them, what they are. */
type LabelValues = readonly string[] | { readonly one: string };

export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly of: readonly NetcheckProcess[];
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** Upper bounds of a histogram, in seconds. */
  readonly buckets?: readonly number[];
}

const queue = Object.keys(queueNames) as QueueKind[];
const probe = Object.keys(probes) as ProbeId[];
const ends = ['ended', 'which', 'not-found', 'failed', 'cancelled'] as const satisfies Progress['phase'][];
const sources = ['promql', 'cluster', 'probe'] as const satisfies EvidenceRequest['source'][];
const method = { one: 'a method of the Slack Web API' } as const;
const alertOutcomes = [
  'begun',
  'held-back',
  'ambiguous',
  'updated',
  'resolved',
  'unknown',
  'muted',
  'ignored',
] as const;
export type AlertOutcome = (typeof alertOutcomes)[number];
const seconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900] as const;

export const metricDefinitions = {
  netcheck_queue_jobs: {
    type: 'gauge',
    of: netcheckProcesses,
    help: 'Jobs in a queue, as Redis has them; absent while Redis is away',
    labels: { queue, state: ['waiting', 'active', 'delayed'] },
  },
  netcheck_queue_oldest_waiting_seconds: {
    type: 'gauge',
    of: netcheckProcesses,
    help: 'Age of the job that waits longest in a queue, 0 where none waits; absent while Redis is away',
    labels: { queue },
  },
  netcheck_investigation_wait_seconds: {
    type: 'histogram',
    of: ['worker'],
    help: 'From the question until a worker takes it',
    labels: {},
    buckets: seconds,
  },
  netcheck_investigation_duration_seconds: {
    type: 'histogram',
    of: ['worker'],
    help: 'From the question until it is over, by the phase that it ended in; checks of changes are not counted',
    labels: { phase: ends },
    buckets: seconds,
  },
  netcheck_conclusions_total: {
    type: 'counter',
    of: ['worker'],
    help: 'Investigations that ended with a report, by their conclusion',
    labels: { kind: Conclusion.shape.kind.options },
  },
  netcheck_verdicts_total: {
    type: 'counter',
    of: ['worker'],
    help: 'Verdicts of investigations that ended with a report, by cause and status',
    labels: { cause: { one: 'a cause of the playbooks' }, status: VerdictStatus.options },
  },
  netcheck_evidence_duration_seconds: {
    type: 'histogram',
    of: ['worker'],
    help: 'How long one look took, by what was asked',
    labels: { source: sources },
    buckets: seconds,
  },
  netcheck_evidence_unavailable_total: {
    type: 'counter',
    of: ['worker'],
    help: 'Looks that saw nothing, by what was asked and why',
    labels: { source: sources, reason: UnavailableReason.options },
  },
  netcheck_probe_attempts_total: {
    type: 'counter',
    of: ['worker'],
    help: 'Attempts that probes made, by probe and how they went',
    labels: { probe, outcome: ['ok', 'failed'] },
  },
  netcheck_slack_errors_total: {
    type: 'counter',
    of: ['bot'],
    help: 'Calls of Slack that failed, without those that came too fast',
    labels: { method, error: { one: "Slack's own code, or slack_webapi_… where it gave no answer" } },
  },
  netcheck_slack_rate_limits_total: {
    type: 'counter',
    of: ['bot'],
    help: 'Calls that Slack refused because they came too fast',
    labels: { method },
  },
  netcheck_alerts_total: {
    type: 'counter',
    of: ['bot'],
    help: 'Alerts that came in, each time that they came, by what came of it',
    labels: { outcome: alertOutcomes },
  },
  netcheck_follow_jobs: {
    type: 'gauge',
    of: ['bot'],
    help: 'Threads in Slack that this process keeps up to date now',
    labels: {},
  },
  netcheck_remediation_events_total: {
    type: 'counter',
    of: ['bot', 'remediator'],
    help: 'What happened to proposed changes, each once, counted where it was entered into the audit',
    labels: {
      happening: AuditEntry.shape.what.options,
      kind: [...(Object.keys(remediationKinds) as RemediationId[]), 'other'],
    },
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

type Definitions = typeof metricDefinitions;
type MetricName = keyof Definitions;

/** The metrics of one type. */
export type MetricsOf<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: Definitions[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** A value for each label of a metric. */
export type LabelsOf<Name extends MetricName> = {
  readonly [
    Label in keyof Definitions[Name]['labels']
  ]: Definitions[Name]['labels'][Label] extends readonly (infer Value extends string)[] ? Value : string;
};

/** The definitions of what a process measures, in order. */
export function metricsOf(process: NetcheckProcess): readonly (readonly [MetricName, MetricDefinition])[] {
  const all = Object.entries(metricDefinitions) as [MetricName, MetricDefinition][];
  return all.filter(([, { of }]) => of.includes(process));
}
