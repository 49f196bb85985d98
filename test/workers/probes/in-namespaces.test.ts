import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Attempt, Observation } from '../../../core/evidence.ts';
import type { Intrusion, Placement } from '../../../core/probes.ts';
import { isWorse } from '../../../core/statistics/two-arms.ts';
import type { Target } from '../../../core/target.ts';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { dropAll } from '../../../lab/net/faults/drops.ts';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import { placeIn, type Place } from '../../../scripts/bench/probes-place.ts';
import { serveTls, startProxy, tlsPort } from '../../../scripts/bench/probes-proxy.ts';
import type { ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { createProbeCluster } from '../../../workers/adapters/kubernetes-probes.ts';
import { createClusterReader } from '../../../workers/adapters/kubernetes.ts';
import { createLocalProber } from '../../../workers/adapters/local-prober.ts';
import { makeProbe } from '../../../workers/probes/prober.ts';
import { describeInSandbox } from '../../lab/net/support.ts';
import { configFor, image, startShop } from './support/shop.ts';

/*
 * The cluster's kubelet starts probers in the network namespaces of its pods and nodes: `p11` is the pod checkout-1 on
 * node-a (`n1`), a fresh pod there is `p12`.
 */
const ext = '203.0.113.10';
let sandbox: Sandbox;
let place: Place;
let sim: ClusterSim;

describeInSandbox('probes in the namespaces of pods and nodes', () => {
  beforeAll(async () => {
    sandbox = await openSandbox();
    await buildTopology(sandbox, {
      nodes: [{ name: 'n1', ip: '10.0.0.11', podCidr: '10.244.1.0/24' }],
      pods: [
        { name: 'p11', node: 'n1', ip: '10.244.1.11' },
        { name: 'p12', node: 'n1', ip: '10.244.1.12' },
      ],
      hosts: [{ name: 'ext', ip: ext }],
    });
    place = await placeIn(sandbox);
    await serveTls(place);
    sim = await startShop({
      sidecar: true,
      enter: (pod, _container, { hostNetwork }) =>
        sandbox.enter(hostNetwork ? 'n1' : pod.metadata.name === 'checkout-1' ? 'p11' : 'p12'),
    });
  });
  afterAll(async () => {
    await sim.close();
    await sandbox.close();
  });

  async function ask(probe: string, from: readonly Placement[], attempts: number): Promise<Observation> {
    const to = `${ext}:${tlsPort}`;
    const target: Target = {
      namespace: 'shop',
      service: 'checkout',
      pods: [{ name: 'checkout-1', node: 'node-a', ready: true }],
      nodes: ['node-a'],
      mesh: 'linkerd',
      destination: to,
      gaps: [],
    };
    return makeProbe(
      {
        launcher: {
          cluster: createProbeCluster(configFor(sim)),
          local: createLocalProber(),
          image,
          namespace: 'netcheck-probes',
        },
        enabled: new Set<Intrusion>(['own-pod', 'ephemeral', 'node']),
        limits: { perSecond: 2000, probesAtOnce: 1 },
        refuse: [],
        allow: [],
        audit: () => undefined,
      },
      {
        source: 'probe',
        id: `cause/${probe}-${from.join('-')}`,
        title: 'Tries it',
        probe,
        params: { namespace: 'shop', service: 'checkout', to },
        from: [...from],
        attempts,
        first: 0,
      },
      { investigation: 'inv', target, requester: 'U1', reserve: (wanted: number) => Promise.resolve(wanted) },
      createClusterReader(configFor(sim)),
      AbortSignal.timeout(55_000),
    );
  }

  const arm = (
    observation: Observation,
    from: Placement,
  ): { failed: number; of: number; errors: unknown } => {
    if (observation.status !== 'observed') throw new Error(observation.why.detail);
    const own = (observation.attempts ?? []).filter((one: Attempt) => one.from === from);
    const errors = [...new Set(own.flatMap(({ error }) => error ?? []))];
    return { failed: own.filter(({ ok }) => !ok).length, of: own.length, errors };
  };

  it('a sidecar that breaks one handshake in ten does so through it, and not past it in the same pod', async () => {
    const broken = Array.from({ length: 1000 }, (_, index) => index).filter((one) => one % 10 === 3);
    const stop = await startProxy(place, ext, { port: 4140, broken });
    try {
      const probed = await ask('tls', ['target-pod', 'no-proxy', 'pod'], 100);
      const [through, past, other] = [arm(probed, 'target-pod'), arm(probed, 'no-proxy'), arm(probed, 'pod')];
      expect(through).toMatchObject({ of: 100, errors: ['closed'] });
      expect(through.failed).toBeGreaterThanOrEqual(7);
      expect([past, other]).toEqual([
        { failed: 0, of: 100, errors: [] },
        { failed: 0, of: 100, errors: [] },
      ]);
      expect(isWorse(through.failed, through.of, past.failed, past.of)).toBe(true);
    } finally {
      await stop();
    }
  });

  it('what only pods cannot reach, the network of their node can', async () => {
    // As a firewall does that knows the nodes only.
    const undo = await dropAll(sandbox, 'n1', { from: '10.244.1.0/24', to: ext, port: tlsPort });
    try {
      const probed = await ask('tcp', ['pod', 'node'], 5);
      expect(arm(probed, 'pod')).toEqual({ failed: 5, of: 5, errors: ['timeout'] });
      expect(arm(probed, 'node')).toEqual({ failed: 0, of: 5, errors: [] });
    } finally {
      await undo();
    }
  });
});
