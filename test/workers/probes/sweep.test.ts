import { afterEach, expect, it } from '@jest/globals';
import type { ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { createProbeCluster } from '../../../workers/adapters/kubernetes-probes.ts';
import { createLocalProber } from '../../../workers/adapters/local-prober.ts';
import { overAnnotation, probeLabels } from '../../../workers/probes/pod.ts';
import { sweep } from '../../../workers/probes/sweep.ts';
import { configFor, image, probePods, startShop } from './support/shop.ts';

let sim: ClusterSim;
afterEach(() => sim.close());

const now = Date.parse('2026-11-21T12:00:00Z');

function podOf(name: string, namespace: string, overInSeconds: number, labels: object = probeLabels): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels,
      annotations: { [overAnnotation]: String(now + overInSeconds * 1000) },
    },
    spec: { nodeName: 'node-a', containers: [{ name: 'prober', image: 'other' }] },
  });
}

it('takes away what should be over, and nothing else', async () => {
  sim = await startShop();
  for (const manifest of [
    podOf('over', 'netcheck-probes', -60),
    podOf('over-on-a-node', 'netcheck-probes-node', -60),
    podOf('still-read', 'netcheck-probes', -5),
    podOf('under-way', 'netcheck-probes', 30),
    podOf('not-ours', 'netcheck-probes', -60, { 'app.kubernetes.io/name': 'netcheck' }),
  ])
    sim.apply(manifest);
  const launcher = {
    cluster: createProbeCluster(configFor(sim)),
    local: createLocalProber(),
    image,
    namespace: 'netcheck-probes',
  };
  const swept = await sweep(launcher, now, AbortSignal.timeout(10_000));
  expect(swept).toEqual(['over', 'over-on-a-node']);
  expect([...probePods(sim)].sort()).toEqual(['not-ours', 'still-read', 'under-way']);
});

it('minds no namespace that is not there', async () => {
  sim = await startShop();
  const launcher = {
    cluster: createProbeCluster(configFor(sim)),
    local: createLocalProber(),
    image,
    namespace: 'elsewhere',
  };
  await expect(sweep(launcher, now, AbortSignal.timeout(10_000))).resolves.toEqual([]);
});
