import * as z from 'zod';
import { formatProblem, Problems } from '../playbook/problem.ts';
import { parseYaml } from '../playbook/yaml.ts';
import { ChannelId, RouteRules, type RouteRule } from './rules.ts';

export interface AlertSettings {
  /** Where the reports on alerts of the webhook go, unless a rule says otherwise. */
  readonly channel: string | undefined;
  /** Whose messages in Slack are alerts: ids of bots and apps, or names as they show. */
  readonly bots: readonly string[];
  /** A team's own words on what an alert is about; the first that applies counts. */
  readonly rules: readonly RouteRule[];
}

/** The file as people write it. A symptom that no playbook has would make an investigation of nothing. */
function fileFor(symptoms: readonly string[]) {
  return z.strictObject({
    channel: ChannelId.optional(),
    bots: z.array(z.string().trim().min(1, { error: 'expected the id or the name of a bot' })).default([]),
    rules: RouteRules.superRefine((rules, context) => {
      for (const [index, { symptom }] of rules.entries())
        if (symptom !== undefined && !symptoms.includes(symptom))
          context.addIssue({
            code: 'custom',
            path: [index, 'symptom'],
            message: `Unexpected symptom ${symptom}, expected one of ${symptoms.join(', ')}`,
          });
    }).default([]),
  });
}

/** Reads the YAML of the settings; otherwise one line for each mistake, as `file:line:col …`. */
export function parseAlertSettings(
  file: string,
  text: string,
  symptoms: readonly string[],
): { readonly settings: AlertSettings } | { readonly problems: readonly string[] } {
  const problems = new Problems(file);
  const read = parseYaml({ text, line: 1, column: 1 }, fileFor(symptoms), problems);
  if (read === undefined) return { problems: problems.inOrder().map(formatProblem) };
  const { channel, bots, rules } = read;
  return { settings: { channel, bots, rules } };
}

/** How the sender of a message in Slack is known; what it does not say is not there. */
export interface Sender {
  readonly bot: string;
  readonly app: string;
  readonly names: readonly string[];
}

/** Ids are as they are; of a name the case does not matter. */
export function isAllowed({ bots }: AlertSettings, { bot, app, names }: Sender): boolean {
  const lower = names.map((name) => name.trim().toLowerCase());
  return bots.some((one) => one === bot || one === app || lower.includes(one.toLowerCase()));
}
