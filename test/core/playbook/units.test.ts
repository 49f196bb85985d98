import { describe, expect, test } from '@jest/globals';
import { compile, languageOf } from '../../../core/playbook/cel.ts';
import type { Declaration } from '../../../core/playbook/explain.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { parseSentence } from '../../../core/playbook/sentence.ts';
import { context } from '../../support/causes.ts';
import { observedValue } from '../../support/evidence.ts';

/** Evidence whose name says its unit; `traffic` is counted in bytes. */
const language = languageOf(
  new Map<string, Declaration>([
    ['count', { source: 'promql', unit: 'count' }],
    ['count2', { source: 'promql', unit: 'count' }],
    ['seconds', { source: 'promql', unit: 'seconds' }],
    ['percent', { source: 'promql', unit: 'percent' }],
    ['traffic', { source: 'promql', unit: 'bytes' }],
    ['number', { source: 'promql', unit: 'number' }],
    ['text', { source: 'promql', unit: 'text' }],
    ['tried', { source: 'probe' }],
    ['pods', { source: 'cluster', lookup: 'workload' }],
    ['kernel', { source: 'probe', facts: { Tcp_OutRsts: 'double' } }],
  ]),
);

function compiled(text: string): { unit?: string | undefined; said: string[] } {
  const problems = new Problems('x.md');
  const expression = compile(language, { text, line: 1, column: 1 }, 'text', problems);
  return { unit: expression?.unit, said: problems.found.map(formatProblem) };
}

describe('what an expression is counted in', () => {
  test.each<[string, string | undefined]>([
    // A metric in what its block declares, which its series, their selections and differences keep.
    ['count.sum', 'count'],
    ['seconds.max', 'seconds'],
    ['seconds.only().last', 'seconds'],
    ['seconds.at("a", "b").mean', 'seconds'],
    ['seconds.top().increase()', 'seconds'],
    ['seconds.series[0].max', 'seconds'],
    ['seconds.series.filter(s, s.max > 1.0)[0].max', 'seconds'],
    ['traffic.minus(traffic).max', 'bytes'],
    ['traffic.only().change().before', 'bytes'],
    ['traffic.only().change().ago', 'seconds'],
    // Whatever it is in, this many series and points are counts, and part of another is a share.
    ['seconds.count', 'count'],
    ['seconds.top().samples', 'count'],
    ['seconds.over(traffic).max', 'percent'],
    ['seconds.share_between(0.1, 1.0)', 'percent'],
    ['seconds.signature().share', 'percent'],
    ['seconds.signature().events', 'count'],
    ['seconds.worst(traffic, "node").failed', 'count'],
    ['seconds.worst(traffic, "node").share', 'percent'],
    ['seconds.worst(traffic, "node").p', undefined],
    ['seconds.only().idle(traffic.only()).quiet_load', 'rate'],
    ['seconds.only().idle(traffic.only()).busy_failed', 'count'],
    ['seconds.only().correlation(traffic.only()).r', undefined],
    // Unknown units.
    ['number.max', undefined],
    ['text.max', undefined],
    ['pods.pods', undefined],
    ['kernel.Tcp_OutRsts', undefined],
    ['1.0', undefined],
    ['target.nodes', undefined],
    ['seconds.top().labels["node"]', undefined],
    ['tried.values("to")[0]', undefined],
    // Attempts.
    ['tried.failed', 'count'],
    ['tried.share', 'percent'],
    ['tried.median', 'seconds'],
    ['tried.from("pod").slower(1.0).count', 'count'],
    ['tried.quantile(0.99)', 'seconds'],
    // Functions.
    ['at_most(1.0, 10.0)', 'percent'],
    ['at_least(1.0, 10.0)', 'percent'],
    ['chance(1.0, 2.0, 3.0, 4.0)', undefined],
    // Sums and differences keep it, a bare number does not take it away.
    ['count.sum + count2.sum', 'count'],
    ['count.sum - 1.0', 'count'],
    ['1.0 + count.sum', 'count'],
    ['-count.sum', 'count'],
    ['count.sum + number.sum', 'count'],
    // A share of something is that thing.
    ['tried.share * seconds.max', 'seconds'],
    ['seconds.max * tried.share', 'seconds'],
    ['tried.share * percent.max', 'percent'],
    ['0.5 * count.sum', 'count'],
    ['count.sum * 0.5', 'count'],
    ['count.sum * seconds.sum', undefined],
    ['count.sum * count2.sum', undefined],
    // Of the same it is a share, of others it may be anything.
    ['count.sum / count2.sum', 'percent'],
    ['seconds.max / tried.median', 'percent'],
    ['count.sum / seconds.sum', undefined],
    ['count.sum / 2.0', undefined],
    ['1.0 / count.sum', undefined],
    ['number.sum / number.sum', undefined],
    ['count.sum / number.sum', undefined],
    // Neither a truth nor a list is counted in anything.
    ['count.sum > 1.0', undefined],
    ['!(count.sum > 1.0)', undefined],
    ['count.sum > 1.0 && seconds.sum > 1.0', undefined],
    ['count.series.map(s, s.max)[0]', undefined],
    ['[count.sum][0]', undefined],
    // Both ways are the same.
    ['true ? count.sum : 0.0', 'count'],
    ['true ? 0.0 : count.sum', 'count'],
    ['true ? seconds.max : tried.median', 'seconds'],
  ])('%s: %s', (text, unit) => {
    expect(compiled(text)).toEqual({ unit, said: [] });
  });
});

describe('mismatches', () => {
  test.each<[string, ...string[]]>([
    ['count.sum + seconds.sum', '1:1 Unexpected seconds, expected count as on the left of +'],
    ['count.sum - seconds.sum', '1:1 Unexpected seconds, expected count as on the left of -'],
    ['count.sum < seconds.sum', '1:1 Unexpected seconds, expected count as on the left of <'],
    ['count.sum <= seconds.sum', '1:1 Unexpected seconds, expected count as on the left of <='],
    ['count.sum > seconds.sum', '1:1 Unexpected seconds, expected count as on the left of >'],
    ['count.sum >= seconds.sum', '1:1 Unexpected seconds, expected count as on the left of >='],
    ['count.sum == seconds.sum', '1:1 Unexpected seconds, expected count as on the left of =='],
    ['count.sum != seconds.sum', '1:1 Unexpected seconds, expected count as on the left of !='],
    ['percent.max > tried.count', '1:1 Unexpected count, expected percent as on the left of >'],
    // Where it stands, however deep.
    ['true && count.sum > seconds.sum', '1:9 Unexpected seconds, expected count as on the left of >'],
    ['true\n  || count.sum > seconds.sum', '2:6 Unexpected seconds, expected count as on the left of >'],
    ['!(count.sum > seconds.sum)', '1:3 Unexpected seconds, expected count as on the left of >'],
    ['-(count.sum - seconds.sum)', '1:3 Unexpected seconds, expected count as on the left of -'],
    ['[0.0, count.sum - seconds.sum][0]', '1:7 Unexpected seconds, expected count as on the left of -'],
    ['count.sum > seconds.sum ? 1.0 : 2.0', '1:1 Unexpected seconds, expected count as on the left of >'],
    ['1.0 > 2.0 * count.sum + seconds.max', '1:7 Unexpected seconds, expected count as on the left of +'],
    ['(0.5 * count.sum) > tried.median', '1:2 Unexpected seconds, expected count as on the left of >'],
    // Every one of them.
    [
      'count.sum > seconds.sum && traffic.max > count.sum',
      '1:1 Unexpected seconds, expected count as on the left of >',
      '1:28 Unexpected count, expected bytes as on the left of >',
    ],
    // The share of a count against the count.
    ['count.sum / count2.sum > count.sum', '1:1 Unexpected count, expected percent as on the left of >'],
    ['count.over(count2).max > count.sum', '1:1 Unexpected count, expected percent as on the left of >'],
    // Arguments.
    ['rarer(tried.median, tried.count, 0.01)', '1:7 Unexpected seconds, expected count as failures'],
    ['rarer(count.sum, seconds.sum, 0.01)', '1:18 Unexpected seconds, expected count as attempts'],
    ['rarer(count.sum, count.sum, count2.sum)', '1:29 Unexpected count, expected percent as rate'],
    ['seconds.share_between(percent.max, 1.0)', '1:23 Unexpected percent, expected seconds as from'],
    ['seconds.share_between(0.0, count.sum)', '1:28 Unexpected count, expected seconds as to'],
    ['tried.slower(count.max).failed', '1:14 Unexpected count, expected seconds as seconds'],
    ['enough(count.sum + seconds.sum, 0.1)', '1:8 Unexpected seconds, expected count as on the left of +'],
    // What a macro goes through is counted as its list is.
    [
      'seconds.series.exists(s, s.max > count.sum)',
      '1:26 Unexpected count, expected seconds as on the left of >',
    ],
    [
      'seconds.series.all(s, count.at("n", s.labels["n"]).max < s.max)',
      '1:23 Unexpected seconds, expected count as on the left of <',
    ],
    [
      'seconds.series.filter(s, s.max > count.sum).size()',
      '1:26 Unexpected count, expected seconds as on the left of >',
    ],
    [
      'seconds.series.map(s, s.max - count.sum).size()',
      '1:23 Unexpected count, expected seconds as on the left of -',
    ],
    [
      'seconds.series.exists_one(s, s.samples > s.max)',
      '1:30 Unexpected seconds, expected count as on the left of >',
    ],
    // Two ways that are not the same.
    ['true ? count.sum : seconds.sum', '1:1 Unexpected seconds, expected count as on the left of ?:'],
  ])('%s', (text, ...said) => {
    expect(compiled(text)).toEqual({ unit: undefined, said: said.map((one) => `x.md:${one}`) });
  });
});

describe('what is no mismatch', () => {
  test.each([
    'count.sum / count2.sum > 0.01',
    'count.sum / count2.sum > percent.max',
    'count.sum >= 0.5 * count2.sum',
    'count.sum > 30.0 && seconds.max > 0.1',
    'seconds.max > 0.1 == true',
    'number.max > count.sum && number.max > seconds.max',
    'pods.pods >= count.sum && pods.pods >= seconds.max',
    'count.sum * seconds.sum > traffic.sum',
    'count.sum / seconds.sum > tried.share',
    'count.series.all(s, s.max >= 0.5 * count2.at("n", s.labels["n"]).max)',
    'seconds.series.exists(count, count.max > seconds.max)',
    'count.top().labels["node"] == seconds.top().labels["node"]',
    'tried.values("to").exists(to, tried.where("to", to).failed > count.sum)',
    'rarer(count.sum, number.sum, 0.01)',
    'rarer(tried.failed, tried.count, tried.share)',
    'rarer(1.0, 2.0, 0.5)',
    'worse(tried.failed, tried.count, count.sum, count2.sum)',
    'no_worse(tried.failed, tried.count, count.sum, count2.sum, seconds.max)',
    'tried.slower(seconds.max).failed > 0.0',
    'tried.quantile(percent.max) > seconds.max',
    '(pods.pods > 0.0 ? count.sum : 0.0) > count2.sum',
    'count.only().change().found && count.only().change().after > count2.sum',
    'count.series.size() > 0',
  ])('%s', (text) => {
    expect(compiled(text).said).toEqual([]);
  });
});

describe('the unit in a sentence', () => {
  function say(text: string): { text?: string; said: string[] } {
    const problems = new Problems('x.md');
    const sentence = parseSentence({ text, line: 3, column: 1 }, language, problems);
    const said = problems.found.map(formatProblem);
    if (said.length > 0) return { said };
    const names = ['count', 'count2', 'seconds', 'percent', 'traffic', 'number'];
    const observations = new Map(names.map((name) => [name, observedValue(0.25)] as const));
    return { text: sentence.render(observations, context), said };
  }

  test.each([
    // Without a format it is said in its unit.
    ['{seconds.max}', '250 ms'],
    ['{percent.max}', '25 %'],
    ['{count.sum / count2.sum}', '100 %'],
    ['{number.max}', '0.25'],
    ['{count.sum / 2.0}', '0.13'],
    // With one, as long as that is its unit, or the bare number.
    ['{seconds.max | seconds}', '250 ms'],
    ['{seconds.max | number}', '0.25'],
    ['{seconds.max | text}', '0.25'],
    ['{number.max | percent}', '25 %'],
    ['{count.sum / 2.0 | percent}', '12.5 %'],
  ])('%s says %s', (text, said) => {
    expect(say(text)).toEqual({ text: said, said: [] });
  });

  test.each([
    ['{seconds.max | percent}', '3:13 Unexpected format percent, expected seconds, in which it is counted'],
    ['Of\n{count.sum  | bytes }', '4:12 Unexpected format bytes, expected count, in which it is counted'],
    ['{percent.max - count.max}', '3:2 Unexpected count, expected percent as on the left of -'],
  ])('%j is refused', (text, said) => {
    expect(say(text).said).toEqual([`x.md:${said}`]);
  });
});
