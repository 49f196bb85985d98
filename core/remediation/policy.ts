import * as z from 'zod';
import { formatProblem, Problems } from '../playbook/problem.ts';
import { parseYaml } from '../playbook/yaml.ts';
import { RemediationId } from './kinds.ts';

const some = <T extends z.ZodType>(one: T) =>
  z.array(one).min(1, { error: 'expected at least one' }).optional();

const idOf = (kind: string, pattern: RegExp, example: string) =>
  z.string().regex(pattern, { error: `expected the id of a ${kind}, as ${example}` });

const approvers = z.union([z.literal(1), z.literal(2)], { error: 'expected 1 or 2' });

/** Who may approve; of what, where it says so, and of everything otherwise. */
const Rule = z
  .strictObject({
    users: some(idOf('person in Slack', /^[UW][A-Z0-9]+$/, 'U012AB3CD')),
    usergroups: some(idOf('user group in Slack', /^S[A-Z0-9]+$/, 'S012AB3CD')),
    remediations: some(RemediationId),
    namespaces: some(
      z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: 'expected a namespace' }),
    ),
    channels: some(idOf('channel in Slack', /^[CGD][A-Z0-9]+$/, 'C012AB3CD')),
    approvers: approvers.optional(),
  })
  .refine(({ users, usergroups }) => users !== undefined || usergroups !== undefined, {
    error: 'expected users or usergroups: who may approve',
    // A misspelt one is told as such.
    when: ({ issues }) => issues.length === 0,
  });
type Rule = z.infer<typeof Rule>;

/** The file as people write it. */
const PolicyFile = z.strictObject({
  'requester-may-approve': z.boolean().default(false),
  approvers: approvers.default(1),
  rules: some(Rule),
});

export interface ApprovalPolicy {
  readonly requesterMayApprove: boolean;
  /** How many different people have to approve, where no rule says otherwise. */
  readonly approvers: number;
  /** Who may approve what; undefined: whoever sees the proposal. */
  readonly rules: readonly Rule[] | undefined;
}

/** A change that is to be approved, and where. */
export interface Approvable {
  readonly remediation: RemediationId;
  /** Of what is changed; nodes and settings of the whole cluster have none. */
  readonly namespace: string | undefined;
  /** The Slack id of the channel that it is proposed in. */
  readonly channel: string;
  /** The Slack id of the person whose investigation proposed it. */
  readonly requester: string;
}

/** Without a file: everybody in the channel, or everybody there but the one who asked. */
export function policyWithoutRules(requesterMayApprove: boolean): ApprovalPolicy {
  return { requesterMayApprove, approvers: 1, rules: undefined };
}

/** Reads the YAML of a policy; otherwise one line for each mistake, as `file:line:col …`. */
export function parsePolicy(
  file: string,
  text: string,
): { readonly policy: ApprovalPolicy } | { readonly problems: readonly string[] } {
  const problems = new Problems(file);
  const read = parseYaml({ text, line: 1, column: 1 }, PolicyFile, problems);
  if (read === undefined) return { problems: problems.inOrder().map(formatProblem) };
  const { 'requester-may-approve': requesterMayApprove, rules } = read;
  return { policy: { requesterMayApprove, approvers: read.approvers, rules } };
}

/** Why a person may not approve, if they may not. `groups` are those of their user groups that are known. */
export function mayApprove(
  policy: ApprovalPolicy,
  person: { readonly id: string; readonly groups: ReadonlySet<string> },
  what: Approvable,
): undefined | 'not-allowed' | 'own-request' {
  if (!policy.requesterMayApprove && person.id === what.requester) return 'own-request';
  const isNamed = ({ users = [], usergroups = [] }: Rule): boolean =>
    users.includes(person.id) || usergroups.some((group) => person.groups.has(group));
  return rulesFor(policy, what)?.some(isNamed) === false ? 'not-allowed' : undefined;
}

/** How many different people have to approve. Of several rules that cover it the strictest counts, whoever clicks. */
export function approversNeeded(policy: ApprovalPolicy, what: Approvable): number {
  const said = rulesFor(policy, what)?.map((rule) => rule.approvers ?? policy.approvers) ?? [];
  return said.length === 0 ? policy.approvers : Math.max(...said);
}

/** The user groups whose members may approve it. */
export function groupsOf(policy: ApprovalPolicy, what: Approvable): readonly string[] {
  return [...new Set(rulesFor(policy, what)?.flatMap(({ usergroups = [] }) => usergroups))];
}

/** `Anyone here but alice, who asked, may approve`: a sentence without its full stop; not escaped. */
export function sayWhoMay(policy: ApprovalPolicy, what: Approvable, requesterName: string): string {
  const rules = rulesFor(policy, what);
  if (rules?.length === 0) return 'Nobody here may approve this: no rule of the approval policy covers it';
  const needed = approversNeeded(policy, what);
  const without = (word: string): string =>
    policy.requesterMayApprove ? '' : ` ${word} ${requesterName}, who asked,`;
  const isOpen = rules === undefined;
  return needed === 1
    ? `${isOpen ? 'Anyone here' : 'Any approver of this change'}${without('but')} may approve`
    : `${needed} ${isOpen ? 'people here' : 'of the approvers of this change'}${without('other than')} have to approve`;
}

/** Who may approve changes at all: a clause for whoever reads the settings; not escaped. */
export function sayPolicy({ requesterMayApprove, approvers, rules }: ApprovalPolicy): string {
  const without = requesterMayApprove ? '' : ', but not who asked for the investigation';
  const many = approvers === 1 ? '' : `, ${approvers} for each change`;
  if (rules === undefined) return `anyone in the channel${without}${many}`;
  const named =
    rules.length === 1 ? 'the rule of the approval policy names' : 'the rules of the approval policy name';
  return `whom ${named}${without}${many}`;
}

/** The rules that cover a change; undefined where there are no rules at all. */
function rulesFor({ rules }: ApprovalPolicy, { remediation, namespace, channel }: Approvable) {
  return rules?.filter(
    (rule) =>
      isAmong(rule.remediations, remediation) &&
      isAmong(rule.namespaces, namespace) &&
      isAmong(rule.channels, channel),
  );
}

/** A rule that names none covers all; what has no namespace is in none that a rule names. */
function isAmong<T>(named: readonly T[] | undefined, one: T | undefined): boolean {
  return named === undefined || (one !== undefined && named.includes(one));
}
