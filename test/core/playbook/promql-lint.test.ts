import { describe, expect, test } from '@jest/globals';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { lintQuery } from '../../../core/playbook/promql-lint.ts';

function lint(text: string, quantiles: 'allowed' | 'refused' = 'refused'): string[] {
  const problems = new Problems('x.md');
  lintQuery({ text, line: 1, column: 1 }, problems, quantiles);
  return problems.found.map(formatProblem);
}

const sum =
  'Unexpected rate of a sum, expected the sum of rates: a pod that restarts makes the sum fall, which counts as a reset';
const gauge = (metric: string): string =>
  `Unexpected rate of ${metric}, expected sum_over_time or max_over_time: it holds one period's value, not a counter`;
const pattern =
  'Unexpected __name__ pattern, expected one metric a branch joined with or: rate drops the name, and series collide';
const range = (said: string): string =>
  `Unexpected range ${said}, expected 1m or longer: four scrapes of 15 s`;
const quantile =
  'Unexpected histogram_quantile, expected a share of buckets: a quantile interpolates, so a cluster at 1 s is shown anywhere in its bucket';

describe('traps', () => {
  test.each<[string, ...string[]]>([
    // A range that one lost scrape leaves without an answer.
    ['rate(up[30s])', `1:9 ${range('30s')}`],
    ['rate(up[59s])', `1:9 ${range('59s')}`],
    ['increase(up{a="b"}[15s])', `1:20 ${range('15s')}`],
    ['irate(up[ 45s ])', `1:11 ${range('45s')}`],
    ['delta(up[30s])', `1:10 ${range('30s')}`],
    ['deriv(up[30s])', `1:10 ${range('30s')}`],
    ['sum(\n  rate(up[30s])\n)', `2:11 ${range('30s')}`],
    ['rate(up[30s]) / rate(down[20s])', `1:9 ${range('30s')}`, `1:27 ${range('20s')}`],
    ['sum by (pod) (rate(up{namespace="$namespace"}[30s]))', `1:47 ${range('30s')}`],
    ['rate(up[30s] offset 5m)', `1:9 ${range('30s')}`],
    // What CloudWatch exporters publish is no counter.
    [
      'rate(aws_natgateway_error_port_allocation_sum[5m])',
      `1:6 ${gauge('aws_natgateway_error_port_allocation_sum')}`,
    ],
    [
      'increase(aws_applicationelb_request_count_sum{a="b"}[5m])',
      `1:10 ${gauge('aws_applicationelb_request_count_sum')}`,
    ],
    ['irate(aws_ec2_cpuutilization_average[5m])', `1:7 ${gauge('aws_ec2_cpuutilization_average')}`],
    ['rate(aws_ec2_cpuutilization_maximum[5m])', `1:6 ${gauge('aws_ec2_cpuutilization_maximum')}`],
    ['rate(aws_ec2_cpuutilization_minimum[5m])', `1:6 ${gauge('aws_ec2_cpuutilization_minimum')}`],
    ['rate(aws_ec2_cpuutilization_samplecount[5m])', `1:6 ${gauge('aws_ec2_cpuutilization_samplecount')}`],
    // A rate of a sum counts restarts as traffic.
    ['rate(sum(up)[5m:15s])', `1:6 ${sum}`],
    ['increase(sum by (pod) (up)[5m:])', `1:10 ${sum}`],
    ['rate((sum(up))[5m:1m])', `1:7 ${sum}`],
    ['rate(max(sum(up))[5m:1m])', `1:6 ${sum}`],
    // A pattern of names under what drops them.
    ['rate({__name__=~"a|b"}[5m])', `1:7 ${pattern}`],
    ['rate({pod="x", __name__=~"a|b"}[5m])', `1:16 ${pattern}`],
    ['increase({__name__!~"a|b", pod="x"}[5m])', `1:11 ${pattern}`],
    ['rate({__name__ =~ "a|b"}[5m])', `1:7 ${pattern}`],
    // Several in one query.
    ['rate({__name__=~"a|b"}[30s])', `1:24 ${range('30s')}`, `1:7 ${pattern}`],
    ['rate(aws_x_y_sum[30s])', `1:18 ${range('30s')}`, `1:6 ${gauge('aws_x_y_sum')}`],
    // Quantiles hide clusters.
    ['histogram_quantile(0.99, sum by (le) (rate(up[5m])))', `1:1 ${quantile}`],
    ['1 + histogram_quantile(0.99, rate(up[30s]))', `1:5 ${quantile}`, `1:38 ${range('30s')}`],
  ])('%s', (query, ...said) => {
    expect(lint(query)).toEqual(said.map((one) => `x.md:${one}`));
  });
});

describe('what is fine', () => {
  test.each([
    'rate(up[1m])',
    'rate(up[60s])',
    'rate(up[5m])',
    'rate(up[1h])',
    'increase(up[$window])',
    'rate(up[ $recent ])',
    'rate(up{pod=~"$pods", namespace="$namespace"}[$window])',
    // A short range hurts only what counts.
    'max_over_time(up[30s])',
    'up[30s]',
    'sum_over_time(aws_natgateway_error_port_allocation_sum[5m])',
    'aws_natgateway_error_port_allocation_sum',
    'rate(aws_requests_total[5m])',
    'rate(my_aws_ec2_cpu_sum[5m])',
    'rate(http_request_duration_seconds_sum[5m])',
    'rate(aws_ec2_sum_total[5m])',
    'sum(rate(up[5m]))',
    'max_over_time(sum(rate(up[5m]))[1h:1m])',
    'rate(up[5m:1m])',
    'max_over_time(sum(up)[5m:15s])',
    '{__name__=~"a|b"}',
    'max_over_time({__name__=~"a|b"}[5m])',
    'rate({__name__="a"}[5m])',
    'rate({__name__!="a"}[5m])',
    'rate(up{name=~"a|b"}[5m])',
    'rate(up{x="__name__=~"}[5m])',
    'quantile(0.9, up)',
    'quantile_over_time(0.9, up[5m])',
    'label_replace(rate(up[5m]), "a", "$1", "b", "(.*)")',
    '',
  ])('%s', (query) => {
    expect(lint(query)).toEqual([]);
  });

  test('a quantile in a chart, but not what else is wrong there', () => {
    expect(lint('histogram_quantile(0.99, rate(up[5m]))', 'allowed')).toEqual([]);
    expect(lint('histogram_quantile(0.99, rate(up[30s]))', 'allowed')).toEqual([`x.md:1:34 ${range('30s')}`]);
  });
});
