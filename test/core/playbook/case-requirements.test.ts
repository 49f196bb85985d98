import { expect, test } from '@jest/globals';
import { missingCasesIn } from '../../../core/playbook/case-requirements.ts';
import { parseLibrary } from '../../../core/playbook/library.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { causeText, promql } from '../../support/causes.ts';

/** The text of a cause that looks like `two`, with some cases. */
function textWith(cases: string): string {
  return causeText({ id: 'one', evidence: [promql('drops')], lookAlikes: ['two'] }).replace(
    '[]',
    () => cases,
  );
}

/** What is missing in `one`, without the others; lines and columns as in its file. */
function missingIn(cases: string): string[] {
  const file = (id: string, source: string) => ({ name: `causes/${id}.md`, path: `causes/${id}.md`, source });
  const two = causeText({ id: 'two', evidence: [promql('drops')] });
  const parsed = parseLibrary([file('one', textWith(cases)), file('two', two)]);
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
