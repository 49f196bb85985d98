import { describe, expect, test } from '@jest/globals';
import { unavailable, type Attempt, type Observation } from '../../../core/evidence.ts';
import { compile, languageOf } from '../../../core/playbook/cel.ts';
import type { Evaluated } from '../../../core/playbook/evaluate.ts';
import type { Declaration } from '../../../core/playbook/explain.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { parseSentence } from '../../../core/playbook/sentence.ts';
import { context } from '../../support/causes.ts';

const language = languageOf(
  new Map<string, Declaration>([
    ['late', { source: 'promql', unit: 'count' }],
    ['all', { source: 'promql', unit: 'count' }],
    ['pods', { source: 'cluster', lookup: 'workload' }],
    ['tried', { source: 'probe' }],
  ]),
);

function byNode(values: Readonly<Record<string, number>>): Observation {
  const series = Object.entries(values).map(([node, value]) => ({
    labels: { node },
    points: [[0, value] as [number, number]],
  }));
  return { status: 'observed', samples: series.length, series };
}

const attempts = (['pod', 'pod', 'node', 'node'] as const).map((from, index): Attempt => ({
  n: index % 2,
  from,
  to: 'db:5432',
  ok: index > 0,
  seconds: 0.01,
  ...(index === 0 && { error: 'timeout' }),
}));

const seen = new Map<string, Observation>([
  ['late', byNode({ a: 30, b: 1 })],
  ['all', byNode({ a: 1000, b: 1000 })],
  ['pods', { status: 'observed', samples: 1, facts: { pods: 2, containers: 4 } }],
  ['tried', { status: 'observed', samples: 4, attempts }],
]);

function evaluate(text: string, observations: ReadonlyMap<string, Observation> = seen): Evaluated {
  const problems = new Problems('x.md');
  const expression = compile(language, { text, line: 1, column: 1 }, 'text', problems);
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
    ['late.max > 0.0 ? "some" : "none"', 'some'],
    ['late.series.size()', 2],
    ['tried.failed / tried.count', 0.25],
    ['tried.from("node").failed == 0.0 && tried.from("pod").where("error", "timeout").count == 1.0', true],
    ['tried.values("to").join(", ")', 'db:5432'],
    ['target.workload + target.mesh + target.destination + target.type', 'Deployment/cartClusterIP'],
    ['target.pods_known && target.nodes == 2.0 && target.namespace == "shop"', true],
    ['recent', '5 min'],
    // The functions, each on both sides of where it turns.
    ['enough(299.0, 0.01)', true],
    ['rarer(1.0, 473.0, 0.01)', true],
    ['commoner(1.0, 1.0, 0.0) && !commoner(0.0, 1.0, 0.0)', true],
    ['worse(8.0, 10.0, 1.0, 10.0) && !worse(2.0, 10.0, 1.0, 10.0)', true],
    ['worse(1.0, 10.0, 8.0, 10.0)', false],
    ['no_worse(20.0, 100.0, 20.0, 100.0, 3.0) && !no_worse(2.0, 10.0, 2.0, 10.0, 2.0)', true],
    ['no_worse(0.0, 100.0, 60.0, 100.0, 2.0) && !no_worse(60.0, 100.0, 0.0, 100.0, 2.0)', true],
    ['alike(20.0, 100.0, 20.0, 100.0, 3.0) && !alike(0.0, 100.0, 60.0, 100.0, 2.0)', true],
    ['chance(5.0, 5.0, 0.0, 5.0) < 0.008 && chance(1.0, 5.0, 1.0, 5.0) == 1.0', true],
    ['at_least(0.0, 10.0) == 0.0 && at_most(10.0, 10.0) == 1.0', true],
    ['at_least(10.0, 100.0) < 0.1 && at_most(10.0, 100.0) > 0.1', true],
    ['settled(50.0, 100.0, 0.01, 0.5)', 'faulty'],
    ['settled(0.0, 100.0, 0.01, 0.5)', 'healthy'],
    ['settled(1.0, 4.0, 0.2, 0.3)', 'more'],
  ])('%s is %p', (text, value) => {
    expect(evaluate(text)).toEqual({ value });
  });

  // What more attempts could settle, they say in passing.
  test.each<[string, Evaluated]>([
    ['enough(298.0, 0.01)', { value: false, wants: 299 }],
    ['enough(0.0, 0.0)', { value: false }],
    ['rarer(0.0, 298.0, 0.01)', { value: false, wants: 299 }],
    ['no_worse(600.0, 600.0, 336.0, 600.0, 2.0)', { value: false }],
    ['no_worse(600.0, 600.0, 600.0, 600.0, 2.0)', { value: true }],
    ['alike(600.0, 600.0, 336.0, 600.0, 2.0)', { value: false }],
    ['alike(336.0, 600.0, 600.0, 600.0, 2.0)', { value: false }],
    ['alike(598.0, 600.0, 600.0, 600.0, 2.0)', { value: true }],
    ['rarer(1.0, 472.0, 0.01)', { value: false }],
    ['rarer(3.0, 200.0, 0.01)', { value: false }],
    ['rarer(2.0, 200.0, 0.01)', { value: false, wants: 299 }],
    // As often as the rate, or more often: no number of attempts will do.
    ['rarer(5.0, 100.0, 0.05)', { value: false }],
    ['rarer(6.0, 100.0, 0.05)', { value: false }],
    ['enough(1.0, 0.1) || enough(1.0, 0.01) || enough(1.0, 0.5)', { value: false, wants: 299 }],
    // What need not be asked wants nothing.
    ['late.max < 0.0 && enough(1.0, 0.01)', { value: false }],
    ['late.at("node", "c").max > 0.0 || enough(1.0, 0.5)', { undecided: ['no data for node c'], wants: 5 }],
  ])('%s gives %j', (text, evaluated) => {
    expect(evaluate(text)).toEqual(evaluated);
    // And a wish is not remembered.
    expect(evaluate('enough(299.0, 0.01)')).toEqual({ value: true });
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
    ['tried.from("target-pod").failed == 0.0', { undecided: ["no attempts from the target's own pod"] }],
    ['late.series[7].max > 0.0', { undecided: ['No such key: index out of bounds, index 7 >= size 2'] }],
  ])('%s, where a series is missing', (text, evaluated) => {
    expect(evaluate(text)).toEqual(evaluated);
  });

  test('max of nothing is undecided, not −∞', () => {
    const none = new Map([...seen, ['late', byNode({})]] as const);
    expect(evaluate('late.max < 1.0', none)).toEqual({ undecided: ['no series to compare'] });
    expect(evaluate('late.sum', none)).toEqual({ value: 0 });
  });

  test('evidence that has not come in yet is named', () => {
    expect(evaluate('late.max > 0.0', new Map())).toEqual({ undecided: ['late was not looked at'] });
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
    const sentence = parseSentence({ text, line: 1, column: 1 }, language, problems);
    expect(problems.found).toEqual([]);
    expect(sentence.render(seen, context)).toBe(said);
  });
});

describe('compile', () => {
  function compiled(
    text: string,
    expected: 'rule' | 'text' | 'share' = 'text',
    words = language,
  ): { reads?: readonly string[]; unit?: string | undefined; said?: string[] } {
    const problems = new Problems('x.md');
    const expression = compile(words, { text, line: 1, column: 1 }, expected, problems);
    return expression === undefined
      ? { said: problems.found.map(formatProblem) }
      : { reads: expression.reads, unit: expression.unit };
  }

  test.each<[string, string[], string | undefined]>([
    ['late.max', ['late'], 'count'],
    // In the order of their declaration, each once, however deep they stand.
    ['pods.pods > 0.0 ? [all.max, late.max, all.max][0] : 0.0', ['late', 'all', 'pods'], undefined],
    ['all.series.exists(late, late.max > 0.0)', ['late', 'all'], undefined],
    ['target.service', [], undefined],
    ['tried.median', ['tried'], 'seconds'],
  ])('%s reads %j and is counted in %s', (text, reads, unit) => {
    expect(compiled(text)).toEqual({ reads, unit });
  });

  test.each<[string, 'rule' | 'text' | 'share', string | undefined]>([
    ['late.max > 0.0', 'rule', undefined],
    ['late.max', 'rule', '1:1 Unexpected rule of type double, expected bool'],
    ['late.max / all.max', 'share', undefined],
    ['late.max > 0.0', 'share', '1:1 Unexpected bool, expected a share from 0.0 to 1.0'],
    ['late.series.size()', 'share', '1:1 Unexpected int, expected a share from 0.0 to 1.0'],
    ['dyn(late.max)', 'share', undefined],
    ['late.max', 'text', undefined],
    ['late.series.size()', 'text', undefined],
    ['dyn(late)', 'text', undefined],
    ['  late', 'text', '1:3 Unexpected Metric in a sentence, expected a number or text'],
    ['tried', 'text', '1:1 Unexpected Attempts in a sentence, expected a number or text'],
    ['late.maxx', 'text', '1:6 Unexpected fact maxx, expected a fact of that evidence; did you mean max?'],
    [
      'target.service.matches("a+") && target.service.matches("^(a+)+$")',
      'rule',
      '1:56 Unexpected (a+)+, expected a pattern that repeats nothing that repeats itself: it could take hours',
    ],
    [
      'target.nodes > 1.0 || target.service.matches("(")',
      'rule',
      '1:46 Unexpected pattern, expected a regular expression: Invalid regular expression: /(/i: Unterminated group',
    ],
    [
      `${'!'.repeat(20_000)}true`,
      'rule',
      '1:1 Unexpected expression, expected one that can be read: RangeError: Maximum call stack size exceeded',
    ],
    [
      `true${' && true'.repeat(20_000)}`,
      'rule',
      '1:1 Unexpected expression, expected one that can be read: RangeError: Maximum call stack size exceeded',
    ],
    ['late.max + tried.median', 'text', '1:1 Unexpected seconds, expected count as on the left of +'],
  ])('%s as a %s: %s', (text, expected, said) => {
    expect(compiled(text, expected).said).toEqual(said && [`x.md:${said}`]);
  });

  test('what one cause declares another does not know', () => {
    expect(compiled('late.max', 'text', languageOf(new Map())).said).toEqual([
      'x.md:1:1 Unexpected name late, expected target',
    ]);
  });
});
