import { expect, test } from '@jest/globals';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { causeText, lookup, probe } from '../../support/causes.ts';

/** A cause that reads `p`, and whose fix and trial read something else. */
function problemsOf(fix: string, ...evidence: readonly string[]): string[] {
  const source = causeText({
    evidence: [lookup('p', 'lookup: workload')],
    confirmed: ['p.pods > 0.0'],
  })
    .replace('## Eliminated when', `${evidence.join('\n')}\n## Eliminated when`)
    .replace('## Cases', `${fix}\n## Cases`);
  const parsed = parseCause(source, 'one.md');
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

const replicas = lookup('dns', 'lookup: coredns');
const scale = (when: string, count: string): string =>
  `## Fix\n\nDo it.\n\n\`\`\`yaml fix\nremediation: scale\nwhen: ${when}\nparams: { workload: Deployment/x, replicas: '${count}' }\n\`\`\`\n\nRisk: some.\n\nWorked if: so.\n`;
const cordon = (when: string): string =>
  `## Trial\n\nDo it.\n\n\`\`\`yaml trial\nremediation: cordon\nwhen: ${when}\nparams: { node: a }\nminutes: 5\nexpect: [{ cause: one, then: it stops }]\n\`\`\`\n\nRisk: some.\n`;

test.each([
  ['a parameter of a fix', scale('target.nodes > 0.0', '{dns.pods | count}')],
  ['the condition of a fix', scale('dns.pods > 1.0', '2')],
  ['the condition of a trial', cordon('dns.pods > 1.0')],
])('a look-up may be there for %s alone', (_, section) => {
  expect(problemsOf(section, replicas)).toEqual([]);
});

test('nobody probes for the sake of a fix', () => {
  const reach = probe('reach', 'probe: tcp\nto: $service:80\nfrom: [pod]');
  expect(problemsOf(scale('reach.failed > 0.0', '2'), reach)).toEqual([
    expect.stringContaining('Unexpected evidence reach, expected a rule or sentence that reads it'),
  ]);
});
