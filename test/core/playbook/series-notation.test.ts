import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { parseSamples, parseSeries, type Sample } from '../../../core/playbook/series-notation.ts';
import { findBinary } from '../../../sim/world/processes.ts';

const at = (text: string): { text: string; line: number; column: number } => ({ text, line: 7, column: 3 });

function samplesOf(text: string, limit = 100): { samples: Sample[] | undefined; said: string[] } {
  const problems = new Problems('x.md');
  const samples = parseSamples(at(text), limit, problems);
  return { samples, said: problems.found.map(formatProblem) };
}

describe('samples', () => {
  const none = undefined;
  const notations: readonly (readonly [string, Sample[]])[] = [
    ['1 2 3', [1, 2, 3]],
    ['0+10x3', [0, 10, 20, 30]],
    ['-2+4x3', [-2, 2, 6, 10]],
    [' 1-2x4 ', [1, -1, -3, -5, -7]],
    ['100-2x2', [100, 98, 96]],
    ['5x3', [5, 5, 5, 5]],
    ['4x0', [4]],
    ['_', [none]],
    ['_x3', [none, none, none]],
    ['1 _x0 2', [1, 2]],
    ['1 _x3 stale', [1, none, none, none, 'stale']],
    ['0+0x2', [0, 0, 0]],
    ['.5 1.5e3 1e-2', [0.5, 1500, 0.01]],
    ['1e3+1e2x1', [1000, 1100]],
    ['+3 -3', [3, -3]],
    ['NaN nan Inf -Inf', [NaN, NaN, Infinity, -Infinity]],
    ['1\n  2+1x1', [1, 2, 3]],
    // The last digit is that of a sum, not of a product.
    ['0+0.1x3', [0, 0.1, 0.2, 0.1 + 0.1 + 0.1]],
  ];

  test.each(notations)('%s', (text, samples) => {
    expect(samplesOf(text)).toEqual({ samples, said: [] });
  });

  test('are what promtool makes of them', async () => {
    const promtool = await findBinary('promtool', 'prometheus');
    const folder = mkdtempSync(join(tmpdir(), 'netcheck-test-'));
    const file = join(folder, 'notations.yml');
    // promtool cannot expect NaN, and separates by spaces only.
    const comparable = notations.filter(
      ([values, samples]) => !samples.includes(NaN) && !values.includes('\n'),
    );
    const tests = comparable.map(([values, samples]) => ({
      interval: '1m',
      input_series: [{ series: 'x', values }],
      promql_expr_test: [...samples, none].map((sample, index) => ({
        expr: 'last_over_time(x[59s])',
        eval_time: `${index}m`,
        exp_samples: typeof sample === 'number' ? [{ labels: 'x', value: sample }] : [],
      })),
    }));
    writeFileSync(file, stringify({ rule_files: [], tests }));
    try {
      expect(execFileSync(promtool, ['test', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const expected = 'expected values such as 1 2.5, 0+10x120, 100-2x5, 5x3, _, _x3 or stale';
  test.each<[string, string]>([
    ['', `7:3 Unexpected end, ${expected}`],
    ['1 2y', `7:5 Unexpected "2y", ${expected}`],
    ['1 2 +', `7:7 Unexpected "+", ${expected}`],
    ['0+10', `7:3 Unexpected "0+10", ${expected}`],
    ['0+10x', `7:3 Unexpected "0+10x", ${expected}`],
    ['0+10x-1', `7:3 Unexpected "0+10x-1", ${expected}`],
    ['0x10x2', `7:3 Unexpected "0x10x2", ${expected}`],
    ['1,2', `7:3 Unexpected "1,2", ${expected}`],
    ['stalex3', `7:3 Unexpected "stalex3", ${expected}`],
    ['1\n{{schema:0 sum:5}}x2', `8:1 Unexpected native histogram, ${expected}`],
    ['0+1x99 1', '7:10 Unexpected 101 samples, expected at most 100'],
    ['1x999999999999', '7:3 Unexpected 1000000000000 samples, expected at most 100'],
  ])('refuses %j', (text, said) => {
    expect(samplesOf(text)).toEqual({ samples: undefined, said: [`x.md:${said}`] });
  });
});

describe('series', () => {
  function seriesOf(text: string): unknown {
    const problems = new Problems('x.md');
    return parseSeries(at(text), problems) ?? problems.found.map(formatProblem);
  }

  test.each([
    ['up', { __name__: 'up' }],
    ['up{}', { __name__: 'up' }],
    [
      'job:up:sum { job = "node" , instance="a:1", }',
      { __name__: 'job:up:sum', job: 'node', instance: 'a:1' },
    ],
    ['{__name__="up"}', { __name__: 'up' }],
    ['up{path="a\\"b\\\\{c},\\n"}', { __name__: 'up', path: 'a"b\\{c},\n' }],
    ['up{job=""}', { __name__: 'up' }],
  ])('%s', (text, labels) => {
    expect(seriesOf(text)).toEqual(labels);
  });

  test.each([
    ['', '7:3 Unexpected end, expected a metric name'],
    ['{job="a"}', '7:3 Unexpected {job="a"}, expected a metric name'],
    ['up{job=~"a"}', '7:6 Unexpected job=~"a"}, expected label="value": a case states one series'],
    ['up{job="a"', '7:6 Unexpected job="a", expected label="value" or }'],
    ['up{job=a}', '7:6 Unexpected job=a}, expected label="value" or }'],
    ['up{job="a" id="b"}', '7:6 Unexpected job="a" id="b"}, expected label="value" or }'],
    ['up{job="a",job="b"}', '7:14 Unexpected job="b"}, expected each label once'],
    ['up[5m]', '7:5 Unexpected [5m], expected name{label="value"}'],
    ['up{job="a"} 5', '7:13 Unexpected } 5, expected label="value" or }'],
    ['2up', '7:3 Unexpected 2up, expected name{label="value"}'],
  ])('refuses %j', (text, said) => {
    expect(seriesOf(text)).toEqual([`x.md:${said}`]);
  });
});
