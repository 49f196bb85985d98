import { createServer } from 'node:http';
import { join } from 'node:path';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { findBinary } from '../../sim/world/processes.ts';
import type { CpuLimits } from '../cluster/cpu-limits.ts';
import { monitorNode, topology } from '../cluster/topology.ts';
import type { ScrapeTarget } from '../lab.ts';
import { openInward } from '../net/door.ts';
import type { Sandbox } from '../net/sandbox.ts';
import { cadvisor } from './cadvisor.ts';
import { kubeState } from './kube-state.ts';
import { seenPods } from './seen-pods.ts';

export interface Exporters {
  /** What Prometheus is to scrape of those that are no pods. */
  readonly targets: readonly ScrapeTarget[];
  close(): Promise<void>;
}

/** With the qdisc collector, which is off unless asked for. Nothing that is slow, or of this machine rather than its namespace. */
const collectors = ['conntrack', 'netstat', 'sockstat', 'netdev', 'softnet', 'qdisc', 'arp', 'netclass'];

/** A real node_exporter in every node's namespace, and what this process itself knows of the cluster's objects. */
export async function startExporters({
  sandbox,
  cluster,
  limits,
  dir,
}: {
  readonly sandbox: Sandbox;
  readonly cluster: ClusterSim;
  readonly limits: CpuLimits;
  readonly dir: string;
}): Promise<Exporters> {
  const binary = await findBinary('prometheus-node-exporter', 'prometheus-node-exporter');
  const children = topology.nodes.map(({ name }) => {
    const flags = ['--collector.disable-defaults', ...collectors.map((one) => `--collector.${one}`)];
    const child = sandbox.spawn(name, [binary, ...flags, '--web.listen-address=:9100', '--log.level=error'], {
      env: { GOMAXPROCS: '1' },
    });
    child.stdout.resume();
    child.stderr.resume();
    return child;
  });
  const server = createServer(({ url = '' }, response) => {
    const [, node] = /^\/cadvisor\/([^/]+)$/.exec(url) ?? [];
    const text = node === undefined ? kubeState(cluster.objects) : cadvisor(seenPods(cluster, limits, node));
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port');
  const { port } = address;
  const door = await openInward(sandbox, monitorNode.name, port, join(dir, 'exporters.sock'));
  return {
    targets: [
      { job: 'kube-state-metrics', address: `127.0.0.1:${port}` },
      ...topology.nodes.map(({ name }) => ({
        job: 'kubelet',
        address: `127.0.0.1:${port}`,
        path: `/cadvisor/${name}`,
        labels: { node: name },
      })),
    ],
    async close() {
      for (const child of children) child.kill('SIGKILL');
      await door.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
