import * as z from 'zod';
import { labelOf, runbooksOf, sayLabels, textsOf, type Alert } from './alert.ts';

const LabelSet = z.record(z.string(), z.string());

/** Alertmanager writes year 1 for a time that is not known. */
const Time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-01-31T12:00:00Z' });

const WebhookAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: LabelSet,
  annotations: LabelSet.default({}),
  startsAt: Time.optional(),
  endsAt: Time.optional(),
  generatorURL: z.string().default(''),
  /** A hash of the labels; older Alertmanagers do not say it. */
  fingerprint: z.string().optional(),
});

/**
 * What Alertmanager posts to a `webhook_configs` receiver.
 * Source: prometheus.io/docs/alerting/latest/configuration, "webhook_config". Newer ones may say more, which is passed over.
 */
const AlertmanagerWebhook = z.object({
  version: z.literal('4', { error: 'expected "4", the only version that Alertmanager has sent since 0.7' }),
  groupKey: z.string(),
  /** How many alerts of the group were left out (`max_alerts`). */
  truncatedAlerts: z.int().min(0).default(0),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  groupLabels: LabelSet,
  commonLabels: LabelSet,
  commonAnnotations: LabelSet,
  externalURL: z.string(),
  alerts: z.array(WebhookAlert).min(1),
});

type WebhookResult =
  | { readonly kind: 'alerts'; readonly alerts: readonly Alert[]; readonly truncated: number }
  | { readonly kind: 'problem'; readonly message: string };

/** Reads the body of a webhook; what is wrong with one that is none is said for whoever set it up. */
export function readAlertmanagerWebhook(body: unknown): WebhookResult {
  const parsed = AlertmanagerWebhook.safeParse(body);
  if (!parsed.success) return { kind: 'problem', message: problemOf(parsed.error) };
  const { alerts, groupKey, truncatedAlerts } = parsed.data;
  return {
    kind: 'alerts',
    truncated: truncatedAlerts,
    alerts: alerts.map((alert) => alertOf(alert, groupKey)),
  };
}

function alertOf(
  { status, labels, annotations, startsAt, fingerprint }: z.infer<typeof WebhookAlert>,
  groupKey: string,
): Alert {
  const started = startsAt === undefined ? Number.NaN : Date.parse(startsAt);
  return {
    status,
    name: labelOf(labels, 'alertname') ?? 'an alert without a name',
    labels,
    texts: textsOf(annotations),
    runbooks: runbooksOf(annotations),
    ...(started > 0 && { startsAt: started }),
    fingerprint: `alertmanager:${fingerprint ?? sayLabels(labels)}`,
    groupKey,
    source: 'alertmanager',
  };
}

const shownIssues = 3;

function problemOf({ issues }: z.ZodError): string {
  const told = issues.slice(0, shownIssues).map(({ path, message }) => {
    const where = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
    return where === '' ? message : `${where.replace(/^\./, '')}: ${message}`;
  });
  const more = issues.length > shownIssues ? [`and ${issues.length - shownIssues} more`] : [];
  return `This is no webhook of Alertmanager: ${[...told, ...more].join('; ')}`;
}
