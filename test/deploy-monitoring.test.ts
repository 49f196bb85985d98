import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { netcheckProcesses } from '../core/metrics.ts';
import { metricsIn } from '../core/playbook/promql-metrics.ts';
import { Metrics } from '../platform/metrics.ts';
import { findBinary } from '../sim/world/processes.ts';
import { read, root } from './support/repository.ts';
import { readExposition } from './support/scrape.ts';

const alertsFile = 'deploy/prometheus-alerts.yaml';

const { groups } = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        name: z.string(),
        rules: z.array(
          z.strictObject({
            alert: z.string(),
            expr: z.string(),
            for: z.string().optional(),
            labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
            annotations: z.strictObject({ summary: z.string(), description: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(read(alertsFile)));
const rules = groups.flatMap((group) => group.rules);

const dashboard = z
  .looseObject({
    title: z.literal('netcheck'),
    panels: z.array(
      z.looseObject({
        id: z.int(),
        title: z.string(),
        description: z.string(),
        gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
        targets: z.array(z.looseObject({ expr: z.string() })).min(1),
      }),
    ),
  })
  .parse(JSON.parse(read('deploy/grafana-dashboard.json')));

/** What Grafana puts in the place of its own variables. */
const filledIn = (expr: string): string => expr.replaceAll(/\$__(?:rate_interval|range)\b/g, '5m');
const dashboardQueries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }): [string, string] => [title, filledIn(expr)]),
);

/** Every series that some process can show; counters with open labels have none yet. */
let known: ReadonlySet<string>;
beforeAll(async () => {
  const names = await Promise.all(
    netcheckProcesses.map(async (process) => {
      const metrics = new Metrics(process);
      metrics.watchProcess();
      const text = await metrics.exposition();
      const declared = [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge)$/gm)].map(([, name = '']) => name);
      return [...declared, ...readExposition(text).names];
    }),
  );
  known = new Set(names.flat());
});

describe.each([
  ['the alerts', rules.map(({ alert, expr }): [string, string] => [alert, expr])],
  ['the dashboard', dashboardQueries],
])('%s', (_name, queries) => {
  test.each(queries)('%s asks only for metrics that there are', (_title, expr) => {
    const names = metricsIn(expr);
    if (names === undefined) throw new Error('it asks for some by a pattern');
    expect(names.size).toBeGreaterThan(0);
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  test('has a dozen panels or so, each with a place and a name of its own', () => {
    const { panels } = dashboard;
    expect(panels.length).toBeGreaterThanOrEqual(12);
    const distinct = (values: readonly unknown[]) =>
      new Set(values.map((value) => JSON.stringify(value))).size;
    expect(distinct(panels.map(({ id }) => id))).toBe(panels.length);
    expect(distinct(panels.map(({ title }) => title))).toBe(panels.length);
    expect(distinct(panels.map(({ gridPos }) => gridPos))).toBe(panels.length);
    for (const { gridPos, description } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(description).not.toBe('');
    }
  });

  test('shows every metric of netcheck', () => {
    const shown = new Set(dashboardQueries.flatMap(([, expr]) => [...(metricsIn(expr) ?? [])]));
    const base = new Set([...shown].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    const ours = [...known].filter((name) => name.startsWith('netcheck_'));
    const missing = ours.filter((name) => !base.has(name.replace(/_(bucket|sum|count)$/, '')));
    expect(missing).toEqual([]);
  });
});

describe('the alerts', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'netcheck-alerts-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const promtool = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(await findBinary('promtool', 'prometheus'), args)).stdout;

  test('are rules to Prometheus', async () => {
    expect(await promtool('check', 'rules', join(root, alertsFile))).toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
  });

  test('are explained in the documentation', () => {
    const page = read('docs/operations.md');
    expect(rules.filter(({ alert }) => !page.includes(`\`${alert}\``))).toEqual([]);
  });

  const depth = (queue: string) => `netcheck_queue_oldest_waiting_seconds{queue="${queue}",instance="bot:1"}`;
  const event = (happening: string) =>
    `netcheck_remediation_events_total{happening="${happening}",kind="scale"}`;

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['NetcheckQueueStuck', 'a queue that nobody empties', { [depth('gather')]: '0+60x30' }],
    ['', 'probes that wait for one another', { [depth('probe')]: '0+20x30' }],
    ['', 'a job that waits for a moment', { [depth('follow')]: '0 0 700 0 0 700 0x24' }],
    [
      'NetcheckQueuesUnseen',
      'a process that does not reach Redis',
      { 'netcheck_follow_jobs{instance="bot:1"}': '0x30' },
    ],
    [
      '',
      'one that does',
      {
        'netcheck_follow_jobs{instance="bot:1"}': '0x30',
        'netcheck_queue_jobs{instance="bot:1",queue="follow",state="waiting"}': '0x30',
      },
    ],
    ['NetcheckChangeUncertain', 'the first undo that failed', { [event('undo-failed')]: '0x20 1x10' }],
    ['', 'a change that was made', { [event('applied')]: '0x20 1x10' }],
    [
      'NetcheckInvestigationsDoNotEnd',
      'investigations that begin only',
      {
        netcheck_investigation_wait_seconds_count: '0+1x30',
        'netcheck_investigation_duration_seconds_count{phase="ended"}': '0x30',
        'netcheck_queue_jobs{queue="follow"}': '0x30',
      },
    ],
    [
      'NetcheckMayNotLook',
      'a right that is missing',
      {
        'netcheck_evidence_unavailable_total{source="cluster",reason="forbidden"}': '0x20 1x10',
        'netcheck_evidence_unavailable_total{source="promql",reason="no-data"}': '0+9x30',
      },
    ],
    [
      'NetcheckSlackRefuses',
      'calls that fail again and again',
      { 'netcheck_slack_errors_total{method="chat.update",error="fatal_error"}': '0+1x30' },
    ],
  ])('say %p of %s', async (alert, name, series) => {
    const file = join(dir, `${name}.yaml`);
    const fires = rules.map((rule) => ({ rule, fires: rule.alert === alert }));
    const case_ = {
      rule_files: [join(root, alertsFile)],
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
          promql_expr_test: fires.map(({ rule, fires: does }) => ({
            expr: `count(ALERTS{alertname="${rule.alert}",alertstate="firing"}) > 0 or vector(0)`,
            eval_time: '29m',
            exp_samples: [{ labels: '{}', value: does ? 1 : 0 }],
          })),
        },
      ],
    };
    await writeFile(file, stringify(case_));
    expect(await promtool('test', 'rules', file)).toContain('SUCCESS');
  });
});
