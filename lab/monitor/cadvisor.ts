import { expositionAt } from '../../sim/world/exposition.ts';
import { counter, secondsCounter, type Labels, type Series } from '../../sim/world/series.ts';
import type { CpuStat } from '../cgroups.ts';

/** A pod as its node's kubelet sees it. */
export interface SeenPod {
  readonly namespace: string;
  readonly name: string;
  /** /proc/net/dev of its network, as any process in it reads it; the node's own for a pod on the host network. */
  readonly netDev?: string;
  readonly containers: readonly SeenContainer[];
}

interface SeenContainer {
  readonly name: string;
  readonly image?: string;
  readonly usageSeconds?: number;
  /** Only of one with a limit: without, there is no quota to use up. */
  readonly cpu?: CpuStat;
}

/** What cAdvisor in the kubelet of a node shows of its pods, as far as anybody here asks. */
export function cadvisor(pods: readonly SeenPod[]): string {
  const series = pods.flatMap(({ namespace, name: pod, netDev, containers }) => [
    ...containers.flatMap((container) => containerSeries(container, { namespace, pod })),
    ...(netDev === undefined ? [] : networkSeries(netDev, { namespace, pod })),
  ]);
  return expositionAt(series, 0);
}

function containerSeries(
  { name: container, image = '', usageSeconds, cpu }: SeenContainer,
  of: Labels,
): readonly Series[] {
  const labels = { ...of, container, image };
  const seconds = (name: string, help: string, more: Labels, value: number): Series =>
    secondsCounter({ name, help, labels: { ...labels, ...more } }, () => value);
  const periods = (name: string, help: string, value: number): Series =>
    counter({ name, help, labels }, () => value);
  return [
    ...(usageSeconds === undefined
      ? []
      : [
          seconds(
            'container_cpu_usage_seconds_total',
            'Cumulative cpu time consumed in seconds.',
            { cpu: 'total' },
            usageSeconds,
          ),
        ]),
    ...(cpu === undefined
      ? []
      : [
          periods(
            'container_cpu_cfs_periods_total',
            'Number of elapsed enforcement period intervals.',
            cpu.periods,
          ),
          periods(
            'container_cpu_cfs_throttled_periods_total',
            'Number of throttled period intervals.',
            cpu.throttledPeriods,
          ),
          seconds(
            'container_cpu_cfs_throttled_seconds_total',
            'Total time duration the container has been throttled.',
            {},
            cpu.throttledSeconds,
          ),
        ]),
  ];
}

/** The first columns of /proc/net/dev for either direction, and what cAdvisor calls them. */
const counted = ['bytes', 'packets', 'errors', 'packets_dropped'];
const columnsOfReceive = 8;
/** Devices that cAdvisor leaves out. */
const ignored = /^(lo|veth|docker|nerdctl)/;

function networkSeries(netDev: string, of: Labels): readonly Series[] {
  return netDev.split('\n').flatMap((line) => {
    const [, device = '', columns = ''] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    if (device === '' || ignored.test(device)) return [];
    const numbers = columns.split(/\s+/).map(Number);
    return ['receive', 'transmit'].flatMap((direction, at) =>
      counted.map((what, column) =>
        counter(
          {
            name: `container_network_${direction}_${what}_total`,
            help: `Cumulative count of ${what.replace('_', ' ')}, ${direction}`,
            labels: { ...of, interface: device },
          },
          () => numbers[at * columnsOfReceive + column] ?? 0,
        ),
      ),
    );
  });
}
