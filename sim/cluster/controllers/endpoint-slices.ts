import { hashOf } from '../objects/ids.ts';
import { canonical, type KubeObject, type Labels } from '../objects/kube-object.ts';
import {
  isPodFinished,
  isPodReady,
  type Node,
  type Pod,
  type Service,
  type ServicePort,
} from '../objects/kinds.ts';
import { matchesLabels } from '../api/label-selector.ts';

export const managedBy = 'endpointslice-controller.k8s.io';
export const serviceNameLabel = 'kubernetes.io/service-name';
const zoneLabel = 'topology.kubernetes.io/zone';

/** The endpointslice controller's default `--max-endpoints-per-slice`. */
const maxEndpoints = 100;

interface EndpointPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
  readonly targetRef: {
    readonly kind: 'Pod';
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
  };
  readonly nodeName?: string;
  readonly zone?: string;
}

export interface EndpointSlice extends KubeObject {
  readonly addressType: 'IPv4' | 'IPv6';
  /** The real controller writes null, not an empty list, where a Service has no endpoint. */
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports: readonly EndpointPort[] | null;
}

/** The slices that the real controller would write for a Service; none for one without a selector. */
export function computeEndpointSlices(
  service: Service,
  pods: readonly Pod[],
  nodes: readonly Node[],
): readonly EndpointSlice[] {
  const { selector, type } = service.spec;
  if (selector === undefined || Object.keys(selector).length === 0 || type === 'ExternalName') return [];
  const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[zoneLabel]]));
  const backends = pods
    .filter((pod) => matchesLabels(selector, pod.metadata.labels))
    .filter((pod) => (pod.status?.podIP ?? '') !== '' && !isPodFinished(pod))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

  // A named target port may mean another number in another pod: such pods go into slices of their own.
  const groups = new Map<string, { readonly ports: readonly EndpointPort[]; readonly pods: Pod[] }>();
  for (const pod of backends) {
    const ports = portsOf(service, pod);
    const key = canonical(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  if (groups.size === 0) return [sliceOf(service, null, null, 'none')];
  return [...groups.entries()].flatMap(([key, group]) =>
    chunks(group.pods, maxEndpoints).map((chunk, index) => {
      const endpoints = chunk.map((pod) => endpointOf(service, pod, zones));
      return sliceOf(service, endpoints, group.ports, `${key} ${String(index)}`);
    }),
  );
}

function portsOf(service: Service, pod: Pod): readonly EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = findPort(pod, port);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

/** The pod's number for a Service port, or undefined where it has no port of that name. */
function findPort(pod: Pod, { port, targetPort = port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return pod.spec.containers
    .flatMap(({ ports }) => ports ?? [])
    .find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort;
}

function endpointOf(service: Service, pod: Pod, zones: ReadonlyMap<string, string | undefined>): Endpoint {
  const { name, namespace = '', uid = '', deletionTimestamp } = pod.metadata;
  const { nodeName } = pod.spec;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const published = service.spec.publishNotReadyAddresses === true;
  const zone = nodeName === undefined ? undefined : zones.get(nodeName);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: published || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', name, namespace, uid },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

function sliceOf(
  service: Service,
  endpoints: readonly Endpoint[] | null,
  ports: readonly EndpointPort[] | null,
  key: string,
): EndpointSlice {
  const { name, namespace = '', uid = '', labels } = service.metadata;
  const headless: Labels = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${hashOf(`${namespace}/${name} ${key}`).slice(0, 5)}`,
      generateName: `${name}-`,
      namespace,
      labels: {
        ...labels,
        ...headless,
        'endpointslice.kubernetes.io/managed-by': managedBy,
        [serviceNameLabel]: name,
      },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    addressType: endpoints?.[0]?.addresses[0]?.includes(':') === true ? 'IPv6' : 'IPv4',
    endpoints,
    ports,
  };
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** The older Endpoints object of the same Service, which kube-controller-manager still writes beside the slices. */
export function computeEndpoints(service: Service, slices: readonly EndpointSlice[]): KubeObject {
  const { name, namespace = '', labels } = service.metadata;
  const subsets = slices.flatMap(({ endpoints, ports }) => {
    const addresses = (ready: boolean) =>
      (endpoints ?? [])
        .filter(({ conditions }) => conditions.ready === ready && (ready || !conditions.terminating))
        .map(({ addresses: [ip = ''], nodeName, targetRef }) => ({
          ip,
          ...(nodeName === undefined ? {} : { nodeName }),
          targetRef,
        }));
    const [ready, notReady] = [addresses(true), addresses(false)];
    if (ready.length + notReady.length === 0) return [];
    return [
      {
        ...(ready.length === 0 ? {} : { addresses: ready }),
        ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
        ports: (ports ?? []).map((port) =>
          port.name === '' ? { port: port.port, protocol: port.protocol } : port,
        ),
      },
    ];
  });
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: { ...labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
}
