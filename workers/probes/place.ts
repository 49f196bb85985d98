import type { Target } from '../../core/target.ts';
import { mostNodes, placements, type Intrusion, type Placement } from '../../core/probes.ts';
import type { Node, Pod } from '../cluster-objects.ts';
import { CannotLook, canList, type ClusterReader, type Need } from '../ports.ts';

/** Where exactly one arm of a probe runs. */
export type Place =
  | { readonly kind: 'local' }
  | { readonly kind: 'pod'; readonly node: string; readonly meshed?: boolean }
  | { readonly kind: 'host'; readonly node: string }
  /** In a pod that is there; `uid` if it must be that user. */
  | {
      readonly kind: 'in-pod';
      readonly namespace: string;
      readonly pod: string;
      readonly uid?: number;
      /** Its connects are answered by a sidecar. */
      readonly proxied: boolean;
    };

export const placeNeeds: readonly Need[] = canList(
  { group: '', resource: 'pods' },
  { group: '', resource: 'nodes' },
);

/** The users of the sidecars, where their container does not say otherwise: Linkerd's and Istio's defaults. */
const sidecars = { 'linkerd-proxy': 2102, 'istio-proxy': 1337 } as const;

/** What probes may take part in, by NETCHECK_PROBES. */
export type Enabled = ReadonlySet<Intrusion>;

/** Throws CannotLook where that kind of place is switched off, saying how to switch it on. */
export function checkEnabled(from: Placement, enabled: Enabled): void {
  const { intrusion, title } = placements[from];
  if (enabled.has(intrusion)) return;
  const list = [...enabled, intrusion].join(',');
  throw new CannotLook({
    reason: 'not-enabled',
    detail: `probes from ${title} are off, NETCHECK_PROBES=${list} turns them on`,
  });
}

/**
 * Finds the places that a placement stands for, one arm each; the same objects always give the same places. Throws
 * CannotLook where there is none.
 */
export async function findPlaces(
  from: Placement,
  target: Target,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<readonly Place[]> {
  if (from === 'all-nodes') return everywhere(await cluster.list('nodes', {}, signal), target);
  if (from !== 'each-node') return [await findPlace(from, target, cluster, signal)];
  const nodes = [...target.nodes].sort();
  if (nodes.length === 0) throw noPod(target);
  // Of more than it may be, as many are taken evenly.
  const step = Math.max(1, nodes.length / mostNodes['each-node']);
  return nodes
    .filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
    .map((node) => ({ kind: 'pod', node }));
}

async function findPlace(
  from: Exclude<Placement, 'each-node' | 'all-nodes'>,
  target: Target,
  cluster: ClusterReader,
  signal: AbortSignal,
): Promise<Place> {
  switch (from) {
    case 'worker':
      return { kind: 'local' };
    case 'pod':
      return { kind: 'pod', node: nodeOf(chosenPod(target)) };
    case 'node':
      return { kind: 'host', node: nodeOf(chosenPod(target)) };
    case 'other-node':
      return { kind: 'pod', node: otherNode(await cluster.list('nodes', {}, signal), target) };
    case 'other-zone':
      return { kind: 'pod', node: otherZone(await cluster.list('nodes', {}, signal), target) };
    case 'target-pod':
    case 'no-proxy': {
      const { name } = chosenPod(target);
      const pods = await cluster.list('pods', { namespace: target.namespace }, signal);
      const pod = pods.find(({ metadata }) => metadata.name === name);
      if (pod === undefined) throw none(`the pod ${name} is gone`);
      return inPod(pod, from === 'no-proxy');
    }
  }
}

/** A place inside a pod: as its own traffic goes, or past its sidecar. */
export function inPod(pod: Pod, pastSidecar: boolean): Place {
  const { name, namespace } = pod.metadata;
  const sidecar = sidecarUser(pod);
  const past = pastSidecar && sidecar !== undefined;
  return {
    kind: 'in-pod',
    namespace,
    pod: name,
    ...(past && { uid: sidecar }),
    proxied: sidecar !== undefined && !past,
  };
}

/** The user whose traffic is not redirected; undefined in a pod without a sidecar. */
export function sidecarUser({ spec }: Pod): number | undefined {
  for (const [name, usual] of Object.entries(sidecars)) {
    const found = [...spec.containers, ...spec.initContainers].find((one) => one.name === name);
    if (found !== undefined) return found.securityContext?.runAsUser ?? usual;
  }
  return undefined;
}

type TargetPod = Target['pods'][number];

/** The same pod in every arm: the first that is ready, or the first. */
function chosenPod(target: Target): TargetPod {
  const placed = target.pods.filter(({ node }) => node !== undefined);
  const chosen = placed.find(({ ready }) => ready) ?? placed[0];
  if (chosen === undefined) throw noPod(target);
  return chosen;
}

function noPod({ gaps, service }: Target): CannotLook {
  return none(gaps[0] ?? `${service} has no pod on any node`);
}

/** The node that a place is on, where that is known. */
export function clientOf(place: Place): string | undefined {
  return place.kind === 'pod' || place.kind === 'host' ? place.node : undefined;
}

function nodeOf({ name, node }: TargetPod): string {
  if (node === undefined) throw none(`the pod ${name} is on no node`);
  return node;
}

/** The target's own nodes first. */
function everywhere(nodes: readonly Node[], { nodes: own }: Target): readonly Place[] {
  const names = usable(nodes).map(({ metadata }) => metadata.name);
  if (names.length === 0) throw none('there is no node that is ready and not cordoned');
  const [mine, others] = [true, false].map((isOwn) => names.filter((name) => own.includes(name) === isOwn));
  const chosen = [...(mine ?? []), ...(others ?? [])].slice(0, mostNodes['all-nodes']);
  return chosen.map((node) => ({ kind: 'pod', node }));
}

function otherNode(nodes: readonly Node[], { nodes: own }: Target): string {
  const [other] = usable(nodes).filter(({ metadata }) => !own.includes(metadata.name));
  if (other === undefined) throw none('there is no other node that is ready and not cordoned');
  return other.metadata.name;
}

function otherZone(nodes: readonly Node[], { nodes: own }: Target): string {
  const zones = nodes.filter(({ metadata }) => own.includes(metadata.name)).map(zoneOf);
  const [other] = usable(nodes).filter((one) => zoneOf(one) !== undefined && !zones.includes(zoneOf(one)));
  if (other === undefined) throw none('there is no ready node in a zone that runs none of its pods');
  return other.metadata.name;
}

function zoneOf({ metadata }: Node): string | undefined {
  return metadata.labels['topology.kubernetes.io/zone'];
}

/** Ready nodes that are not cordoned, by name. */
function usable(nodes: readonly Node[]): readonly Node[] {
  return nodes
    .filter(({ status, spec }) => {
      const isReady = status.conditions.some((one) => one.type === 'Ready' && one.status === 'True');
      return isReady && !spec.unschedulable;
    })
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function none(detail: string): CannotLook {
  return new CannotLook({ reason: 'not-found', detail });
}
