import { describe, expect, test } from '@jest/globals';
import { metricDefinitions, metricsOf, netcheckProcesses } from '../../core/metrics.ts';
import { Metrics } from '../../platform/metrics.ts';
import { complaints } from '../lab/monitor/support.ts';
import { readExposition, type Scrape } from '../support/scrape.ts';

const shown = async (metrics: Metrics): Promise<Scrape> => readExposition(await metrics.exposition());

describe('definitions', () => {
  test.each(Object.entries(metricDefinitions))('%s says its unit in its name', (name, { type }) => {
    expect(name).toMatch(/^netcheck_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  });

  test('hold no name of a Service and no id in a label', () => {
    const labels = Object.values(metricDefinitions).flatMap((one) => Object.keys(one.labels));
    const known = ['queue', 'state', 'phase', 'kind', 'cause', 'status', 'source', 'reason', 'probe'];
    const more = ['outcome', 'method', 'error', 'happening'];
    expect([...new Set(labels)].sort()).toEqual([...known, ...more].sort());
  });
});

describe.each(netcheckProcesses)('the metrics of a %s', (process) => {
  test('are those that are defined for it, and Prometheus can read them', async () => {
    const { text } = await shown(new Metrics(process));
    const named = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(named).toEqual(metricsOf(process).map(([name]) => name));
    expect(await complaints(text)).toEqual([]);
  });
});

describe('a counter', () => {
  test('begins at zero where its labels are known, so that its first is seen', async () => {
    const metrics = new Metrics('worker');
    const before = await shown(metrics);
    expect(before.sum('netcheck_conclusions_total', { kind: 'narrowed' })).toBe(0);
    expect(before.sum('netcheck_investigation_duration_seconds_count', { phase: 'failed' })).toBe(0);
    expect(before.sum('netcheck_verdicts_total')).toBeUndefined();

    metrics.add('netcheck_conclusions_total', { kind: 'narrowed' });
    metrics.add('netcheck_verdicts_total', { cause: 'snat-port-race', status: 'confirmed' });
    const after = await shown(metrics);
    expect(after.sum('netcheck_conclusions_total', { kind: 'narrowed' })).toBe(1);
    expect(after.sum('netcheck_conclusions_total')).toBe(1);
    expect(after.sum('netcheck_verdicts_total', { cause: 'snat-port-race' })).toBe(1);
  });

  test('that another process has is a mistake', () => {
    const metrics = new Metrics('worker');
    expect(() => metrics.add('netcheck_slack_rate_limits_total', { method: 'chat.update' })).toThrow(
      'this process has no metric netcheck_slack_rate_limits_total',
    );
  });
});

test('a gauge shows what it was told last, and nothing else', async () => {
  const metrics = new Metrics('bot');
  metrics.show('netcheck_queue_oldest_waiting_seconds', [
    [{ queue: 'follow' }, 3],
    [{ queue: 'remediate' }, 1],
  ]);
  metrics.show('netcheck_queue_oldest_waiting_seconds', [[{ queue: 'follow' }, 0]]);
  const { sum } = await shown(metrics);
  expect(sum('netcheck_queue_oldest_waiting_seconds', { queue: 'follow' })).toBe(0);
  expect(sum('netcheck_queue_oldest_waiting_seconds', { queue: 'remediate' })).toBeUndefined();
});
