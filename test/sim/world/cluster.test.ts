import { afterEach, describe, expect, test } from '@jest/globals';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { healedBy } from '../../../sim/world/healing.ts';
import { worldManifests } from '../../../sim/world/manifests/manifests.ts';
import type { Series } from '../../../sim/world/series.ts';
import { modelOf, type Model } from '../../../sim/world/world.ts';
import { worldNames, type WorldName } from '../../../sim/world/worlds.ts';

const startedAt = Math.floor(Date.now() / 1000);
let cluster: ClusterSim | undefined;
afterEach(() => cluster?.close());

async function start(name: WorldName): Promise<{ model: Model; cluster: ClusterSim }> {
  const model = modelOf(name, startedAt);
  cluster = await startCluster({ manifests: worldManifests(model.plan, startedAt) });
  return { model, cluster };
}

function shown(model: Model, name: string): Series[] {
  return model.series.filter((series) => series.name === name && series.at(0) === 1);
}

function names(sim: ClusterSim, resource: string): string[] {
  return sim.objects
    .list(resource)
    .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)
    .sort();
}

describe.each(worldNames)('the manifests of %s, in the stand-in for a cluster', (name) => {
  test('stay what the metrics tell of: the same pods, the same EndpointSlices', async () => {
    const { model, cluster: sim } = await start(name);
    const of = (metric: string, label: string): string[] =>
      shown(model, metric)
        .map(({ labels }) => `${labels['namespace'] ?? ''}/${labels[label] ?? ''}`)
        .sort();
    expect(names(sim, 'pods')).toEqual(of('kube_pod_info', 'pod'));
    expect(names(sim, 'endpointslices.discovery.k8s.io')).toEqual(
      of('kube_endpointslice_info', 'endpointslice'),
    );
    const addresses = sim.objects
      .list('endpointslices.discovery.k8s.io')
      .flatMap((slice) => (slice as unknown as { endpoints?: { addresses: string[] }[] }).endpoints ?? [])
      .flatMap((endpoint) => endpoint.addresses);
    expect(addresses.sort()).toEqual(
      shown(model, 'kube_endpointslice_endpoints')
        .map(({ labels }) => labels['address'] ?? '')
        .sort(),
    );
  });
});

test('a patched Service heals, an untouched one does not', async () => {
  const { cluster: sim } = await start('production');
  const healed: string[] = [];
  sim.objects.subscribe(({ after }) => {
    const service = healedBy(after);
    if (service !== undefined) {
      healed.push(service);
    }
  });
  const services = sim.objects.list('services');
  expect(services.map(healedBy).filter((service) => service !== undefined)).toEqual([]);

  const patch = (name: string, spec: object): void =>
    void sim.objects.change({ resource: 'services', namespace: 'shop', name }, (object) => ({
      ...object,
      spec: { ...(object.spec as object), ...spec },
    }));
  patch('cart', { selector: {} });
  patch('cart', { selector: { app: 'cart-v2' } });
  patch('payments', { ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }] });
  patch('catalog', { selector: { app: 'something-else' } });
  expect(healed).toEqual(['cart', 'payments']);
});
