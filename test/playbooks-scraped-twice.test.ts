import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countedOnce } from '../core/playbook/promql-once.ts';
import { startPrometheus } from '../sim/world/prometheus.ts';
import { remoteWrite } from '../sim/world/remote-write.ts';
import { createMetricsReader } from '../workers/adapters/prometheus.ts';

const once = Date.UTC(2001, 0, 1) / 1000;
const twice = once + 7200;
const scraper = { job: 'a' };
const another = { job: 'b', prometheus: 'm/b', prometheus_replica: 'b-1', replica: '1', __replica__: '1' };

/** By what each grows from scrape to scrape; it begins with as much. */
const growth: readonly (readonly [Readonly<Record<string, string>>, number])[] = [
  [{ __name__: 'load', instance: 'i1', mode: 'x' }, 1],
  [{ __name__: 'load', instance: 'i1', mode: 'y' }, 2],
  [{ __name__: 'load', instance: 'i2', mode: 'x' }, 4],
  [{ __name__: 'limit', instance: 'i1' }, 8],
  [{ __name__: 'limit', instance: 'i2' }, 16],
  [{ __name__: 'info', instance: 'i1', node: 'n1' }, 0],
  [{ __name__: 'info', instance: 'i2', node: 'n2' }, 0],
  [{ __name__: 'bucket', instance: 'i1', le: '1' }, 3],
  [{ __name__: 'bucket', instance: 'i1', le: '+Inf' }, 5],
  [{ __name__: 'bucket', instance: 'i2', le: '1' }, 1],
  [{ __name__: 'bucket', instance: 'i2', le: '+Inf' }, 9],
];

let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
beforeAll(async () => {
  prometheus = await startPrometheus({ targets: [], receives: true });
  await scrape(once, growth, scraper);
  await scrape(twice, growth, scraper);
  // Only one of the targets: a ratio of sums would not notice if all were there twice.
  const some = growth.filter(([{ instance }]) => instance === 'i1');
  await scrape(twice, some, another);
});
afterAll(() => prometheus.close());

async function scrape(until: number, what: typeof growth, labels: typeof scraper): Promise<void> {
  const series = what.map(([own, step]) => ({
    labels: { ...own, ...labels },
    samples: Array.from({ length: 81 }, (_, i): [number, number] => [until - 1200 + 15 * i, step * i + 1]),
  }));
  await remoteWrite(prometheus.url, series);
}

/** Without the names of metrics, which do not outlive a calculation, and without who scraped. */
async function ask(query: string, at: number): Promise<unknown[]> {
  const reader = createMetricsReader({ url: prometheus.url });
  const answered = await reader.instant(query, at, AbortSignal.timeout(20_000));
  return answered
    .map(({ labels, points }) => ({
      labels: Object.entries(labels)
        .filter(([name]) => name !== '__name__' && !(name in another))
        .sort(),
      values: points.map(([, value]) => value),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('a query that would answer otherwise, or not at all, where a target is scraped twice', () => {
  test.each([
    'load',
    '-(load) + 1',
    'load offset 1m',
    'sum(load)',
    'count(load)',
    'stddev(load and limit or load)',
    'sum by (instance) (increase(load[5m]))',
    'sum by (instance) (load) / on (instance) limit',
    'sum without (mode) (load)',
    'sum without (mode, job) (load)',
    'sum(sum without (mode) (load))',
    'sum by (mode) (rate(load[5m] offset 1m) > 0)',
    'sum(load @ end())',
    'sum(max_over_time(load[5m:1m]))',
    'sum_over_time(sum(load)[5m:1m])',
    'sum(topk(3, load))',
    'topk(3, load)',
    'avg(load)',
    'quantile(0.25, load)',
    'bottomk by (instance) (2, load)',
    'count_values("value", load)',
    'histogram_quantile(0.2, sum by (le) (rate(bucket[5m])))',
    'histogram_quantile(0.2, rate(bucket[5m]))',
    'vector(scalar(limit{instance="i1"}))',
    'load / on (instance) group_left limit',
    'limit / on (instance) group_right () load',
    'max(load / on (instance) group_left (node) info)',
    'limit + on (instance) info',
    'limit + ignoring (node) info',
    'sum by (node) (limit * on (instance) group_left (node) max by (instance, node) (info))',
    'load and on (instance) info{node="n1"}',
    'load unless on (instance) info{node="n2"}',
    'load or limit',
    'sum({__name__="load"})',
  ])('%s', async (query) => {
    const expected = await ask(query, once);
    expect(expected).not.toEqual([]);
    await expect(ask(query, twice).catch(() => [])).resolves.not.toEqual(expected);
    expect(await ask(countedOnce(query), twice)).toEqual(expected);
    expect(await ask(countedOnce(query), once)).toEqual(expected);
  });
});

describe('a query that answers alike anyway is left alone', () => {
  test.each([
    'max by (instance) (load)',
    'min(load)',
    'count(group by (instance) (load))',
    'max by (node) (load * on (instance) group_left (node) max by (instance, node) (info))',
    'sum by (node) (max by (instance) (limit) * on (instance) group_left (node) max by (instance, node) (info))',
    'max by (instance) (load) and on (instance) info',
    'absent(nothing)',
    'vector(1)',
    '1 + 2',
  ])('%s', async (query) => {
    expect(countedOnce(query)).toBe(query);
    expect(await ask(query, twice)).toEqual(await ask(query, once));
  });
});
