import { describe, expect, test } from '@jest/globals';
import { expositionAt, openMetricsHistory } from '../../../sim/world/exposition.ts';
import { worldManifests } from '../../../sim/world/manifests/manifests.ts';
import { existsAt } from '../../../sim/world/pods.ts';
import { scenarios } from '../../../sim/world/scenarios.ts';
import type { Series } from '../../../sim/world/series.ts';
import { modelOf } from '../../../sim/world/world.ts';
import { worldNames } from '../../../sim/world/worlds.ts';

const startedAt = 1_790_000_000;
const times = Array.from({ length: 45 }, (_, i) => -3600 + i * 95);

function identity({ name, labels }: Series): string {
  return `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}

describe.each(worldNames)('world %s', (name) => {
  const model = modelOf(name, startedAt);

  test('is the same each time', () => {
    const again = modelOf(name, startedAt);
    expect(expositionAt(again.series, -1234)).toBe(expositionAt(model.series, -1234));
    expect(worldManifests(again.plan, startedAt)).toEqual(worldManifests(model.plan, startedAt));
  });

  test('shows each series once', () => {
    const all = model.series.map(identity);
    expect(repeated(all)).toEqual([]);
  });

  test('counts upwards only, whatever the type says', () => {
    const cumulative = model.series.filter(
      ({ type, name: of }) => type === 'counter' || type === 'histogram' || of.includes('_stat_'),
    );
    expect(cumulative.length).toBeGreaterThan(1000);
    const fallen = cumulative.filter(({ at }) =>
      times.some(
        (t, i) => (at(t) ?? 0) < (i === 0 ? 0 : (at(times[i - 1] ?? t) ?? 0)) && at(t) !== undefined,
      ),
    );
    expect(fallen.map(identity)).toEqual([]);
  });

  test('has histograms whose buckets rise to the count, and whose sum lies between the bounds', () => {
    const groups = Map.groupBy(
      model.series.filter(({ type }) => type === 'histogram'),
      ({ family, labels: { le: _le, ...labels } }) => `${family} ${JSON.stringify(labels)}`,
    );
    expect(groups.size).toBeGreaterThan(20);
    const faulty = [-3600, -1234, 0, 600].flatMap((t) =>
      [...groups].filter(([, members]) => {
        const part = (suffix: string): (number | undefined)[] =>
          members.filter(({ name: of }) => of.endsWith(suffix)).map(({ at }) => at(t));
        const buckets = part('_bucket');
        const [count] = part('_count');
        const [sum] = part('_sum');
        if (count === undefined || sum === undefined) {
          return [...buckets, count, sum].some((value) => value !== undefined);
        }
        const rises = buckets.every((value, k) => value !== undefined && value >= (buckets[k - 1] ?? 0));
        return !rises || buckets.at(-1) !== count || sum < 0 || sum > (count + 1) * 10;
      }),
    );
    expect(faulty.map(([group]) => group)).toEqual([]);
  });

  test('gives no address twice', () => {
    const pods = model.plan.workloads.flatMap((workload) => workload.pods).filter((pod) => existsAt(pod, 0));
    const addresses = [
      ...pods.filter(({ hostNetwork }) => !hostNetwork).map(({ ip }) => ip),
      ...model.plan.nodes.map(({ ip }) => ip),
      ...model.plan.services.map(({ clusterIp }) => clusterIp),
    ];
    expect(repeated(addresses)).toEqual([]);
  });
});

test('labels are escaped, and a series that is not shown has no line', () => {
  const quoted: Series = {
    family: 'x',
    name: 'x',
    type: 'gauge',
    help: 'An x.',
    labels: { path: 'a"b\\c\nd', empty: '' },
    at: (t) => (t < 0 ? undefined : 1.5),
  };
  expect(expositionAt([quoted], 0)).toBe('# HELP x An x.\n# TYPE x gauge\nx{path="a\\"b\\\\c\\nd"} 1.5\n');
  expect(expositionAt([quoted], -1)).not.toContain('1.5');
});

test('history: a state at rest is written once a minute, a counter at every step', () => {
  const like = { help: '', labels: { a: 'b' }, at: () => 0 };
  const lines = [
    ...openMetricsHistory(
      [
        { ...like, family: 'resting', name: 'resting', type: 'gauge' },
        { ...like, family: 'counted', name: 'counted', type: 'counter' },
      ],
      { startedAt, seconds: 120, stepSeconds: 15 },
    ),
  ].join('');
  expect(lines.match(/^resting/gm)).toHaveLength(3);
  expect(lines.match(/^counted/gm)).toHaveLength(9);
  expect(lines.endsWith('# EOF\n')).toBe(true);
  expect(lines).toContain(`resting{a="b"} 0 ${startedAt}\n`);
});

test('every scenario asks for a service that its world has, by an id of its own', () => {
  expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  for (const { world, namespace, service } of scenarios) {
    const { services } = modelOf(world, startedAt).plan;
    expect(services).toContainEqual(expect.objectContaining({ namespace, name: service }));
  }
});

test('a healed service stops failing at that moment, and keeps what it counted', () => {
  const model = modelOf('production', startedAt);
  const failures = model.series.filter(
    ({ name, labels }) =>
      name === 'nginx_ingress_controller_requests' &&
      labels['service'] === 'payments' &&
      labels['status'] === '502',
  );
  const count = (t: number): number => failures.reduce((total, { at }) => total + (at(t) ?? 0), 0);
  expect(count(60)).toBeGreaterThan(count(0));
  const beforeHealing = count(30);
  model.heal('payments', 30);
  expect(count(60)).toBe(beforeHealing);
  expect(count(3000)).toBe(beforeHealing);
  const shown = model.series.filter(
    ({ name, labels, at }) =>
      name === 'kube_endpointslice_ports' &&
      labels['endpointslice']?.startsWith('payments-') === true &&
      at(60) === 1,
  );
  expect(shown.map(({ labels }) => labels['port_number'])).toEqual(['8080']);
});
