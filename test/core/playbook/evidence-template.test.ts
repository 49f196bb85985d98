import { describe, expect, test } from '@jest/globals';
import type { EvidenceTemplate } from '../../../core/playbook/evidence-template.ts';
import { parseCause } from '../../../core/playbook/cause.ts';
import { causeText, lookup, promql } from '../../support/causes.ts';

/** What a piece of evidence is read as, or what is said of it and, behind it, the line it points to. */
function read(piece: string): EvidenceTemplate | readonly string[] | undefined {
  const source = causeText({ evidence: [piece] });
  const parsed = parseCause(source, 'causes/one.md');
  if ('cause' in parsed) return parsed.cause.evidence[0];
  const lines = source.split('\n');
  return parsed.problems.map(
    ({ message, line, column }) => `${message} → ${(lines[line - 1] ?? '').slice(column - 1)}`,
  );
}

describe('a query', () => {
  test.each([
    ['', { range: false, unit: 'number' }],
    ['range', { range: true, unit: 'number' }],
    ['unit=percent', { range: false, unit: 'percent' }],
    ['threshold=0.25', { range: false, unit: 'number', threshold: 0.25 }],
    ['threshold=0', { range: false, unit: 'number', threshold: 0 }],
    ['range  unit=seconds   threshold=-3', { range: true, unit: 'seconds', threshold: -3 }],
  ])('may say how it is asked: %j', (meta, said) => {
    expect(read(promql('drops', 'drops', meta))).toStrictEqual({
      name: 'drops',
      title: 'The drops',
      source: 'promql',
      query: 'drops',
      ...said,
    });
  });

  test.each(['threshold', 'threshold=', 'threshold=high', 'treshold=3', 'percent', 'in=percent', 'range=1'])(
    'may not say %s',
    (word) => {
      expect(read(promql('drops', 'drops', word))).toEqual([
        `Unexpected ${word} after promql, expected range, unit=<unit> or threshold=<number> → \`\`\`promql ${word}`,
      ]);
    },
  );
});

describe('a look-up', () => {
  test('has a value for each of its parameters', () => {
    const params = { daemonset: 'aws-node', env: 'X' };
    expect(read(lookup('mode', 'lookup: daemonset_env\ndaemonset: aws-node\nenv: X'))).toStrictEqual({
      name: 'mode',
      title: 'The mode',
      source: 'cluster',
      lookup: 'daemonset_env',
      params,
    });
  });

  test.each<[string, string, readonly string[]]>([
    [
      'without a parameter',
      'lookup: daemonset_env\nenv: X',
      ['Unexpected end, expected the parameter daemonset → lookup: daemonset_env'],
    ],
    [
      'with a parameter of its own',
      'lookup: daemonset_env\nenv: X\ndaemonset: a\nname: b',
      ['Unexpected parameter name, expected daemonset, env → name: b'],
    ],
    ['that is misspelt', 'lookup: worklod', ['Unexpected look-up worklod, expected workload → worklod']],
    ['that looks up nothing', 'env: X', ['Unexpected end, expected lookup (string) → env: X']],
  ])('%s', (_, yaml, said) => {
    expect(read(lookup('mode', yaml))).toEqual(said);
  });

  test('that is like none is told all there are', () => {
    expect(read(lookup('mode', 'lookup: weather'))).toEqual([
      expect.stringMatching(
        /^Unexpected look-up weather, expected endpoints, target_port, workload, .* → weather$/,
      ),
    ]);
  });
});

test.each([
  [
    'without a block',
    '### `drops` Drops\n\nProse.\n',
    'Unexpected drops without a look, expected a promql, "yaml lookup" or "yaml probe" block below it → ### `drops` Drops',
  ],
  [
    'that CEL keeps the name of',
    promql('window'),
    'Unexpected name window, expected one that CEL does not keep for itself → ### `window` The window',
  ],
  [
    'without a heading',
    'Prose.',
    'Unexpected empty section, expected a "### `name` What it is" with a promql, lookup or probe block → ## Evidence',
  ],
])('evidence %s is refused', (_, piece, said) => {
  expect(read(piece)).toEqual([said]);
});

test('a rule that reads only what could not be read is not blamed as well', () => {
  const source = causeText({
    evidence: [lookup('mode', 'lookup: worklod'), promql('drops')],
    eliminated: ['mode.value'],
    confirmed: ['drops.max'],
  });
  const parsed = parseCause(source, 'causes/one.md');
  expect('problems' in parsed && parsed.problems.map(({ message }) => message)).toEqual([
    'Unexpected look-up worklod, expected workload',
    'Unexpected rule of type double, expected bool',
  ]);
});
