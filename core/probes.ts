import * as z from 'zod';

/** What a look costs those who are looked at, from nothing to what only a person may start. */
export const intrusions = ['passive', 'own-pod', 'ephemeral', 'node', 'experiment'] as const;
export type Intrusion = (typeof intrusions)[number];

/** Where a probe runs from. */
export const placements = {
  worker: { title: 'the worker', intrusion: 'own-pod' },
  pod: { title: "a pod on the target's node", intrusion: 'own-pod' },
  'other-node': { title: 'a pod on another node', intrusion: 'own-pod' },
  'target-pod': { title: "the target's own pod", intrusion: 'ephemeral' },
  /** As the user of the sidecar, whose own traffic is not redirected: the same pod without the proxy. */
  'no-proxy': { title: "the target's own pod, past the sidecar", intrusion: 'ephemeral' },
  node: { title: 'the network of the node itself', intrusion: 'node' },
} as const satisfies Record<string, { title: string; intrusion: Intrusion }>;

export const Placement = z.enum(Object.keys(placements) as [keyof typeof placements]);
export type Placement = keyof typeof placements;

/** The most attempts of one arm: with the pace of a probe that is minutes, not hours. */
export const mostAttempts = 3000;

/** How a parameter is written in a playbook. */
type ParamType = 'address' | 'name';

export interface Probe {
  readonly summary: string;
  readonly params: Readonly<Record<string, { readonly type: ParamType; readonly optional?: true }>>;
  /** What its attempts can be told apart by, besides where from, where to and the error. */
  readonly labels: readonly string[];
  /** Seconds between two attempts of one arm. */
  readonly pace: number;
}

/** The active looks that a playbook can ask for. */
export const probes = {
  tcp: {
    summary: 'Connects, again and again, one new connection an attempt',
    params: { to: { type: 'address' } },
    labels: ['backend', 'source_port'],
    pace: 0.02,
  },
  'tcp-burst': {
    summary: 'Connects many at once to the same address, which is when insertions into conntrack race',
    params: { to: { type: 'address' } },
    labels: ['backend', 'source_port'],
    pace: 0.002,
  },
  tls: {
    summary: 'Connects and shakes hands; in a meshed pod only the handshake tells of the far end',
    params: { to: { type: 'address' } },
    labels: ['backend'],
    pace: 0.1,
  },
  udp: {
    summary: 'Sends a request and waits for its answer; no error is no delivery',
    params: { to: { type: 'address' } },
    labels: ['backend'],
    pace: 0.05,
  },
  dns: {
    summary:
      'Looks a name up (A and AAAA at once, asks again after 5 s) over UDP at the ClusterIP, at a CoreDNS pod, and over TCP',
    params: { name: { type: 'name' } },
    labels: ['via'],
    pace: 0.02,
  },
  ladder: {
    summary: 'Climbs from the pod IP over ClusterIP, NodePort and load balancer to the name',
    params: { to: { type: 'address' } },
    labels: ['rung'],
    pace: 0.05,
  },
  'source-ports': {
    summary: 'Connects from chosen source ports over the whole range',
    params: { to: { type: 'address' } },
    labels: ['range', 'source_port'],
    pace: 0.02,
  },
  'node-ports': {
    summary: 'Connects to every NodePort of the Service on every node, as a load balancer does',
    params: {},
    labels: ['node', 'port'],
    pace: 0.02,
  },
  triangle: {
    summary: 'The same connect between pods of one node, pods of two nodes, and the two nodes themselves',
    params: { to: { type: 'address' } },
    labels: ['path'],
    pace: 0.05,
  },
} as const satisfies Record<string, Probe>;
export type ProbeId = keyof typeof probes;

export function isProbeId(id: string): id is ProbeId {
  return Object.hasOwn(probes, id);
}
