import { describe, expect, test } from '@jest/globals';
import {
  approversNeeded,
  groupsOf,
  mayApprove,
  parsePolicy,
  policyWithoutRules,
  sayWhoMay,
  type Approvable,
  type ApprovalPolicy,
} from '../../../core/remediation/policy.ts';

function policyOf(...lines: readonly string[]): ApprovalPolicy {
  const parsed = parsePolicy('approval.yaml', lines.join('\n'));
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.policy;
}

const selector: Approvable = {
  remediation: 'service-selector',
  namespace: 'shop',
  channel: 'C1',
  requester: 'UALICE',
};
const cordon: Approvable = { ...selector, remediation: 'cordon', namespace: undefined };

const policies = {
  anyone: policyWithoutRules(true),
  'not-requester': policyWithoutRules(false),
  two: policyOf('approvers: 2'),
  'two, with the requester': policyOf('approvers: 2', 'requester-may-approve: true'),
  rules: policyOf(
    'rules:',
    '  - users: [UBEN]',
    '    namespaces: [shop]',
    '  - usergroups: [SSRE, SLEADS]',
    '    remediations: [cordon, drain]',
    '    approvers: 2',
    '  - usergroups: [SSRE]',
    '    users: [UCAROL]',
    '    channels: [C2]',
  ),
  'rules, two': policyOf(
    'approvers: 2',
    'requester-may-approve: true',
    'rules:',
    '  - users: [UBEN]',
    '    namespaces: [shop]',
    '    approvers: 1',
    '  - users: [UCAROL]',
    '    remediations: [scale]',
  ),
} as const;
type Name = keyof typeof policies;

describe('who may approve', () => {
  test.each<[Name, string, readonly string[], Approvable, ReturnType<typeof mayApprove>]>([
    ['anyone', 'UALICE', [], selector, undefined],
    ['anyone', 'UBEN', [], cordon, undefined],
    ['not-requester', 'UALICE', [], selector, 'own-request'],
    ['not-requester', 'UBEN', [], selector, undefined],
    ['two', 'UALICE', [], selector, 'own-request'],
    ['two, with the requester', 'UALICE', [], selector, undefined],
    ['rules', 'UBEN', [], selector, undefined],
    ['rules', 'UBEN', [], { ...selector, requester: 'UBEN' }, 'own-request'],
    ['rules', 'UBEN', [], { ...selector, namespace: 'bank' }, 'not-allowed'],
    ['rules', 'UBEN', [], { ...selector, namespace: undefined }, 'not-allowed'],
    ['rules', 'UBEN', [], cordon, 'not-allowed'],
    ['rules', 'UDAN', ['SSRE'], selector, 'not-allowed'],
    ['rules', 'UDAN', ['SSRE'], cordon, undefined],
    ['rules', 'UDAN', ['SOTHER', 'SLEADS'], cordon, undefined],
    ['rules', 'UDAN', ['SOTHER'], cordon, 'not-allowed'],
    ['rules', 'UALICE', ['SSRE'], cordon, 'own-request'],
    ['rules', 'UCAROL', [], selector, 'not-allowed'],
    ['rules', 'UCAROL', [], { ...selector, channel: 'C2' }, undefined],
    ['rules', 'UDAN', ['SSRE'], { ...selector, channel: 'C2' }, undefined],
    ['rules, two', 'UBEN', [], { ...selector, requester: 'UBEN' }, undefined],
  ])('%s: %s of %p for %p: %p', (name, id, groups, what, answer) => {
    expect(mayApprove(policies[name], { id, groups: new Set(groups) }, what)).toBe(answer);
  });
});

test.each<[Name, Approvable, number]>([
  ['anyone', selector, 1],
  ['two', selector, 2],
  ['rules', selector, 1],
  ['rules', cordon, 2],
  ['rules', { ...cordon, channel: 'C2' }, 2],
  ['rules, two', selector, 1],
  // Carol's rule says nothing of its own, so two have to, Ben among them.
  ['rules, two', { ...selector, remediation: 'scale' }, 2],
  ['rules, two', { ...selector, namespace: 'bank' }, 2],
])('%s: %p needs %i', (name, what, needed) => {
  expect(approversNeeded(policies[name], what)).toBe(needed);
});

test.each<[Name, Approvable, readonly string[]]>([
  ['anyone', selector, []],
  ['rules', selector, []],
  ['rules', cordon, ['SSRE', 'SLEADS']],
  ['rules', { ...cordon, channel: 'C2' }, ['SSRE', 'SLEADS']],
])('%s: for %p the groups %p matter', (name, what, groups) => {
  expect(groupsOf(policies[name], what)).toEqual(groups);
});

test.each<[Name, Approvable, string]>([
  ['anyone', selector, 'Anyone here may approve'],
  ['not-requester', selector, 'Anyone here but alice, who asked, may approve'],
  ['two', selector, '2 people here other than alice, who asked, have to approve'],
  ['two, with the requester', selector, '2 people here have to approve'],
  ['rules', selector, 'Any approver of this change but alice, who asked, may approve'],
  ['rules', cordon, '2 of the approvers of this change other than alice, who asked, have to approve'],
  ['rules, two', selector, 'Any approver of this change may approve'],
  ['rules, two', { ...selector, remediation: 'scale' }, '2 of the approvers of this change have to approve'],
  [
    'rules',
    { ...selector, namespace: 'bank' },
    'Nobody here may approve this: no rule of the approval policy covers it',
  ],
])('%s, %p: %s', (name, what, said) => {
  expect(sayWhoMay(policies[name], what, 'alice')).toBe(said);
});

test('a file may say it all', () => {
  expect(
    policyOf(
      '# Who may change the cluster',
      'requester-may-approve: false',
      'approvers: 1',
      'rules:',
      '  - users: [U123]',
      '    usergroups: [S123]',
      '    remediations: [service-selector, cordon]',
      '    namespaces: [shop]',
      '    channels: [C123]',
      '    approvers: 2',
    ),
  ).toEqual({
    requesterMayApprove: false,
    approvers: 1,
    rules: [
      {
        users: ['U123'],
        usergroups: ['S123'],
        remediations: ['service-selector', 'cordon'],
        namespaces: ['shop'],
        channels: ['C123'],
        approvers: 2,
      },
    ],
  });
});

describe('a mistake is one line', () => {
  test.each([
    ['', /^approval\.yaml:1:1 Unexpected null, expected object$/],
    ['- users: [U1]', /^approval\.yaml:1:1 Unexpected array, expected object$/],
    ['approver: 2', /^approval\.yaml:1:1 Unexpected approver, expected approvers$/],
    ['approvers: 3', /^approval\.yaml:1:12 expected 1 or 2 at approvers$/],
    ['requester-may-approve: maybe', /^approval\.yaml:1:24 Unexpected string, expected boolean/],
    ['rules: []', /^approval\.yaml:1:8 expected at least one at rules$/],
    ['rules:\n  - {}', /^approval\.yaml:2:5 expected users or usergroups: who may approve at rules\.0$/],
    [
      'rules:\n  - remediations: [cordon]',
      /^approval\.yaml:2:5 expected users or usergroups: who may approve/,
    ],
    ['rules:\n  - users: []', /^approval\.yaml:2:12 expected at least one at rules\.0\.users$/],
    ['rules:\n  - user: [U1]', /^approval\.yaml:2:5 Unexpected user at rules\.0, expected usergroups$/],
    [
      'rules:\n  - users: ["@ben"]',
      /^approval\.yaml:2:13 expected the id of a person in Slack, as U012AB3CD at /,
    ],
    [
      'rules:\n  - usergroups: [sre]',
      /^approval\.yaml:2:18 expected the id of a user group in Slack, as S012AB3CD/,
    ],
    [
      'rules:\n  - users: [U1]\n    channels: ["#ops"]',
      /^approval\.yaml:3:16 expected the id of a channel in Slack, as C012AB3CD/,
    ],
    [
      'rules:\n  - users: [U1]\n    remediations: [reboot]',
      /^approval\.yaml:3:20 Unexpected value, expected one of service-selector, .* at rules\.0\.remediations\.0$/,
    ],
    [
      'rules:\n  - users: [U1]\n    namespaces: [Shop]',
      /^approval\.yaml:3:18 expected a namespace at rules\.0/,
    ],
    ['rules:\n\t- users: [U1]', /^approval\.yaml:2:1 Unexpected tab, expected spaces$/],
  ])('%p', (text, line) => {
    const parsed = parsePolicy('approval.yaml', text);
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(line);
    expect(problems[0]).not.toContain('\n');
  });

  test('and all are told at once', () => {
    const parsed = parsePolicy('a.yaml', 'approvers: 0\nrules:\n  - users: [ben]\n    more: 1');
    expect('problems' in parsed && parsed.problems).toHaveLength(3);
  });
});
