import { isWithin } from '../flow.ts';
import { kernelVersion } from '../nodes.ts';
import { sliceName, uidOf } from '../names.ts';
import { existsAt, isReadyAt } from '../pods.ts';
import type { NodePlan, PodPlan, ServicePlan, WorkloadPlan, WorldPlan } from '../plan.ts';
import { counter, gauge, type Labels, type Series } from '../series.ts';

export function kubeStateTarget(plan: WorldPlan): Labels {
  const [pod] = plan.workloads.find(({ name }) => name === 'kube-state-metrics')?.pods ?? [];
  return { job: 'kube-state-metrics', instance: `${pod?.ip ?? ''}:8080` };
}

type Show = (name: string, labels: Labels, at: (t: number) => number | undefined) => Series;

/** kube-state-metrics 2.18 as it comes: no label or annotation metrics, EndpointSlices instead of Endpoints. */
export function kubeStateSeries(plan: WorldPlan, startedAt: number): Series[] {
  const target = kubeStateTarget(plan);
  const show: Show = (name, labels, at) =>
    gauge({ name, help: `kube-state-metrics: ${name}`, labels: { ...target, ...labels } }, at);
  return [
    ...plan.nodes.flatMap((node) => nodeSeries(node, show)),
    ...plan.workloads.flatMap((workload) => workloadSeries(workload, show)),
    ...plan.workloads.flatMap(({ pods }) => pods).flatMap((pod) => podSeries(pod, show, target, startedAt)),
    ...plan.services.flatMap((service) => serviceSeries(service, show)),
    ...formerPods(plan).flatMap((pod) => podSeries(pod, show, target, startedAt)),
  ];
}

/** Endpoints whose workload is gone. */
export function formerPods(plan: WorldPlan): PodPlan[] {
  const known = new Set(plan.workloads.flatMap(({ pods }) => pods));
  return plan.services.flatMap(({ everEndpoints }) => everEndpoints).filter((pod) => !known.has(pod));
}

function nodeSeries(node: NodePlan, show: Show): Series[] {
  const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];
  return [
    show(
      'kube_node_info',
      {
        node: node.name,
        internal_ip: node.ip,
        kernel_version: kernelVersion,
        os_image: 'Amazon Linux 2',
        container_runtime_version: 'containerd://1.7.27',
        kubelet_version: 'v1.30.9-eks-5d632ec',
        provider_id: `aws:///${node.zone}/${node.name}`,
      },
      () => 1,
    ),
    show('kube_node_spec_unschedulable', { node: node.name }, () => 0),
    ...conditions.flatMap((condition) =>
      ['true', 'false', 'unknown'].map((status) =>
        show('kube_node_status_condition', { node: node.name, condition, status }, () =>
          Number(status === String(condition === 'Ready')),
        ),
      ),
    ),
  ];
}

function workloadSeries({ kind, name, namespace, pods }: WorkloadPlan, show: Show): Series[] {
  const ready = (t: number): number => pods.filter((pod) => isReadyAt(pod, t)).length;
  const desired = pods.filter(({ life }) => life.gone === Infinity).length;
  switch (kind) {
    case 'Deployment': {
      const of = { namespace, deployment: name };
      return [
        show('kube_deployment_spec_replicas', of, () => desired),
        show('kube_deployment_status_replicas', of, (t) => pods.filter((pod) => existsAt(pod, t)).length),
        show('kube_deployment_status_replicas_ready', of, ready),
        show('kube_deployment_status_replicas_available', of, ready),
        show('kube_deployment_status_replicas_unavailable', of, (t) => Math.max(0, desired - ready(t))),
      ];
    }
    case 'DaemonSet': {
      const of = { namespace, daemonset: name };
      return [
        show('kube_daemonset_status_desired_number_scheduled', of, () => desired),
        show('kube_daemonset_status_number_ready', of, ready),
        show('kube_daemonset_status_number_unavailable', of, (t) => Math.max(0, desired - ready(t))),
      ];
    }
    case 'StatefulSet': {
      const of = { namespace, statefulset: name };
      return [
        show('kube_statefulset_replicas', of, () => desired),
        show('kube_statefulset_status_replicas_ready', of, ready),
      ];
    }
  }
}

function podSeries(pod: PodPlan, show: Show, target: Labels, startedAt: number): Series[] {
  const { life, container, owner } = pod;
  const of = { namespace: pod.namespace, pod: pod.name, uid: uidOf(`${pod.namespace}/${pod.name}`) };
  const inContainer = { ...of, container: container.name };
  const whole = (t: number): number => Math.round(startedAt + t);
  const series = [
    show(
      'kube_pod_info',
      {
        ...of,
        node: pod.node.name,
        pod_ip: pod.ip,
        host_ip: pod.node.ip,
        host_network: String(pod.hostNetwork),
        created_by_kind: owner.kind,
        created_by_name: owner.name,
      },
      () => 1,
    ),
    show(
      'kube_pod_owner',
      { ...of, owner_kind: owner.kind, owner_name: owner.name, owner_is_controller: 'true' },
      () => 1,
    ),
    show('kube_pod_created', of, () => whole(life.created)),
    ...['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((phase) =>
      show('kube_pod_status_phase', { ...of, phase }, () => Number(phase === 'Running')),
    ),
    ...['true', 'false', 'unknown'].map((condition) =>
      show('kube_pod_status_ready', { ...of, condition }, (t) =>
        Number(condition === String(isReadyAt(pod, t))),
      ),
    ),
    show(
      'kube_pod_container_info',
      { ...inContainer, image: container.image, image_spec: container.image },
      () => 1,
    ),
    show('kube_pod_container_status_ready', inContainer, (t) => Number(isReadyAt(pod, t))),
    show('kube_pod_container_state_started', inContainer, () => whole(life.created + 2)),
    counter(
      {
        name: 'kube_pod_container_status_restarts_total',
        help: 'The number of container restarts per container.',
        labels: { ...target, ...inContainer },
      },
      () => 0,
    ),
    // The API server sets deletionTimestamp to when the grace period will be over.
    show('kube_pod_deletion_timestamp', of, (t) => (t < life.deleted ? undefined : whole(life.gone))),
    ...(container.cpuLimit === undefined
      ? []
      : [
          show(
            'kube_pod_container_resource_limits',
            { ...inContainer, node: pod.node.name, resource: 'cpu', unit: 'core' },
            () => container.cpuLimit,
          ),
        ]),
  ];
  return series.map((one) => ({ ...one, at: (t) => (existsAt(pod, t) ? one.at(t) : undefined) }));
}

function serviceSeries(service: ServicePlan, show: Show): Series[] {
  const { namespace, name } = service;
  const of = { namespace, endpointslice: sliceName(namespace, name) };
  return [
    show(
      'kube_service_info',
      { namespace, service: name, cluster_ip: service.clusterIp, uid: uidOf(`${namespace}/service/${name}`) },
      () => 1,
    ),
    show('kube_service_spec_type', { namespace, service: name, type: 'ClusterIP' }, () => 1),
    show('kube_endpointslice_info', { ...of, addresstype: 'IPv4' }, () => 1),
    ...service.everPorts.flatMap((port) =>
      Object.entries(service.portNames).map(([port_name, port_protocol]) =>
        show(
          'kube_endpointslice_ports',
          { ...of, port_name, port_protocol, port_number: String(port) },
          (t) => (service.endpointPort(t) === port ? 1 : undefined),
        ),
      ),
    ),
    ...service.everEndpoints.flatMap((pod) => endpointSeries(service, pod, of, show)),
  ];
}

/** A label set for each state of an endpoint; while a pod terminates it serves, but is not ready. */
function endpointSeries(service: ServicePlan, pod: PodPlan, of: Labels, show: Show): Series[] {
  const { life } = pod;
  const states = [
    { ready: 'false', serving: 'false', terminating: 'false', from: life.created, until: life.ready },
    { ready: 'true', serving: 'true', terminating: 'false', from: life.ready, until: life.deleted },
    { ready: 'false', serving: 'true', terminating: 'true', from: life.deleted, until: life.gone },
  ];
  return states
    .filter(({ from, until }) => Number.isFinite(from) && until > -3600)
    .map(({ ready, serving, terminating, from, until }) =>
      show(
        'kube_endpointslice_endpoints',
        {
          ...of,
          address: pod.ip,
          ready,
          serving,
          terminating,
          targetref_kind: 'Pod',
          targetref_name: pod.name,
          targetref_namespace: pod.namespace,
          endpoint_nodename: pod.node.name,
          endpoint_zone: pod.node.zone,
        },
        (t) => (isWithin(t, { from, to: () => until }) && service.endpoints(t).includes(pod) ? 1 : undefined),
      ),
    );
}
