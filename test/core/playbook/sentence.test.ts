import { describe, expect, test } from '@jest/globals';
import { unavailable, type Observation } from '../../../core/evidence.ts';
import { languageOf } from '../../../core/playbook/cel.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { parseSentence, type Sentence } from '../../../core/playbook/sentence.ts';

const language = languageOf(
  new Map([
    ['late', { source: 'promql', unit: 'seconds' }],
    ['lost', { source: 'promql', unit: 'number' }],
    ['pods', { source: 'cluster', lookup: 'workload' }],
  ]),
);
const context = {
  target: {
    service: 'cart',
    namespace: 'shop',
    workload: 'Deployment/cart',
    nodes: 2,
    mesh: '',
    destination: '',
    destination_in_cluster: false,
    type: 'ClusterIP',
    pods_known: true,
  },
  window: '30 min',
  window_seconds: 1800,
  recent: '5 min',
};

const one = (value: number): Observation => ({
  status: 'observed',
  samples: 1,
  series: [{ labels: {}, points: [[0, value]] }],
});
const seen = new Map<string, Observation>([
  ['late', one(2400)],
  ['lost', one(0.25)],
  ['pods', { status: 'observed', samples: 1, facts: { pods: 3 } }],
]);

function parse(text: string): { sentence: Sentence; said: string[] } {
  const problems = new Problems('x.md');
  const sentence = parseSentence({ text, line: 10, column: 5 }, language, problems);
  return { sentence, said: problems.found.map(formatProblem) };
}

describe('a sentence', () => {
  test.each([
    ['No holes.', 'No holes.'],
    ['{pods.pods}', '3'],
    ['{pods.pods} of {pods.pods}{target.service}', '3 of 3cart'],
    // However it was wrapped, it is one line.
    ['  Wrapped\n   over {pods.pods}\n\tlines. ', 'Wrapped over 3 lines.'],
    // Without a format its unit says how a number is printed; a bare number fits everywhere.
    ['{late.max}', '40 min'],
    ['{late.max | seconds}', '40 min'],
    ['{late.max | number}', '2,400'],
    ['{late.max | text}', '2,400'],
    ['{late.max|seconds}', '40 min'],
    ['{late.max |seconds}', '40 min'],
    ['{late.max | seconds  }', '40 min'],
    ['{late.max\n| seconds\n}', '40 min'],
    ['{lost.max}', '0.25'],
    ['{lost.max | percent}', '25 %'],
    ['{"a" | text}', 'a'],
    // Only the last word behind a bar is a format.
    ['{lost.max > 1.0 || pods.pods > 1.0}', 'true'],
    ['{lost.max > 1.0 || false | text}', 'false'],
  ])('%j reads %p', (text, said) => {
    const { sentence, said: problems } = parse(text);
    expect(problems.length === 0 ? sentence.render(seen, context) : undefined).toBe(said);
  });

  test('says what it cannot know', () => {
    const { sentence } = parse('{late.max} late, {pods.pods} pods.');
    const blind = new Map([...seen, ['late', unavailable('no-data', 'none')] as const]);
    expect(sentence.render(blind, context)).toBe('(unknown) late, 3 pods.');
  });

  test('knows what it reads, in the order of its holes', () => {
    expect(parse('{pods.pods} {late.max / lost.max} {window}').sentence.reads).toEqual([
      'pods',
      'late',
      'lost',
    ]);
    expect(parse('Nothing.').sentence.reads).toEqual([]);
  });

  const formats = 'text, count, number, percent, seconds, rate, bytes';
  const hole = 'expected a whole hole, as in {drops.max | count}';
  test.each([
    ['{late.max | secnds}', [`10:14 Unexpected format secnds, expected one of ${formats}`]],
    ['{late.max | toString}', [`10:14 Unexpected format toString, expected one of ${formats}`]],
    ['ab {late.max | count}', ['10:17 Unexpected format count, expected seconds, in which it is counted']],
    // The place of a hole's mistake is its place in the file, behind other holes and lines, too.
    [
      '{late.max}, {pods.podz}',
      ['10:23 Unexpected fact podz, expected a fact of that evidence; did you mean pods?'],
    ],
    [
      'a\nbc {late.max} {laet.max}',
      ['11:16 Unexpected name laet, expected the name of evidence declared in this file; did you mean late?'],
    ],
    ['a {late}', ['10:8 Unexpected Metric in a sentence, expected a number or text']],
    ['a { late }', ['10:9 Unexpected Metric in a sentence, expected a number or text']],
    // Braces that are no holes: the first one of each piece of text.
    ['a } b', [`10:7 Unexpected }, ${hole}`]],
    ['{late.max} }', [`10:16 Unexpected }, ${hole}`]],
    ['} {late.max} {', [`10:5 Unexpected }, ${hole}`, `10:18 Unexpected {, ${hole}`]],
    ['{late.max', [`10:5 Unexpected {, ${hole}`]],
    ['{{late.max}}', [`10:5 Unexpected {, ${hole}`, `10:16 Unexpected }, ${hole}`]],
    ['{lost.max | count x}', ['10:15 Unexpected |, expected && for and, || for or, ! for not']],
    ['{}', ['10:6 Unexpected end, expected the rest of an expression']],
  ])('%j is wrong', (text, said) => {
    expect(parse(text).said).toEqual(said.map((message) => `x.md:${message}`));
  });
});
