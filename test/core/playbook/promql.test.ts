import { describe, expect, test } from '@jest/globals';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';
import { checkQuery, fillQuery, recentSeconds } from '../../../core/playbook/promql.ts';
import type { Target } from '../../../core/target.ts';

function problemsOf(text: string): string[] {
  const problems = new Problems('x.md');
  checkQuery({ text, line: 1, column: 1 }, problems);
  return problems.found.map(formatProblem);
}

describe('checkQuery', () => {
  test.each([
    'up',
    'up{service="$service", namespace="$namespace"}',
    'up{service= "$service"}',
    'up{service=~"$service-.*"}',
    'up{service=~ "$service"}',
    'up{pod=~ "$pods"}',
    'up{service="$far", other=~"$far-.*"}',
    'up{pod=~"$pods", node=~"$nodes"}',
    'up{pod=~"a|$pods|b"}',
    'rate(up[$window]) + rate(up[ $recent])',
    'rate(up[$window:15s])',
    // What a group matched is no parameter.
    'label_replace(up, "to", "$1", "from", "(.*)")',
    'label_replace(up, "to", "$12", "from", "(.*)")',
  ])('%s is right', (query) => {
    expect(problemsOf(query)).toEqual([]);
  });

  const names = '$service, $namespace, $far, $pods, $nodes, $window, $recent';

  test.each([
    // Names nobody fills in; nothing else is said of such a query, as it cannot be read.
    ['up{a="$srvice"', [`1:7 Unexpected $srvice, expected one of ${names}`]],
    ['up{a="$SERVICE"}', [`1:7 Unexpected $SERVICE, expected one of ${names}`]],
    ['up{a="$_x"}', [`1:7 Unexpected $_x, expected one of ${names}`]],
    ['up{a="$toString"}', [`1:7 Unexpected $toString, expected one of ${names}`]],
    [
      'up{a="$one"}\nand up{b="$two"}',
      [`1:7 Unexpected $one, expected one of ${names}`, `2:11 Unexpected $two, expected one of ${names}`],
    ],
    // A text is escaped for a whole value, or within a pattern.
    [
      'up{a="$service-x"} or up{a="x-$service"}',
      ['1:31 Unexpected place of $service, expected as the whole value, as in label="$service"'],
    ],
    [
      'up{a!="$service"}',
      ['1:8 Unexpected place of $service, expected as the whole value, as in label="$service"'],
    ],
    [
      'up{a!~"$service"}',
      ['1:8 Unexpected place of $service, expected as the whole value, as in label="$service"'],
    ],
    [
      'up{a="b", c="d=$namespace"}',
      ['1:16 Unexpected place of $namespace, expected as the whole value, as in label="$namespace"'],
    ],
    [
      'up{a=~"b", c="d-$service"}',
      ['1:17 Unexpected place of $service, expected as the whole value, as in label="$service"'],
    ],
    ['up{a="x-$far"}', ['1:9 Unexpected place of $far, expected as the whole value, as in label="$far"']],
    // Several names only within a pattern.
    ['up{pod="$pods"}', ['1:9 Unexpected place of $pods, expected under =~, as in label=~"$pods"']],
    ['up{pod!~"$pods"}', ['1:10 Unexpected place of $pods, expected under =~, as in label=~"$pods"']],
    ['up{a=~"b", c="$nodes"}', ['1:15 Unexpected place of $nodes, expected under =~, as in label=~"$nodes"']],
    // A duration only in brackets.
    ['up{a="$window"}', ['1:7 Unexpected place of $window, expected in brackets, as in [$window]']],
    ['up offset $recent', ['1:11 Unexpected place of $recent, expected in brackets, as in [$recent]']],
    ['rate(up[1h:$window])', ['1:12 Unexpected place of $window, expected in brackets, as in [$window]']],
  ])('%s is wrong', (query, said) => {
    expect(problemsOf(query)).toEqual(said.map((one) => `x.md:${one}`));
  });

  test.each([
    ['', '1:1 Unexpected end, expected PromQL'],
    ['sum(up', '1:7 Unexpected end, expected PromQL'],
    // Behind parameters that are longer, and shorter, than what stands in for them.
    ['up{a=~"$pods|$namespace"} )', '1:27 Unexpected ")", expected PromQL'],
    ['rate(up{a="$namespace"}[$window]) )', '1:35 Unexpected ")", expected PromQL'],
    ['sum by "a ', '1:8 Unexpected ""a", expected PromQL'],
    ['up )\nor up )', '1:4 Unexpected ")", expected PromQL'],
  ])('%j does not parse, which is said once and at its place', (query, said) => {
    expect(problemsOf(query)).toEqual([`x.md:${said}`]);
  });
});

const target: Target = {
  service: 'a.b',
  namespace: 'n"s',
  pods: [
    { name: 'p.1', ready: true },
    { name: 'p2', ready: false },
  ],
  nodes: ['node-a', 'node-b'],
  gaps: [],
  destination: 'pay.shop.svc:443',
};

describe('fillQuery', () => {
  test.each([
    ['up{s="$service", n="$namespace"}', 'up{s="a.b", n="n\\"s"}'],
    ['up{s=~"$service"}', 'up{s=~"a\\\\.b"}'],
    ['up{s=~  "x|$service|$service"}', 'up{s=~  "x|a\\\\.b|a\\\\.b"}'],
    ['up{s=~"x", t="$service"}', 'up{s=~"x", t="a.b"}'],
    ['up{s=~"\\"$service"}', 'up{s=~"\\"a\\\\.b"}'],
    ['up{p=~"$pods", n=~"$nodes"}', 'up{p=~"p\\\\.1|p2", n=~"node-a|node-b"}'],
    ['rate(up[$window]) / rate(up[$recent])', 'rate(up[1h]) / rate(up[5m])'],
    ['up{s="$1", t="$other"}', 'up{s="$1", t="$other"}'],
    ['up{s="$far", t=~"$far|x"}', 'up{s="pay", t=~"pay|x"}'],
    ['up{s=~"$other"}', 'up{s=~"$other"}'],
  ])('%s becomes %s', (template, query) => {
    expect(fillQuery(template, target, 3600)).toEqual({ query });
  });

  test.each([
    ['pods', { ...target, pods: [] }],
    ['nodes', { ...target, nodes: [] }],
  ])('asks nothing about %s that the target does not have', (missing, without) => {
    expect(fillQuery('up{p=~"$pods", n=~"$nodes"}', without, 3600)).toEqual({ missing });
    expect(fillQuery('up{s="$service"}', without, 3600)).toEqual({ query: 'up{s="a.b"}' });
  });
});

test.each([
  ['pay', 'pay'],
  ['pay:443', 'pay'],
  ['pay.shop', 'pay'],
  ['pa+y', 'pa\\\\+y'],
  ['pay.shop.svc:443', 'pay'],
  ['pay.shop.svc.cluster.local', 'pay'],
  // Nobody's Service: another "api" of the cluster would answer for it.
  ['api.stripe.com:443', undefined],
  ['10.0.0.5:80', undefined],
  [undefined, undefined],
])('of the far end %j the first part of the name is filled in: %j', (destination, said) => {
  const { service, namespace, pods, nodes, gaps } = target;
  const named = { service, namespace, pods, nodes, gaps, ...(destination !== undefined && { destination }) };
  expect(fillQuery('up{s=~"$far"}', named, 3600)).toEqual(
    said === undefined ? { missing: 'far end that could be a Service' } : { query: `up{s=~"${said}"}` },
  );
});

test.each([
  [60, 60],
  [299, 299],
  [300, 300],
  [3600, 300],
])('of a window of %i s the last %i s count as now', (window, recent) => {
  expect(recentSeconds(window)).toBe(recent);
});
