import { isSame, without, type KubeObject } from '../objects/kube-object.ts';
import type { Node, Pod, Service } from '../objects/kinds.ts';
import { isLeaving, type Cluster, type Reconcile } from './controller.ts';
import {
  computeEndpoints,
  computeEndpointSlices,
  managedBy,
  serviceNameLabel,
  type EndpointSlice,
} from './endpoint-slices.ts';

const slices = 'endpointslices.discovery.k8s.io';

/**
 * Keeps EndpointSlices and Endpoints in step with Services and pods. Slices that manifests carried are taken over where they
 * say what the pods say; where they contradict them (a controller that lags is a fault worth telling) they stay as given.
 */
export function publishEndpoints(cluster: Cluster): Reconcile {
  const ours = new Set<string>();

  const isOurs = (slice: KubeObject): boolean => ours.has(slice.metadata.uid ?? '');

  const reconcile = (service: Service, nodes: readonly Node[]): void => {
    const { namespace = '', name } = service.metadata;
    const pods = cluster.list('pods', namespace) as readonly Pod[];
    const wanted = computeEndpointSlices(service, pods, nodes);
    const existing = (cluster.list(slices, namespace) as readonly EndpointSlice[]).filter(
      ({ metadata }) => metadata.labels?.[serviceNameLabel] === name,
    );
    const given = existing.filter((slice) => !isOurs(slice) && isControllers(slice));
    const contradicts = given.length > 0 && !isSame(backendsOf(given), backendsOf(wanted));
    if (contradicts || (wanted.length === 0 && existing.every((slice) => !isOurs(slice)))) return;
    for (const slice of given) ours.add(slice.metadata.uid ?? '');
    const free = existing.filter(isOurs);
    for (const slice of wanted) {
      const same = free.findIndex(({ ports }) => isSame(ports, slice.ports));
      const [before] = free.splice(Math.max(same, 0), 1);
      if (before === undefined) ours.add(cluster.insert(slices, slice).metadata.uid ?? '');
      else if (!isSame(contentOf(before), contentOf(slice))) {
        const metadata = { ...before.metadata, labels: slice.metadata.labels ?? {} };
        cluster.replace(slices, before, { ...slice, metadata });
      }
    }
    for (const slice of free) cluster.remove(slices, slice);
    if (wanted.length > 0) putEndpoints(cluster, service, wanted);
  };

  return () => {
    const nodes = cluster.list('nodes') as readonly Node[];
    for (const service of cluster.list('services') as readonly Service[]) {
      if (!isLeaving(service)) reconcile(service, nodes);
    }
    removeStaleEndpoints(cluster);
  };
}

const isControllers = ({ metadata }: KubeObject): boolean =>
  (metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? managedBy) === managedBy;

/** Which addresses take traffic and which do not, whatever the slices are called. */
const backendsOf = (of: readonly EndpointSlice[]): readonly string[] =>
  of
    .flatMap(({ endpoints }) => endpoints ?? [])
    .map(({ addresses, conditions }) => `${addresses.join()} ${String(conditions.ready)}`)
    .sort();

const contentOf = (slice: KubeObject) => ({ ...without(slice, 'metadata'), labels: slice.metadata.labels });

const mine = 'endpoint-controller';
const managedLabel = 'endpoints.kubernetes.io/managed-by';

function putEndpoints(cluster: Cluster, service: Service, wanted: readonly EndpointSlice[]): void {
  const endpoints = computeEndpoints(service, wanted);
  const { namespace = '', name } = service.metadata;
  const before = cluster.state.store.get('endpoints', namespace, name);
  if (before === undefined) cluster.insert('endpoints', endpoints);
  else if (
    before.metadata.labels?.[managedLabel] === mine &&
    !isSame(contentOf(before), contentOf(endpoints))
  ) {
    cluster.replace('endpoints', before, {
      ...endpoints,
      metadata: { ...before.metadata, ...endpoints.metadata },
    });
  }
}

function removeStaleEndpoints(cluster: Cluster): void {
  for (const endpoints of cluster.list('endpoints')) {
    const { namespace = '', name, labels } = endpoints.metadata;
    const orphaned = cluster.state.store.get('services', namespace, name) === undefined;
    if (orphaned && labels?.[managedLabel] === mine) cluster.remove('endpoints', endpoints);
  }
}
