import * as z from 'zod';
import { patternMistake } from '../playbook/pattern.ts';
import { labelOf, type Alert } from './alert.ts';

/** A regular expression for the whole of a label's value, as in Alertmanager's matchers; a value is as it is written. */
const whole = z.string().transform((text, context) => {
  const mistake = patternMistake(text);
  if (mistake === undefined) return new RegExp(`^(?:${text})$`);
  context.addIssue({ code: 'custom', message: mistake });
  return z.NEVER;
});

/** Somewhere in what the alert says; Slack's messages of Alertmanager have values without the names of their labels. */
const somewhere = z.string().transform((text, context) => {
  const mistake = patternMistake(text);
  if (mistake === undefined) return new RegExp(text, 'i');
  context.addIssue({ code: 'custom', message: mistake });
  return z.NEVER;
});

/** A name with labels in it: `$app`, `$app-web`, `${app.kubernetes.io/name}`. */
const Template = z.string().min(1);

export const ChannelId = z
  .string()
  .regex(/^[CG][A-Z0-9]+$/, { error: 'expected the id of a channel in Slack, as C012AB3CD' });

const RouteRule = z
  .strictObject({
    match: z.record(z.string(), whole).default({}).describe('Labels by name; all of them have to match'),
    text: somewhere.optional().describe('What the alert says, where its labels have no names'),
    service: Template.optional(),
    namespace: Template.optional(),
    symptom: z.string().optional(),
    channel: ChannelId.optional().describe('Where the report on an alert of the webhook goes'),
  })
  .refine(({ match, text }) => Object.keys(match).length > 0 || text !== undefined, {
    error: 'Unexpected rule for all alerts, expected match or text',
  })
  .refine(
    ({ service, namespace, symptom, channel }) => (service ?? namespace ?? symptom ?? channel) !== undefined,
    { error: 'Unexpected rule that says nothing, expected service, namespace, symptom or channel' },
  );
export type RouteRule = z.infer<typeof RouteRule>;

/** The list of a team's own rules, as YAML holds it; the first that applies counts. */
export const RouteRules = z.array(RouteRule);

/** What a rule says about an alert; what it leaves out the alert has to say. */
export interface Ruled {
  readonly service?: string;
  readonly namespace?: string;
  readonly symptom?: string;
  readonly channel?: string;
}

/** A rule whose label is not there, or makes no name of Kubernetes, does not apply. */
export function applyRules(rules: readonly RouteRule[], alert: Alert): Ruled | undefined {
  for (const rule of rules) {
    if (!matches(rule, alert)) continue;
    const service = rule.service === undefined ? {} : fill('service', rule.service, alert);
    const namespace = rule.namespace === undefined ? {} : fill('namespace', rule.namespace, alert);
    if (service === undefined || namespace === undefined) continue;
    return {
      ...service,
      ...namespace,
      ...(rule.symptom !== undefined && { symptom: rule.symptom }),
      ...(rule.channel !== undefined && { channel: rule.channel }),
    };
  }
  return undefined;
}

function matches({ match, text }: RouteRule, alert: Alert): boolean {
  const labels = Object.entries(match).every(([name, pattern]) => pattern.test(valueOf(alert, name) ?? ''));
  return labels && (text === undefined || [alert.name, ...alert.texts].some((said) => text.test(said)));
}

/** Messages name an alert without saying that this is its `alertname`. */
function valueOf({ labels, name: alertname }: Alert, name: string): string | undefined {
  return labelOf(labels, name) ?? (name === 'alertname' ? alertname : undefined);
}

const kubernetesName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function fill(key: 'service' | 'namespace', template: string, alert: Alert): Ruled | undefined {
  const name = template.replace(
    /\$(?:\{([^}]+)\}|([a-zA-Z_]\w*))/g,
    (_whole, braced: string | undefined, bare: string | undefined) =>
      valueOf(alert, braced ?? bare ?? '') ?? ' ',
  );
  return kubernetesName.test(name) ? { [key]: name } : undefined;
}
