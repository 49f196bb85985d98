import type { EndpointSlice } from '../../sim/cluster/controllers/endpoint-slices.ts';
import {
  isPodReady,
  type Container,
  type Node,
  type Pod,
  type Service,
  type Workload,
} from '../../sim/cluster/objects/kinds.ts';
import { parseQuantity } from '../../sim/cluster/objects/quantity.ts';
import type { ClusterSim } from '../../sim/cluster/start-cluster.ts';
import { expositionAt } from '../../sim/world/exposition.ts';
import { counter, gauge, type Labels, type Series } from '../../sim/world/series.ts';

/**
 * What kube-state-metrics 2.18 shows of a cluster as it is now, as far as anybody here asks: no label or annotation
 * metrics, EndpointSlices instead of Endpoints.
 */
export function kubeState({ list }: Pick<ClusterSim['objects'], 'list'>): string {
  return expositionAt(
    [
      ...(list('nodes') as readonly InformedNode[]).flatMap(nodeSeries),
      ...(list('pods') as readonly Pod[]).flatMap(podSeries),
      ...(list('services') as readonly Service[]).flatMap(serviceSeries),
      ...(list('endpointslices.discovery.k8s.io') as readonly EndpointSlice[]).flatMap(sliceSeries),
      ...(list('deployments.apps') as readonly Workload[]).flatMap(deploymentSeries),
      ...(list('daemonsets.apps') as readonly Workload[]).flatMap(daemonSetSeries),
    ],
    0,
  );
}

function show(name: string, labels: Labels, value: number | undefined = 1): Series {
  return gauge({ name, help: `kube-state-metrics: ${name}`, labels }, () => value);
}

/** One series for each value a label may have, of which the one that holds is 1. */
function states(name: string, labels: Labels, label: string, values: readonly string[], holds: string) {
  return values.map((value) => show(name, { ...labels, [label]: value }, Number(value === holds)));
}

const conditionStates = ['true', 'false', 'unknown'];

/** Unix time in seconds. */
function secondsOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(Date.parse(time) / 1000);
}

type NodeInfo = Readonly<
  Partial<Record<'kernelVersion' | 'osImage' | 'containerRuntimeVersion' | 'kubeletVersion', string>>
>;
type InformedNode = Node & { readonly status?: { readonly nodeInfo?: NodeInfo } };

function nodeSeries({ metadata, spec, status = {} }: InformedNode): readonly Series[] {
  const node = metadata.name;
  const { nodeInfo = {}, addresses = [], conditions = [] } = status;
  return [
    show('kube_node_info', {
      node,
      internal_ip: addresses.find(({ type }) => type === 'InternalIP')?.address ?? '',
      kernel_version: nodeInfo.kernelVersion ?? '',
      os_image: nodeInfo.osImage ?? '',
      container_runtime_version: nodeInfo.containerRuntimeVersion ?? '',
      kubelet_version: nodeInfo.kubeletVersion ?? '',
    }),
    show('kube_node_spec_unschedulable', { node }, Number(spec?.unschedulable === true)),
    ...conditions.flatMap(({ type, status: holds }) =>
      states(
        'kube_node_status_condition',
        { node, condition: type },
        'status',
        conditionStates,
        holds.toLowerCase(),
      ),
    ),
  ];
}

function podSeries(pod: Pod): readonly Series[] {
  const { metadata, spec, status = {} } = pod;
  const of = { namespace: metadata.namespace ?? '', pod: metadata.name, uid: metadata.uid ?? '' };
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return [
    show('kube_pod_info', {
      ...of,
      node: spec.nodeName ?? '',
      pod_ip: status.podIP ?? '',
      host_ip: status.hostIP ?? '',
      host_network: String(spec.hostNetwork === true),
      created_by_kind: owner?.kind ?? '',
      created_by_name: owner?.name ?? '',
    }),
    show('kube_pod_owner', {
      ...of,
      owner_kind: owner?.kind ?? '',
      owner_name: owner?.name ?? '',
      owner_is_controller: owner === undefined ? '' : 'true',
    }),
    show('kube_pod_created', of, secondsOf(metadata.creationTimestamp) ?? 0),
    ...(metadata.deletionTimestamp === undefined
      ? []
      : [show('kube_pod_deletion_timestamp', of, secondsOf(metadata.deletionTimestamp))]),
    ...states('kube_pod_status_phase', of, 'phase', phases, status.phase ?? ''),
    ...states('kube_pod_status_ready', of, 'condition', conditionStates, String(isPodReady(pod))),
    ...spec.containers.flatMap((container) => containerSeries(container, pod, of)),
  ];
}

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

/** Of how many units the limit of a resource is, and what one is called. */
const units = { cpu: 'core', memory: 'byte' } as const;

function containerSeries(container: Container, { spec, status }: Pod, of: Labels): readonly Series[] {
  const labels = { ...of, container: container.name };
  const { limits = {} } = container.resources ?? {};
  const state = status?.containerStatuses?.find(({ name }) => name === container.name);
  const image = { image: state?.image ?? '', image_spec: container.image ?? '' };
  const startedAt = secondsOf(state?.state?.running?.startedAt);
  const ended = state?.lastState?.terminated;
  return [
    ...(['cpu', 'memory'] as const).flatMap((resource) => {
      const limit = parseQuantity(limits[resource] ?? '');
      if (limit === undefined) return [];
      const more = { node: spec.nodeName ?? '', resource, unit: units[resource] };
      return [show('kube_pod_container_resource_limits', { ...labels, ...more }, Number(limit.milli) / 1000)];
    }),
    ...(state === undefined
      ? []
      : [
          show('kube_pod_container_info', { ...labels, ...image }),
          show('kube_pod_container_status_ready', labels, Number(state.ready)),
          restarts(labels, state.restartCount),
        ]),
    ...(startedAt === undefined ? [] : [show('kube_pod_container_state_started', labels, startedAt)]),
    ...(ended === undefined
      ? []
      : [
          show('kube_pod_container_status_last_terminated_reason', {
            ...labels,
            reason: ended.reason ?? 'Error',
          }),
        ]),
  ];
}

function restarts(labels: Labels, count: number): Series {
  const name = 'kube_pod_container_status_restarts_total';
  return counter({ name, help: 'The number of container restarts per container.', labels }, () => count);
}

function serviceSeries({ metadata, spec }: Service): readonly Series[] {
  const of = { namespace: metadata.namespace ?? '', service: metadata.name, uid: metadata.uid ?? '' };
  return [
    show('kube_service_info', { ...of, cluster_ip: spec.clusterIP ?? '' }),
    show('kube_service_spec_type', { ...of, type: spec.type ?? 'ClusterIP' }),
  ];
}

function sliceSeries({ metadata, addressType, endpoints, ports }: EndpointSlice): readonly Series[] {
  const of = { namespace: metadata.namespace ?? '', endpointslice: metadata.name };
  return [
    show('kube_endpointslice_info', { ...of, addresstype: addressType }),
    ...(ports ?? []).map(({ name, protocol, port }) =>
      show('kube_endpointslice_ports', {
        ...of,
        port_name: name,
        port_protocol: protocol,
        port_number: String(port),
      }),
    ),
    ...(endpoints ?? []).flatMap(({ addresses, conditions, targetRef, nodeName, zone }) =>
      addresses.map((address) =>
        show('kube_endpointslice_endpoints', {
          ...of,
          address,
          ready: String(conditions.ready),
          serving: String(conditions.serving),
          terminating: String(conditions.terminating),
          targetref_kind: targetRef.kind,
          targetref_name: targetRef.name,
          targetref_namespace: targetRef.namespace,
          endpoint_nodename: nodeName ?? '',
          endpoint_zone: zone ?? '',
        }),
      ),
    ),
  ];
}

function deploymentSeries({ metadata, spec, status = {} }: Workload): readonly Series[] {
  const of = { namespace: metadata.namespace ?? '', deployment: metadata.name };
  const counted = countedIn(status);
  return [
    show('kube_deployment_spec_replicas', of, spec.replicas ?? 1),
    show('kube_deployment_status_replicas', of, counted('replicas')),
    show('kube_deployment_status_replicas_ready', of, counted('readyReplicas')),
    show('kube_deployment_status_replicas_available', of, counted('availableReplicas')),
    show('kube_deployment_status_replicas_unavailable', of, counted('unavailableReplicas')),
  ];
}

function daemonSetSeries({ metadata, status = {} }: Workload): readonly Series[] {
  const of = { namespace: metadata.namespace ?? '', daemonset: metadata.name };
  const counted = countedIn(status);
  return [
    show('kube_daemonset_status_desired_number_scheduled', of, counted('desiredNumberScheduled')),
    show('kube_daemonset_status_number_ready', of, counted('numberReady')),
    show('kube_daemonset_status_number_unavailable', of, counted('numberUnavailable')),
  ];
}

/** Numbers that are zero are left out of a status. */
function countedIn(status: Readonly<Record<string, unknown>>): (field: string) => number {
  return (field) => (typeof status[field] === 'number' ? status[field] : 0);
}
