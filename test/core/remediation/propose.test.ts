import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../../core/evidence.ts';
import { parseCause, type Cause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { Proposal } from '../../../core/remediation/proposal.ts';
import { propose } from '../../../core/remediation/propose.ts';
import type { VerdictStatus } from '../../../core/verdict.ts';
import { causeText, context, lookup, target } from '../../support/causes.ts';

interface Written {
  readonly when?: string;
  readonly remediation?: string;
  readonly params?: Readonly<Record<string, string>>;
}

const around = (block: string, kind: string): string =>
  `Do it to {target.service}.\n\n\`\`\`yaml ${kind}\n${block}\n\`\`\`\n\nRisk: {dns.pods} pods.\n`;
const yaml = ({
  when = 'true',
  remediation = 'cordon',
  params = { node: '{dns.nodes[0]}' },
}: Written): string =>
  `remediation: ${remediation}\nwhen: ${JSON.stringify(when)}\nparams: ${JSON.stringify(params)}`;
const fixText = (one: Written): string =>
  `${around(yaml(one), 'fix')}\nWorked if: {target.service} is well.\n`;
const trialText = (one: Written): string =>
  around(`${yaml(one)}\nminutes: 10\nexpect: [{ cause: one, then: '{target.service} is well' }]`, 'trial');

function causeWith(fixes: readonly Written[], trial?: Written): Cause {
  const sections = `## Fix\n\n${fixes.map(fixText).join('\n')}\n${trial === undefined ? '' : `## Trial\n\n${trialText(trial)}\n`}`;
  const source = causeText({ evidence: [lookup('dns', 'lookup: coredns')], confirmed: ['dns.pods > 0.0'] });
  const parsed = parseCause(source.replace('## Cases', `${sections}## Cases`), 'one.md');
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.cause;
}

function proposed(
  cause: Cause,
  { status = 'confirmed', nodes = ['node-a'] }: { status?: VerdictStatus; nodes?: string[] } = {},
): Proposal[] {
  const facts = { pods: 2, ready: 2, nodes, node_local_cache: false, upstreams: [] };
  const observations = new Map<string, Observation>([['dns', { status: 'observed', samples: 1, facts }]]);
  return propose({ id: 'i1', target }, cause, { status, reason: '2 pods.' }, { observations, context });
}

const idsOf = (proposals: readonly Proposal[]): string[] => proposals.map(({ id }) => id);

test('a fix is proposed with its values, and why', () => {
  const proposals = proposed(causeWith([{}]));
  expect(proposals).toEqual([
    {
      id: 'i1-one',
      cause: 'one',
      remediation: 'cordon',
      namespace: 'shop',
      service: 'cart',
      params: { node: 'node-a' },
      summary: 'Do it to cart.',
      why: '2 pods.',
      risk: '2 pods.',
      workedIf: 'cart is well.',
    },
  ]);
  expect(proposals.map((one) => Proposal.parse(one))).toEqual(proposals);
});

test('a trial is proposed with its time, and what is expected of it', () => {
  const proposals = proposed(causeWith([], {}), { status: 'standing' });
  expect(proposals).toMatchObject([
    {
      id: 'i1-one-trial',
      why: '2 pods.',
      workedIf: 'cart is well',
      trial: { seconds: 600, expected: [{ cause: 'one', then: 'cart is well' }] },
    },
  ]);
  expect(proposals.map((one) => Proposal.parse(one))).toEqual(proposals);
});

test.each<[VerdictStatus, string[]]>([
  ['confirmed', ['i1-one', 'i1-one-trial']],
  ['standing', ['i1-one-trial']],
  ['eliminated', []],
  ['unchecked', []],
  ['conflict', []],
])('of a cause that is %s: %j', (status, ids) => {
  expect(idsOf(proposed(causeWith([{}], {}), { status }))).toEqual(ids);
});

describe('several fixes', () => {
  test('are known by their place, whichever of them are proposed', () => {
    const no = { when: 'dns.pods > 2.0' };
    expect(idsOf(proposed(causeWith([no, {}, no, {}], {})))).toEqual([
      'i1-one-2',
      'i1-one-4',
      'i1-one-trial',
    ]);
  });

  test('are three at most, the first ones', () => {
    expect(idsOf(proposed(causeWith([{}, {}, {}, {}], {})))).toEqual(['i1-one', 'i1-one-2', 'i1-one-3']);
  });
});

describe('nothing is proposed', () => {
  test.each<[string, Written]>([
    ['where it is not for this case', { when: 'target.mesh == "linkerd"' }],
    ['where nobody knows whether it is', { when: 'dns.nodes[9] == "a"' }],
    ['where a value is empty', { params: { node: '{target.mesh}' } }],
    ['where a value is not known', { params: { node: '{dns.nodes[9]}' } }],
    ['where a part of a value is not known', { params: { node: 'a-{dns.nodes[9]}' } }],
    [
      'where commands would hold more than words',
      { remediation: 'manual', params: { commands: 'cat {dns.nodes[9]}' } },
    ],
  ])('%s', (_, fix) => {
    expect(proposed(causeWith([fix]))).toEqual([]);
    if (fix.remediation === undefined) expect(proposed(causeWith([], fix))).toEqual([]);
  });

  test.each(['Node A', 'a; id', "a'b", '../a'])(
    'where the remediation would not take the value %j',
    (node) => {
      expect(proposed(causeWith([{}], {}), { nodes: [node] })).toEqual([]);
    },
  );

  test('where two values do not go together', () => {
    const params = {
      workload: 'Deployment/x',
      pre_stop_seconds: '{dns.pods * 30.0 | count}',
      grace_seconds: '30',
    };
    expect(proposed(causeWith([{ remediation: 'graceful-shutdown', params }]))).toEqual([]);
  });
});
