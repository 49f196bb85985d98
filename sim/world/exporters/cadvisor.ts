import { during, outside, share, steady, sum, swaying, type Flow } from '../flow.ts';
import { bytesPerPacket, directions, nodeBytes, receivedPerSent, type NodeLoad } from '../load.ts';
import { uidOf } from '../names.ts';
import { existsAt } from '../pods.ts';
import type { ContainerPlan, NodePlan, PodPlan } from '../plan.ts';
import { counter, gauge, secondsCounter, type Labels, type Series } from '../series.ts';

/** The scheduler's period is 100 ms. */
const periodsPerSecond = 10;
const healthyThrottling = 0.001;

export function kubeletTarget(node: NodePlan, path: string): Labels {
  return { job: 'kubelet', metrics_path: path, instance: `${node.ip}:10250`, node: node.name };
}

/** What the kubelet's own cAdvisor shows of a pod; without a CPU limit there are no cfs metrics. */
export function cadvisorSeries(pod: PodPlan, load: NodeLoad): Series[] {
  const of = { ...kubeletTarget(pod.node, '/metrics/cadvisor'), namespace: pod.namespace, pod: pod.name };
  const id = `/kubepods/burstable/pod${uidOf(`${pod.namespace}/${pod.name}`)}`;
  const { container } = pod;
  const inContainer = {
    ...of,
    container: container.name,
    image: container.image,
    id: `${id}/${container.name}`,
  };
  const sandbox = { ...of, id, image: 'pause:3.10', interface: 'eth0' };
  const seed = `${pod.namespace}/${pod.name}`;
  const series = [
    secondsCounter(
      {
        name: 'container_cpu_usage_seconds_total',
        help: 'Cumulative cpu time consumed in seconds.',
        labels: { ...inContainer, cpu: 'total' },
      },
      steady(container.cpuUse, `${seed}/cpu`),
    ),
    gauge(
      {
        name: 'container_memory_working_set_bytes',
        help: 'Current working set in bytes.',
        labels: inContainer,
      },
      (t) => Math.round(swaying(180 * 1024 ** 2, 0.03, `${seed}/memory`)(t)),
    ),
    ...cfsSeries(container, inContainer, seed),
    ...networkSeries(pod, load, sandbox),
  ];
  return series.map((one) => ({ ...one, at: (t) => (existsAt(pod, t) ? one.at(t) : undefined) }));
}

function cfsSeries(container: ContainerPlan, labels: Labels, seed: string): Series[] {
  if (container.cpuLimit === undefined) {
    return [];
  }
  const periods = steady(periodsPerSecond, `${seed}/cfs`);
  const { throttling, throttledShare } = container;
  const throttled =
    throttling === undefined
      ? share(periods, throttledShare)
      : sum([
          share(outside(periods, throttling), healthyThrottling),
          share(during(periods, throttling), throttledShare),
        ]);
  return [
    counter(
      {
        name: 'container_cpu_cfs_periods_total',
        help: 'Number of elapsed enforcement period intervals.',
        labels,
      },
      periods,
    ),
    counter(
      {
        name: 'container_cpu_cfs_throttled_periods_total',
        help: 'Number of throttled period intervals.',
        labels,
      },
      throttled,
    ),
    secondsCounter(
      {
        name: 'container_cpu_cfs_throttled_seconds_total',
        help: 'Total time duration the container has been throttled.',
        labels,
      },
      share(throttled, 0.06),
    ),
  ];
}

/** A pod on the host network has no interface but the node's. */
function networkSeries(pod: PodPlan, load: NodeLoad, labels: Labels): Series[] {
  return directions.flatMap((direction) => {
    const part = direction === 'transmit' ? 1 : receivedPerSent;
    const bytes = pod.hostNetwork
      ? nodeBytes(pod.node, load, direction)
      : steady(pod.sentBytesPerSecond * part, `${pod.namespace}/${pod.name}/${direction}`);
    const one = (what: string, help: string, flow: Flow): Series =>
      counter({ name: `container_network_${direction}_${what}_total`, help, labels }, flow);
    return [
      one('bytes', `Cumulative count of bytes, ${direction}`, bytes),
      one('packets', `Cumulative count of packets, ${direction}`, share(bytes, 1 / bytesPerPacket)),
      one('packets_dropped', `Cumulative count of packets dropped, ${direction}`, () => 0),
      one('errors', `Cumulative count of errors, ${direction}`, () => 0),
    ];
  });
}

/** The kubelet's count of its own probes. */
export function proberSeries(pod: PodPlan): Series[] {
  if (pod.container.readiness === undefined) {
    return [];
  }
  const labels = {
    ...kubeletTarget(pod.node, '/metrics/probes'),
    namespace: pod.namespace,
    pod: pod.name,
    container: pod.container.name,
    pod_uid: uidOf(`${pod.namespace}/${pod.name}`),
    probe_type: 'Readiness',
    result: 'successful',
  };
  const help = 'Cumulative number of a liveness, readiness or startup probe for a container by result.';
  const one = counter({ name: 'prober_probe_total', help, labels }, steady(0.1, `${pod.name}/probes`));
  return [{ ...one, at: (t) => (existsAt(pod, t) ? one.at(t) : undefined) }];
}
