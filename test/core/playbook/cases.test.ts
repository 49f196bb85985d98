import { describe, expect, test } from '@jest/globals';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';

const head = `---
id: lossy
title: Lossy
---

## Evidence

### \`drops\` Drops

\`\`\`promql
sum(drops)
\`\`\`

## Eliminated when

\`\`\`cel
drops.sum < 1.0
\`\`\`

None.

## Confirmed when

\`\`\`cel
drops.sum > 10.0
\`\`\`

Many.

## Otherwise

Some.

## Cases

\`\`\`yaml
`;

/** The table begins on line 37. */
function casesOf(table: string): unknown {
  const parsed = parseCause(`${head}${table}\n\`\`\`\n`, 'causes/lossy.md');
  return 'cause' in parsed ? parsed.cause.cases : parsed.problems.map(formatProblem);
}

describe('a case', () => {
  test('that gives its evidence is about two ready pods of checkout.shop, for half an hour', () => {
    expect(casesOf('- name: none\n  given: { drops: 0 }\n  expect: eliminated')).toEqual([
      {
        name: 'none',
        target: {
          service: 'checkout',
          namespace: 'shop',
          workload: 'Deployment/checkout',
          pods: [
            { name: 'checkout-1', ip: '10.0.0.1', node: 'a', ready: true },
            { name: 'checkout-2', ip: '10.0.0.2', node: 'b', ready: true },
          ],
          nodes: ['a', 'b'],
          gaps: [],
        },
        series: [],
        windowSeconds: 1800,
        intervalSeconds: 15,
        objects: '',
        given: new Map([
          ['drops', { status: 'observed', samples: 1, series: [{ labels: {}, points: [[0, 0]] }] }],
        ]),
        expect: 'eliminated',
        lookAlikes: [],
        line: 37,
      },
    ]);
  });

  test('names its target, and where it names pods their nodes are those of the target', () => {
    const target = 'target: { service: cart, pods: [{ name: x, node: c, ready: false }] }';
    expect(casesOf(`- { name: one, ${target}, given: { drops: 0 }, expect: standing }`)).toMatchObject([
      { target: { service: 'cart', namespace: 'shop', workload: 'Deployment/cart', nodes: ['c'] } },
    ]);
  });

  test('states series, of which another case changes some, whatever the order of labels', () => {
    const cases = casesOf(`- name: one
  series: &one
    &first drops{a="1",b="2"}: 0+1x2
    drops{a="2"}: 7
  expect: standing
- name: two
  window: 1m
  interval: 30s
  series: { <<: *one, *first : 5x1 stale }
  expect: standing
- name: three
  series:
    <<: [*one, { other: 1, 'drops{a="2"}': 9 }]
    drops{b="2",a="1"}: _
  expect: standing`);
    const first = { __name__: 'drops', a: '1', b: '2' };
    const second = { labels: { __name__: 'drops', a: '2' }, samples: [7] };
    expect(cases).toMatchObject([
      { series: [{ labels: first, samples: [0, 1, 2] }, second] },
      { windowSeconds: 60, intervalSeconds: 30, series: [{ samples: [5, 5, 'stale'] }, second] },
      { series: [{ labels: first, samples: [undefined] }, second, { labels: { __name__: 'other' } }] },
    ]);
  });

  test.each([
    ['text', 'objects: |\n    kind: Pod\n    ---\n    kind: Service', 'kind: Pod\n---\nkind: Service\n'],
    ['a list', 'objects: [{ kind: Pod }, { kind: Service }]', 'kind: Pod\n---\nkind: Service\n'],
  ])('states objects as %s', (_, stated, objects) => {
    expect(casesOf(`- name: one\n  ${stated}\n  expect: standing`)).toMatchObject([{ objects }]);
  });

  test.each<[string, string, readonly string[]]>([
    [
      'neither gives nor states anything',
      '- { name: one, expect: standing }',
      ['37:11 Unexpected case without drops, expected every evidence, or series and objects'],
    ],
    [
      'a series that cannot be read',
      '- name: one\n  series:\n    drops{a=~"1"}: 1\n    up: 1 2z\n  expect: standing',
      [
        '39:11 Unexpected a=~"1"}, expected label="value": a case states one series',
        '40:11 Unexpected "2z", expected values such as 1 2.5, 0+10x120, 100-2x5, 5x3, _, _x3 or stale',
      ],
    ],
    [
      'a mistake that others merge in: said once',
      "- { name: one, series: &one { 'up': '{{sum:1}}' }, expect: standing }\n- { name: two, series: *one, expect: standing }",
      [
        '37:38 Unexpected native histogram, expected values such as 1 2.5, 0+10x120, 100-2x5, 5x3, _, _x3 or stale',
      ],
    ],
    [
      'one series twice',
      '- name: one\n  series:\n    x{a="1",b="2"}: 1\n    x{b="2",a="1"}: 1\n  expect: standing',
      ['40:5 Unexpected second series x{b="2",a="1"}, expected each once'],
    ],
    [
      'more samples than the window holds',
      '- { name: one, window: 5m, series: { up: 1x21 }, expect: standing }',
      ['37:42 Unexpected 22 samples, expected at most 21'],
    ],
    [
      'more samples than anybody wants',
      '- { name: one, window: 1d, interval: 1s, series: { up: 1x20000 }, expect: standing }',
      ['37:56 Unexpected 20001 samples, expected at most 20000'],
    ],
    [
      'a window that is none',
      '- { name: one, window: half an hour, given: { drops: 0 }, expect: standing }',
      ['37:24 Unexpected value, expected a duration such as 30m at 0.window'],
    ],
    [
      'an unknown key',
      '- { name: one, serie: {}, given: { drops: 0 }, expect: standing }',
      ['37:16 Unexpected serie at 0, expected series'],
    ],
  ])('%s', (_, table, said) => {
    expect(casesOf(table)).toEqual(said.map((one) => `causes/lossy.md:${one}`));
  });
});
