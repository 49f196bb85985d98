import { describe, expect, test } from '@jest/globals';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { causeText, lookup, probe, promql } from '../../support/causes.ts';
import { series } from '../../support/evidence.ts';

const source = causeText({
  evidence: [
    promql('drops'),
    lookup('workload', 'lookup: workload'),
    probe('dial', 'probe: tcp\nto: $destination\nfrom: [pod]\nattempts: 3'),
    probe('kernel', 'probe: counters\nfrom: [target-pod]'),
  ],
});

/** What a case gives becomes, by name, or what is said of it and where, from the name of the evidence on. */
function given(text: string): unknown {
  const row = `- { name: one, expect: standing, objects: [{}], given: { ${text} } }`;
  const whole = source.replace('[]', () => row);
  const parsed = parseCause(whole, 'causes/one.md');
  if ('cause' in parsed) return Object.fromEntries(parsed.cause.cases[0]?.given ?? []);
  const lines = whole.split('\n');
  return parsed.problems.map((one) => {
    const place = (lines[one.line - 1] ?? '').slice(one.column - 1).replace(' } }', '');
    return `${place} → ${formatProblem(one).replace(/^\S+ /, '')}`;
  });
}

function observed(...all: readonly ReturnType<typeof series>[]): unknown {
  return { status: 'observed', samples: all.flatMap(({ points }) => points).length, series: all };
}

describe('a query is given', () => {
  test.each<[string, unknown]>([
    ['3', observed(series({}, 3))],
    ['[]', observed()],
    ['[{ value: 3, node: a }]', observed(series({ node: 'a' }, 3))],
    [
      '[{ value: [1, 2, 3], node: a }, { value: [4], node: b, zone: c }]',
      observed(series({ node: 'a' }, 1, 2, 3), series({ node: 'b', zone: 'c' }, 4)),
    ],
    ['[{ value: 0.5x2 6+2x1 -1 }]', observed(series({}, 0.5, 0.5, 0.5, 6, 8, -1))],
    [
      '{ unavailable: timed-out }',
      { status: 'unavailable', why: { reason: 'timed-out', detail: 'drops could not be looked at' } },
    ],
  ])('as %s', (text, observation) => {
    expect(given(`drops: ${text}`)).toStrictEqual({ drops: observation });
  });

  const expected =
    'Unexpected value, expected a number, rows of labels with a value, facts by name, or unavailable: <reason> at 0.given.drops';

  test.each([
    ['true', expected],
    ['[{ node: a }]', expected],
    ['[{ value: 1, node: 2 }]', expected],
    // Samples that are no numbers, or none at all: what was not scraped cannot be given.
    ['[{ value: 1 stale }]', expected],
    ['[{ value: _ }]', expected],
    ['[{ value: 1 _ 2 }]', expected],
    ['[{ value: ten }]', expected],
    ['[{ value: 1 ten }]', expected],
    ["[{ value: '' }]", expected],
    ['[{ value: 1x20000 }]', expected],
  ])('not as %s', (text, said) => {
    expect(given(`drops: ${text}`)).toEqual([`${text} → ${said}`]);
  });
});

test('what finds facts is given by these', () => {
  expect(given('workload: { pods: 3 }, kernel: { seconds: 30 }')).toStrictEqual({
    workload: { status: 'observed', samples: 1, facts: { pods: 3 } },
    kernel: { status: 'observed', samples: 1, facts: { seconds: 30 } },
  });
});

const reasons =
  'forbidden | timed-out | unreachable | rejected | not-found | no-data | crashed | cancelled | not-enabled';

test.each<[string, string, readonly string[]]>([
  ['what is not declared', 'nope: 3', ['Unexpected evidence nope, expected one declared above']],
  [
    'facts of a query',
    'drops: { pods: 3 }',
    ['Unexpected facts of drops, expected a number or rows of labels with a value'],
  ],
  [
    'a number of a look-up',
    'workload: 3',
    ['Unexpected series of workload, expected the facts of the look-up workload'],
  ],
  [
    'series of a look-up',
    'workload: [{ value: 3 }]',
    ['Unexpected series of workload, expected the facts of the look-up workload'],
  ],
  [
    'a number of a probe that finds facts',
    'kernel: 3',
    ['Unexpected series of kernel, expected the facts of the probe counters'],
  ],
  [
    'facts of a probe that makes attempts',
    'dial: { ok: true }',
    ['Unexpected value of dial, expected attempts, or unavailable: <reason>'],
  ],
  [
    'series of a probe that makes attempts',
    'dial: [{ value: 3 }]',
    ['Unexpected value of dial, expected attempts, or unavailable: <reason>'],
  ],
  [
    'a reason that is none',
    'dial: { unavailable: no }',
    [`Unexpected dial, expected unavailable: ${reasons}`],
  ],
  [
    'a reason that is none, of a query',
    'drops: { unavailable: no }',
    [`Unexpected drops, expected unavailable: ${reasons}`],
  ],
])('%s is refused where its name stands', (_, text, said) => {
  expect(given(text)).toEqual(said.map((one) => `${text} → ${one}`));
});

test.each([
  ['two facts of others', '{ podz: 3, pods: 1, nodes: 2 }', ['podz', 'nodes']],
  ['a fact beside a reason', '{ unavailable: forbidden, pods: 3 }', ['unavailable']],
])('%s are refused, each by its name', (_, facts, unknown) => {
  expect(given(`workload: ${facts}`)).toEqual(
    unknown.map((fact): unknown =>
      expect.stringMatching(
        `^workload: .* → Unexpected workload\\.${fact}, expected one of pods, cpu_limited, containers, `,
      ),
    ),
  );
});

test('what could not be read above is not blamed a second time', () => {
  const broken = source.replace('lookup: workload', 'lookup: workloads');
  const row = '- { name: one, expect: standing, given: { workload: 3, drops: 1, dial: 2, kernel: {} } }';
  const parsed = parseCause(
    broken.replace('[]', () => row),
    'causes/one.md',
  );
  expect('problems' in parsed && parsed.problems.map(({ message }) => message)).toEqual([
    'Unexpected look-up workloads, expected workload',
    'Unexpected value of dial, expected attempts, or unavailable: <reason>',
  ]);
});
