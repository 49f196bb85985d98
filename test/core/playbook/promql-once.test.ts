import { describe, expect, test } from '@jest/globals';
import { countedOnce } from '../../../core/playbook/promql-once.ts';

/** `MAX` stands for what is said of all labels of who scraped. */
const all = 'max without (job, prometheus, prometheus_replica, replica, __replica__)';
const written = (query: string): string => countedOnce(query).replaceAll(all, 'MAX');

describe('of series that differ only in who scraped, the largest counts', () => {
  test.each([
    ['around what is summed', 'sum(increase(x[5m]))', 'sum(MAX (increase(x[5m])))'],
    ['or counted', 'count by (pod) (x{a="b"})', 'count by (pod) (MAX (x{a="b"}))'],
    ['or averaged', 'avg by (pod) (x)', 'avg by (pod) (MAX (x))'],
    ['with the modifier behind', 'sum(x) by (pod)', 'sum(MAX (x)) by (pod)'],
    ['whatever the case of letters', 'SUM BY (pod) (x)', 'SUM BY (pod) (MAX (x))'],
    ['once around a whole calculation', 'sum by (a) (x / y)', 'sum by (a) (MAX (x / y))'],
    ['with the brackets that are there', 'sum((x - y) / 2 * (z))', 'sum(MAX ((x - y) / 2 * (z)))'],
    ['and no second ones', 'sum((x - y))', 'sum(MAX (x - y))'],
    ['the last argument', 'quantile(0.5, x)', 'quantile(0.5, MAX (x))'],
    ['before some are picked', 'topk(3, x)', 'topk(3, MAX (x))'],
    ['also within brackets', 'sum((bottomk(3, x)))', 'sum((bottomk(3, MAX (x))))'],
    [
      'in every piece',
      'sum(x) - (sum(y) or 0 * sum(z))',
      'sum(MAX (x)) - (sum(MAX (y)) or 0 * sum(MAX (z)))',
    ],
    ['within a subquery', 'max_over_time(sum(x)[5m:1m])', 'max_over_time(sum(MAX (x))[5m:1m])'],
    ['around an answer that rules would count', 'rate(x[5m]) > 1', 'MAX (rate(x[5m]) > 1)'],
    ['of either side', 'sum(a) or b', 'MAX (sum(MAX (a)) or b)'],
    [
      'around the one that many are matched with',
      'max(a * on (i) group_left b)',
      'max(a * on (i) group_left MAX (b))',
    ],
    ['on the left as well', 'max(a * on (i) group_right b)', 'max(MAX (a) * on (i) group_right b)'],
    ['on both sides', 'a / on (i) b', 'MAX (a) / on (i) MAX (b)'],
    ['before scalar', 'vector(scalar(a))', 'vector(scalar(MAX (a)))'],
  ])('%s', (_, query, expected) => {
    expect(written(query)).toBe(expected);
  });
});

describe('what needs nothing stays as it is', () => {
  test.each([
    '',
    '1',
    'time()',
    'vector(1)',
    'absent(x)',
    'absent_over_time(x[5m])',
    'max by (a) (x / y)',
    'min(x)',
    'group(x)',
    'max(topk(1, max(x)))',
    'max by (a) (x) and on (a) y',
    'max by (a) (x) unless on (a) y',
    'sum by (node) (max by (a) (x) * on (a) group_left (node) max by (a, node) (y))',
    // Nothing that max takes.
    'x[5m]',
    '(x[5m] offset 1m)',
    'x[5m:1m]',
    'x[5m] @ end()',
  ])('%s', (query) => {
    expect(countedOnce(query)).toBe(query);
  });

  test.each([
    ['several metrics at once, which max would not tell apart', '{__name__=~"a|b"}'],
    ['or none named', 'count({pod="x"})'],
    ['native histograms, of which max takes none', 'max(histogram_count(sum(rate(x[5m]))))'],
  ])('%s', (_, query) => {
    expect(countedOnce(query)).toBe(query);
  });

  test('but one metric can be named by its label, and a histogram have buckets', () => {
    expect(written('sum({__name__="x"})')).toBe('sum(MAX ({__name__="x"}))');
    expect(written('max(histogram_quantile(0.9, sum by (le) (x)))')).toBe(
      'max(histogram_quantile(0.9, sum by (le) (MAX (x))))',
    );
  });
});

describe('a label that a query tells series apart by is kept', () => {
  const rest = 'max without (prometheus, prometheus_replica, replica, __replica__)';

  test.each([
    ['sum by (job) (x)', `sum by (job) (${rest} (x))`],
    ['sum by ("job") (x)', `sum by ("job") (${rest} (x))`],
    ['sum(x) - on () sum by (a, job) (y)', `sum(${rest} (x)) - on () sum by (a, job) (${rest} (y))`],
    ['sum(x * on (job) max by (job) (y))', `sum(${rest} (x) * on (job) max by (job) (y))`],
    ['max(x * on (a) group_left (job) y)', `max(x * on (a) group_left (job) ${rest} (y))`],
    ['sum(x{job=~"a|b"})', `sum(${rest} (x{job=~"a|b"}))`],
    ['sum(x{job!="a"})', `sum(${rest} (x{job!="a"}))`],
    ['sum(x{"job"!~"a|b"})', `sum(${rest} (x{"job"!~"a|b"}))`],
    [
      'sum(label_replace(x, "a", "$1", "job", "(.*)"))',
      `sum(${rest} (label_replace(x, "a", "$1", "job", "(.*)")))`,
    ],
    ['sum(label_join(x, "job", "", "a"))', `sum(${rest} (label_join(x, "job", "", "a")))`],
    // Summed up by job when it was recorded.
    ['sum(job:x:rate5m)', `sum(${rest} (job:x:rate5m))`],
    ['sum(pod_job:x:rate5m)', `sum(${rest} (pod_job:x:rate5m))`],
  ])('%s', (query, expected) => {
    expect(countedOnce(query)).toBe(expected);
  });

  test.each([
    ['a single value of it', 'sum(x{job="a"})', 'sum(MAX (x{job="a"}))'],
    ['a value that reads like it', 'sum(x{a=~"job", b="job"})', 'sum(MAX (x{a=~"job", b="job"}))'],
    ['a label that begins like it', 'sum by (job_name) (x)', 'sum by (job_name) (MAX (x))'],
    ['a metric that was recorded without it', 'sum(pod:job_x:rate5m)', 'sum(MAX (pod:job_x:rate5m))'],
  ])('not for %s', (_, query, expected) => {
    expect(written(query)).toBe(expected);
  });
});

describe('what drops only some labels merges only these, and there', () => {
  test.each([
    [
      'sum without (le, job) (x) > 0',
      'max without (prometheus, prometheus_replica, replica, __replica__) (sum without (le, job) (max without (job) (x)) > 0)',
    ],
    ['max(sum without (le) (x) / y)', 'max(sum without (le) (x) / y)'],
    ['max(x / ignoring (job, a) y)', 'max(max without (job) (x) / ignoring (job, a) max without (job) (y))'],
    ['sum(sum without (a) (x) / ignoring (le) y)', 'sum(MAX (sum without (a) (x) / ignoring (le) y))'],
    [
      'x - ignoring (replica) y',
      'max without (job, prometheus, prometheus_replica, __replica__) (max without (replica) (x) - ignoring (replica) max without (replica) (y))',
    ],
  ])('%s', (query, expected) => {
    expect(written(query)).toBe(expected);
  });
});
