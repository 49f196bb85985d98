import { describe, expect, test } from '@jest/globals';
import { plan } from '../../../core/plan.ts';
import { parseCause, type Cause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { untestedRules } from '../../../core/playbook/rule-coverage.ts';

function causeWith(eliminated: readonly string[], cases: readonly string[]): Cause {
  const rules = (conditions: readonly string[]): string =>
    conditions.map((one) => `\`\`\`cel\n${one}\n\`\`\`\n\nIt holds.\n`).join('\n');
  const source = `---
id: lossy
title: Lossy
---

## Evidence

### \`drops\` Drops

\`\`\`promql
sum(drops)
\`\`\`

## Eliminated when

${rules(eliminated)}
## Confirmed when

${rules(['drops.sum > 10.0'])}
## Otherwise

{drops.sum | count} drops.

## Cases

\`\`\`yaml
${cases.map((drops, index) => `- { name: some ${index}, given: { drops: ${drops} }, expect: standing }`).join('\n')}
\`\`\`
`;
  const parsed = parseCause(source, 'causes/lossy.md');
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.cause;
}

describe('untestedRules', () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['all rules decide', ['drops.sum < 1.0'], ['0', '5', '20'], []],
    [
      'a rule that holds nowhere',
      ['drops.sum < 1.0'],
      ['5', '20'],
      ['17 Unexpected rule that holds in no case, expected a case that it decides'],
    ],
    [
      'a rule of which nothing is known',
      ['drops.sum < 1.0'],
      ['0', '{ unavailable: no-data }'],
      ['25 Unexpected rule that holds in no case, expected a case that it decides'],
    ],
    [
      'a rule that says what another one says already',
      ['drops.sum < 1.0', 'drops.sum < 1.0'],
      ['0'],
      [
        '17 Unexpected rule that no verdict depends on, expected a case that fails if it is negated',
        '23 Unexpected rule that no verdict depends on, expected a case that fails if it is negated',
        '31 Unexpected rule that holds in no case, expected a case that it decides',
      ],
    ],
  ])('%s', (_, eliminated, cases, said) => {
    const cause = causeWith(eliminated, cases);
    const seen = cause.cases.map(({ given, target }) => ({
      observations: given,
      context: plan([cause], { target, window: { from: 0, to: 1800 } }).context,
    }));
    expect(untestedRules(cause, seen).map(({ rule, message }) => `${rule.line} ${message}`)).toEqual(said);
  });
});
