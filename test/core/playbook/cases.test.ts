import { describe, expect, test } from '@jest/globals';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { causeText, lookup, probe, promql } from '../../support/causes.ts';
import { attempts } from '../../support/evidence.ts';

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

  test('has each node of its pods once, as far as these have one', () => {
    const pods =
      '[{ name: x, ready: true }, { name: y, node: c, ready: true }, { name: z, node: c, ready: true }]';
    const table = `- { name: one, target: { pods: ${pods} }, given: { drops: 0 }, expect: standing }`;
    expect(casesOf(table)).toMatchObject([{ target: { nodes: ['c'] } }]);
  });

  test('may say what the reason contains, who did it, and how much that explains', () => {
    const cases =
      casesOf(`- { name: one, given: { drops: 0 }, expect: confirmed, says: a lot, culprit: somebody, explains: 0.5 }
- { name: two, given: { drops: 0 }, expect: confirmed }`);
    expect(cases).toMatchObject([{ says: 'a lot', culprit: 'somebody', explains: 0.5 }, {}]);
    expect(cases).not.toHaveProperty('[1].says');
    expect(cases).not.toHaveProperty('[1].culprit');
  });

  test('stands in the first yaml block, whatever stands above it', () => {
    const row = '- { name: one, given: { drops: 0 }, expect: standing }';
    const above = 'Prose.\n\n```sh\necho\n```\n\n- A list';
    const source = `${head.replace('## Cases', `## Cases\n\n${above}`)}${row}\n\`\`\`\n`;
    const parsed = parseCause(source, 'causes/lossy.md');
    expect('cause' in parsed && parsed.cause.cases).toMatchObject([{ name: 'one' }]);
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
    [
      'a list that says some things once for several',
      'objects: [{ kind: Pod, metadata: &same { app: x }, spec: *same }, { kind: Service, spec: *same }]',
      'kind: Pod\nmetadata:\n  app: x\nspec:\n  app: x\n---\nkind: Service\nspec:\n  app: x\n',
    ],
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
    ['a row that is none', '- one', ['37:3 Unexpected string, expected object at 0']],
    [
      'an unknown key',
      '- { name: one, serie: {}, given: { drops: 0 }, expect: standing }',
      ['37:16 Unexpected serie at 0, expected series'],
    ],
  ])('%s', (_, table, said) => {
    expect(casesOf(table)).toEqual(said.map((one) => `causes/lossy.md:${one}`));
  });
});

describe('the attempts of a case', () => {
  const evidence = [
    promql('drops'),
    lookup('workload', 'lookup: workload'),
    probe('dial', 'probe: tcp\nto: $destination\nfrom: [pod, other-node]\nattempts: 3'),
  ];
  const source = causeText({ evidence });

  /** What the cases of a table are, or what is said and, behind it, what stands there. */
  function read(table: string, text = source): unknown {
    const whole = text.replace('[]', () => table);
    const parsed = parseCause(whole, 'causes/one.md');
    if ('cause' in parsed) return parsed.cause.cases;
    const lines = whole.split('\n');
    return parsed.problems.map(
      ({ message, line, column }) => `${message} → ${(lines[line - 1] ?? '').slice(column - 1)}`,
    );
  }

  const row =
    '[{ from: pod, times: 2, seconds: 3, error: timeout }, { from: other-node, times: 1, seconds: 0.01 }]';

  test('are written by the name of their probe, and then nothing else need be given', () => {
    const one = { to: 'the far end', seconds: 3, ok: false, error: 'timeout' };
    expect(read(`- { name: one, attempts: { dial: ${row} }, expect: standing }`)).toMatchObject([
      {
        series: [],
        objects: '',
        given: new Map([
          [
            'dial',
            {
              status: 'observed',
              samples: 3,
              attempts: [...attempts(2, one), ...attempts(1, { to: 'the far end', from: 'other-node' })],
            },
          ],
        ]),
      },
    ]);
  });

  test('that could not be made are given instead, whatever other cases share', () => {
    const why = { reason: 'forbidden', detail: 'dial could not be looked at' };
    expect(
      read(`- { name: one, attempts: &all { dial: ${row} }, expect: standing }
- { name: two, attempts: *all, given: { dial: { unavailable: forbidden } }, expect: unchecked }`),
    ).toMatchObject([{}, { given: new Map([['dial', { status: 'unavailable', why }]]) }]);
  });

  const refused = (name: string): string =>
    `Unexpected attempts of ${name}, expected the name of a probe declared above`;

  test.each([
    ['nothing', 'dail'],
    ['a query', 'drops'],
    ['a look-up', 'workload'],
  ])('of %s are refused where their name stands', (_, name) => {
    expect(read(`- name: one\n  attempts:\n    ${name}: ${row}\n  expect: standing`)).toEqual([
      `${refused(name)} → ${name}: ${row}`,
    ]);
  });

  test('that another case merges in are refused at the name of each case', () => {
    expect(
      read(`- name: one\n  attempts: &all\n    dail: ${row}\n  expect: standing
- expect: standing\n  name: two\n  attempts: *all`),
    ).toEqual([`${refused('dail')} → dail: ${row}`, `${refused('dail')} → two`]);
  });

  test('of a probe that could not be read are not blamed as well', () => {
    const broken = source.replace('probe: tcp', 'probe: tpc');
    expect(read(`- { name: one, attempts: { dial: ${row} }, expect: standing }`, broken)).toEqual([
      'Unexpected probe tpc, expected tcp → tpc',
    ]);
  });

  test('that are none at all are refused', () => {
    expect(read('- { name: one, attempts: { dial: [] }, expect: standing }')).toEqual([
      'Too small: expected array to have >=1 items at 0.attempts.dial → [] }, expect: standing }',
    ]);
  });
});

test('evidence that is not declared is refused at the name of a case that merges it in', () => {
  expect(
    casesOf(`- { name: one, given: &all { drop: 0, drops: 0 }, expect: standing }
- { name: two, given: *all, expect: standing }`),
  ).toEqual([
    'causes/lossy.md:37:30 Unexpected evidence drop, expected one declared above',
    'causes/lossy.md:38:11 Unexpected evidence drop, expected one declared above',
  ]);
});
