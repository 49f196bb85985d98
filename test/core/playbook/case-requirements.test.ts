import { describe, expect, test } from '@jest/globals';
import { missingCasesIn } from '../../../core/playbook/case-requirements.ts';
import { parseLibrary } from '../../../core/playbook/library.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { causeText, lookup, promql, type CauseParts } from '../../support/causes.ts';

/** The text of a cause that looks like `two`, with some cases. */
function textWith(cases: string): string {
  return causeText({ id: 'one', evidence: [promql('drops')], lookAlikes: ['two'] }).replace(
    '[]',
    () => cases,
  );
}

/** What is missing in `one`, without the others; lines and columns as in its file. */
function missingIn(cases: string): string[] {
  return missingWith({ one: textWith(cases), two: plain('two') });
}

function plain(id: string): string {
  return causeText({ id, evidence: [promql('drops')] });
}

/** What is missing in `one` beside other causes, by their ids. */
function missingWith(sources: Readonly<Record<string, string>>): string[] {
  const parsed = parseLibrary(
    Object.entries(sources).map(([id, source]) => {
      const path = `causes/${id}.md`;
      return { name: path, path, source };
    }),
  );
  if ('problems' in parsed) return parsed.problems.map(formatProblem);
  return missingCasesIn(parsed.library)
    .filter((one) => one.file === 'causes/one.md')
    .map(formatProblem);
}

const given = 'given: { drops: 0 }';
const all = ['confirmed', 'eliminated', 'standing', 'unchecked'].map(
  (status) => `- { name: ${status}, ${given}, expect: ${status} }`,
);

function lineOf(cases: string, text: string): number {
  return (
    textWith(cases)
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

test('a case of each verdict and of each look-alike is enough, however many it tells apart', () => {
  const cases = [...all.slice(1), `- { name: x, look_alike: [two], ${given}, expect: confirmed }`].join('\n');
  expect(missingIn(cases)).toEqual([]);
});

test.each(['confirmed', 'eliminated', 'standing', 'unchecked'])('without a case of %s', (status) => {
  const rest = all.filter((one) => !one.includes(status));
  const cases = [...rest, `- { name: x, look_alike: two, ${given}, expect: conflict }`].join('\n');
  expect(missingIn(cases)).toEqual([
    `causes/one.md:${lineOf(cases, '## Cases')}:1 Unexpected cases without one of ${status}, expected at least one each`,
  ]);
});

test('without a case of what looks alike, said where it is linked', () => {
  const cases = all.join('\n');
  expect(missingIn(cases)).toEqual([
    `causes/one.md:${lineOf(cases, '[two]')}:3 Unexpected look-alike without a case, expected one with look_alike: two`,
  ]);
});

test.each([
  ['misspelt', 'twoo', 'two'],
  ['its own', 'one', 'the id of another cause'],
  ['no id at all', 'a look( alike', 'the id of another cause'],
])('a look-alike that is %s', (_, id, expected) => {
  const cases = [...all, `- { name: ${id}, look_alike: [two, ${id}], ${given}, expect: standing }`].join(
    '\n',
  );
  const line = lineOf(cases, 'look_alike');
  const column = `- { name: ${id}, look_alike: [two, `.length + 1;
  expect(missingIn(cases)).toEqual([
    `causes/one.md:${line}:${column} Unexpected look_alike ${id}, expected ${expected}`,
  ]);
});

test('a case of another look-alike is not enough, wherever and however it is linked', () => {
  const links = 'Not [this](https://example.com/two.md).\n\n- [three](three.md)\n- [two](./two.md)';
  const cases = [...all, `- { name: x, look_alike: three, ${given}, expect: standing }`].join('\n');
  const source = textWith(cases).replace('- [two](two.md)', () => links);
  expect(missingWith({ one: source, two: plain('two'), three: plain('three') })).toEqual([
    `causes/one.md:${source.split('\n').indexOf('- [two](./two.md)') + 1}:3 Unexpected look-alike without a case, expected one with look_alike: two`,
  ]);
});

test('a look-alike that is misspelt is said where it stands, with all that may have been meant', () => {
  const cases = [...all, '- name: twox', `  ${given}`, '  expect: standing', '  look_alike: [two, twox]'];
  const source = textWith(cases.join('\n'));
  expect(missingWith({ one: source, two: plain('two'), twos: plain('twos') })).toEqual([
    `causes/one.md:${source.split('\n').indexOf('  look_alike: [two, twox]') + 1}:21 Unexpected look_alike twox, expected two or twos`,
  ]);
});

test('symptoms have no cases, and none is missing', () => {
  const symptom =
    '---\nid: slow\ntitle: Slow\nwhen: It is slow\n---\n\n## Causes\n\n- [two](causes/two.md)\n';
  const source = plain('two').replace('[]', () => all.join('\n'));
  const parsed = parseLibrary([
    { name: 'slow.md', path: 'slow.md', source: symptom },
    { name: 'causes/two.md', path: 'own/causes/two.md', source },
  ]);
  expect('library' in parsed && missingCasesIn(parsed.library)).toEqual([]);
});

describe('a metric that a case states', () => {
  const stated = ['confirmed', 'eliminated', 'standing', 'unchecked'].map(
    (status) => `- { name: ${status}, objects: [{}], expect: ${status} }`,
  );
  const stating = (name: string): string => `- { name: x, series: { ${name}: 1 }, expect: standing }`;

  /** What is said of a cause whose case states a metric. */
  function said(name: string, parts: Partial<CauseParts>): string[] {
    const evidence = [promql('drops', 'node_drops_total')];
    const source = causeText({ id: 'one', evidence, ...parts }).replace('[]', () =>
      [...stated, stating(name)].join('\n'),
    );
    return missingWith({ one: source }).map((one) => one.replace(/^\S+ /, ''));
  }

  const misspelt = (name: string, meant: string): string =>
    `Unexpected metric ${name}, expected ${meant}, which a query asks for`;

  test.each<[string, string, Partial<CauseParts>, readonly string[]]>([
    ['as a query asks for it', 'node_drops_total', {}, []],
    [
      'as no query asks, three letters off',
      'node_dr_total',
      {},
      [misspelt('node_dr_total', 'node_drops_total')],
    ],
    ['as no query asks, four letters off', 'node_d_total', {}, []],
    ['as nobody asks at all', 'up', {}, []],
    [
      'as the chart asks, nearly',
      'course_totals',
      { chart: promql('course', 'course_total') },
      [misspelt('course_totals', 'course_total')],
    ],
    [
      'as one query nearly asks, another maybe by its pattern',
      'node_drop_total',
      { evidence: [promql('drops', 'node_drops_total'), promql('any', '{__name__=~"node_drop.*"}')] },
      [],
    ],
    [
      'as a query nearly asks, beside a look-up',
      'node_drop_total',
      { evidence: [lookup('workload', 'lookup: workload'), promql('drops', 'node_drops_total')] },
      [misspelt('node_drop_total', 'node_drops_total')],
    ],
  ])('%s: %s', (_, name, parts, expected) => {
    expect(said(name, parts)).toEqual(expected);
  });
});
