import { describe, expect, test } from '@jest/globals';
import { unavailable, type Observation } from '../../../core/evidence.ts';
import { celEnvironment, compile, type Evaluated } from '../../../core/playbook/cel.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { parseSentence } from '../../../core/playbook/sentence.ts';

const declarations = new Map([
  ['late', {}],
  ['all', {}],
  ['pods', { lookup: 'workload' }],
]);
const context = {
  target: { service: 'cart', namespace: 'shop', workload: 'Deployment/cart', nodes: 2 },
  window: '30 min',
  recent: '5 min',
};

function byNode(values: Readonly<Record<string, number>>): Observation {
  const series = Object.entries(values).map(([node, value]) => ({
    labels: { node },
    points: [[0, value] as [number, number]],
  }));
  return { status: 'observed', samples: series.length, series };
}

const seen = new Map<string, Observation>([
  ['late', byNode({ a: 30, b: 1 })],
  ['all', byNode({ a: 1000, b: 1000 })],
  ['pods', { status: 'observed', samples: 1, facts: { pods: 2, containers: 4 } }],
]);

function evaluate(text: string, observations: ReadonlyMap<string, Observation> = seen): Evaluated {
  const problems = new Problems('x.md');
  const expression = compile(
    celEnvironment(declarations),
    declarations,
    { text, line: 1, column: 1 },
    'text',
    problems,
  );
  if (expression === undefined) throw new Error(problems.found.map(formatProblem).join('\n'));
  return expression.evaluate(observations, context);
}

describe('an expression', () => {
  test.each<[string, string | number | boolean]>([
    ['late.sum', 31],
    ['late.max / all.at("node", "a").max', 0.03],
    ['late.over(all).max', 0.03],
    ['late.over(all).top().labels["node"]', 'a'],
    ['all.minus(late).min', 970],
    ['late.series.filter(s, s.max >= 10.0).size()', 1],
    ['late.series.map(s, s.labels["node"]).join(", ")', 'a, b'],
    ['pods.containers / pods.pods', 2],
    ['target.service + " in " + window', 'cart in 30 min'],
    ['enough(299.0, 0.01) && !enough(298.0, 0.01)', true],
    ['rarer(1.0, 473.0, 0.01) && !rarer(1.0, 472.0, 0.01)', true],
    ['late.max > 0.0 ? "some" : "none"', 'some'],
  ])('%s is %p', (text, value) => {
    expect(evaluate(text)).toEqual({ value });
  });

  const blind = new Map([
    ...seen,
    ['late', unavailable('no-data', 'no data: Late')],
    ['all', unavailable('timed-out', 'Prometheus did not answer')],
  ] as const);

  test.each<[string, Evaluated]>([
    ['late.max > 0.0', { undecided: ['no data: Late'] }],
    ['late.max > 0.0 && all.max > 0.0', { undecided: ['no data: Late', 'Prometheus did not answer'] }],
    ['late.max > 0.0 && pods.pods == 0.0', { value: false }],
    ['late.max > 0.0 || pods.pods > 0.0', { value: true }],
    ['late.max > 0.0 && pods.pods > 0.0', { undecided: ['no data: Late'] }],
  ])('%s, with evidence that could not be had', (text, evaluated) => {
    expect(evaluate(text, blind)).toEqual(evaluated);
  });

  test.each<[string, Evaluated]>([
    ['late.at("node", "c").max > 0.0', { undecided: ['no data for node c'] }],
    ['late.series.all(s, all.at("node", s.labels["node"]).max > 0.0)', { value: true }],
    [
      'late.minus(pods.pods > 9.0 ? late : all).at("node", "z").max > 0.0',
      { undecided: ['no data for node z'] },
    ],
  ])('%s, where a series is missing', (text, evaluated) => {
    expect(evaluate(text)).toEqual(evaluated);
  });

  test('max of nothing is undecided, not −∞', () => {
    const none = new Map([...seen, ['late', byNode({})]] as const);
    expect(evaluate('late.max < 1.0', none)).toEqual({ undecided: ['no series to compare'] });
    expect(evaluate('late.sum', none)).toEqual({ value: 0 });
  });

  test('evidence that has not come in yet is named', () => {
    expect(evaluate('late.max > 0.0', new Map())).toEqual({ undecided: ['late was not gathered'] });
  });
});

describe('a sentence', () => {
  test.each([
    ['{late.sum | count} of {all.sum | count} in {window}.', '31 of 2,000 in 30 min.'],
    ['{late.over(all).max | percent}\n  at most', '3 % at most'],
    ['{late.at("node", "c").max | count} there', '(unknown) there'],
    ['no holes', 'no holes'],
  ])('%p says %p', (text, said) => {
    const problems = new Problems('x.md');
    const sentence = parseSentence(
      { text, line: 1, column: 1 },
      celEnvironment(declarations),
      declarations,
      problems,
    );
    expect(problems.found).toEqual([]);
    expect(sentence.render(seen, context)).toBe(said);
  });
});
