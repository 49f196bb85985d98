/** A test process that can be killed hard: starts a cluster with one real container, and says its pid. */
import { startCluster } from '../../../../sim/cluster/start-cluster.ts';
import { nodes, shop } from '../manifests.ts';
import { container, runner } from './pods.ts';

const sim = await startCluster({ manifests: [nodes, shop], runners: [runner] });
sim.logs.follow({ namespace: 'shop', pod: 'held', container: 'probe' }, ([line]) => {
  process.stdout.write(`${line?.text ?? ''}\n`);
});
sim.apply(
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'held', namespace: 'shop' },
    spec: { containers: [container(['stubborn'])] },
  }),
);
