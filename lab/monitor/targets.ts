import type { Container, Pod } from '../../sim/cluster/objects/kinds.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import type { ScrapeTarget } from '../lab.ts';

const nodeExporterPort = 9100;

/** What a kube-prometheus would scrape: the metrics ports of pods, and the exporter on every node. */
export function targetsOf(cluster: ClusterSim): readonly ScrapeTarget[] {
  return (cluster.objects.list('pods') as readonly Pod[]).flatMap((pod) => {
    const { namespace = '', name } = pod.metadata;
    const { podIP } = pod.status ?? {};
    if (podIP === undefined || pod.status?.phase !== 'Running') return [];
    const labels = { namespace, pod: name, node: pod.spec.nodeName ?? '' };
    if (name.startsWith('node-exporter-'))
      return [{ job: 'node-exporter', address: `${podIP}:${nodeExporterPort}`, labels }];
    return pod.spec.containers.flatMap((container) =>
      metricsPortsOf(container).map((port) => ({
        job: container.name,
        address: `${podIP}:${port}`,
        labels: { ...labels, container: container.name },
      })),
    );
  });
}

/** Ports by this name are scraped, and the one that linkerd-proxy has for its administrators. */
const names = new Set(['metrics', 'linkerd-admin']);

function metricsPortsOf({ ports = [] }: Container): readonly number[] {
  return ports.filter(({ name = '' }) => names.has(name)).map(({ containerPort }) => containerPort);
}
