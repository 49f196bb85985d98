import * as z from 'zod';
import type { FactType } from './lookups.ts';
import { numbersIn } from './text.ts';

/** What a look costs those who are looked at, from nothing to what only a person may start. */
export const intrusions = ['passive', 'own-pod', 'ephemeral', 'node', 'experiment'] as const;
export type Intrusion = (typeof intrusions)[number];

/** Where a probe runs from. */
export const placements = {
  worker: { title: 'the worker', intrusion: 'own-pod' },
  pod: { title: "a pod on the target's node", intrusion: 'own-pod' },
  'other-node': { title: 'a pod on another node', intrusion: 'own-pod' },
  'other-zone': { title: 'a pod in another zone', intrusion: 'own-pod' },
  'target-pod': { title: "the target's own pod", intrusion: 'ephemeral' },
  /** As the user of the sidecar, whose own traffic is not redirected: the same pod without the proxy. */
  'no-proxy': { title: "the target's own pod, past the sidecar", intrusion: 'ephemeral' },
  node: { title: 'the network of the node itself', intrusion: 'node' },
  /** As many arms as there are nodes: what one node alone suffers from is seen, whichever it is. */
  'each-node': { title: "a pod on each of the target's nodes", intrusion: 'own-pod' },
  'all-nodes': { title: 'a pod on each node, the first eight of many', intrusion: 'own-pod' },
} as const satisfies Record<string, { title: string; intrusion: Intrusion }>;

/** The most nodes that such a placement stands for. */
export const mostNodes = { 'each-node': 4, 'all-nodes': 8 } as const;

export const Placement = z.enum(Object.keys(placements) as [keyof typeof placements]);
export type Placement = keyof typeof placements;

/** The label of attempts that were made on a known node, whatever the probe: its name. */
export const clientLabel = 'client';

/** The most attempts of one arm: with the pace of a probe that is minutes, not hours. */
export const mostAttempts = 3000;

/**
 * `$destination` stands for a whole address, as does `$called`, which is the target itself where nobody named a far end; the
 * others for a host or a part of one.
 */
const variable = String.raw`\$(?:service|namespace|destination|called)`;
const label = String.raw`(?:${variable}|[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)`;
const host = String.raw`${label}(?:\.${label})*`;

/** What a parameter may be, as a playbook writes it; its description completes "expected …". Optional ones have a default. */
const address = z
  .string()
  .regex(new RegExp(`^(${variable}|${host}:\\d{1,5})$`))
  .describe('an address, as in $destination or example.com:443');
const name = z
  .string()
  .regex(new RegExp(`^(?!.*\\$(?:destination|called))(?:\\*\\.)?${host}$`))
  .describe('a name, as in kubernetes.default.svc.cluster.local, or *.invalid for a new one in each attempt');
const path = z
  .string()
  .regex(/^\/\S*$/)
  .default('/')
  .describe('a path, as in /healthz');
const waits = z
  .string()
  .refine((text) => areBetween(numbersIn(text), 1, 280))
  // Around what many load balancers forget after (60 s, 240 s), as far as the time that probes have in all allows.
  .default('50, 70, 230, 250')
  .describe('seconds from 1 to 280, as in "60, 240"');
const seconds = z
  .string()
  .refine((text) => areBetween(numbersIn(text), 1, 120) && numbersIn(text).length === 1)
  .default('30')
  .describe('seconds from 1 to 120, as in 30');

function areBetween(numbers: readonly number[], least: number, most: number): boolean {
  return numbers.every((one) => one >= least && one <= most);
}

type Params = Readonly<Record<string, string>>;

/** How many attempts an arm makes, and how many it made already, in an earlier asking. */
interface Made {
  readonly attempts: number;
  readonly first: number;
}

export interface Probe {
  readonly summary: string;
  readonly params: Readonly<Record<string, z.ZodType<string, string | undefined>>>;
  /** What its attempts can be told apart by, besides where from, where to and the error. */
  readonly labels: readonly string[];
  /** What it finds instead of attempts, always from one place: then it makes none. */
  readonly facts?: Readonly<Record<string, FactType>>;
  /** Seconds between two attempts of one arm. */
  readonly pace: number;
  /** Seconds that one arm takes where its attempts and their pace alone do not set that. */
  readonly lasts?: (params: Params, made: Made) => number;
}

/** What an `idle` probe waits for that made so many attempts already, in seconds: the shortest first, as it may do. */
export function idleWaits(params: Params, first: number): readonly number[] {
  const [shortest = 0, ...longer] = numbersIn(waits.parse(params['waits'])).sort((a, b) => a - b);
  return first > 0 && longer.length > 0 ? longer : [shortest];
}

/** The active looks that a playbook can ask for. */
export const probes = {
  tcp: {
    summary: 'Connects, again and again, one new connection an attempt',
    params: { to: address },
    labels: ['backend', 'source_port'],
    pace: 0.02,
  },
  'tcp-burst': {
    summary: 'Connects many at once to the same address, which is when insertions into conntrack race',
    params: { to: address },
    labels: ['backend', 'source_port'],
    pace: 0.002,
  },
  tls: {
    summary:
      'Connects and shakes hands, whatever the `certificate` (`valid`, `CERT_HAS_EXPIRED`, …); in a meshed pod only that tells of the far end',
    params: { to: address },
    labels: ['backend', 'certificate', 'valid_to'],
    pace: 0.03,
  },
  http: {
    summary:
      'Asks over HTTP, a new connection each time, and tells what took `longest`: `connect`, `tls`, `first-byte` or `body`',
    params: { to: address, path },
    labels: ['backend', 'status', 'longest'],
    pace: 0.03,
  },
  udp: {
    summary: 'Sends a request and waits for its answer; no error is no delivery',
    params: { to: address },
    labels: ['backend'],
    pace: 0.05,
  },
  dns: {
    summary:
      'Looks a name up (A and AAAA at once, asks again after 5 s) over UDP at the ClusterIP, at every CoreDNS pod, and over TCP',
    params: { name },
    labels: ['via', 'backend', 'pod', 'node'],
    pace: 0.02,
  },
  ladder: {
    summary: 'Climbs from the pod IP over ClusterIP, NodePort and load balancer to the name',
    params: { to: address },
    labels: ['rung'],
    pace: 0.05,
  },
  'source-ports': {
    summary:
      'Connects from chosen source ports over the whole range, and from more of them to find where those that live begin and end',
    params: { to: address },
    labels: ['range', 'source_port'],
    pace: 0.02,
    // A dead port is waited for, and the search for the boundary waits for some of them in turn.
    lasts: (_, { attempts }) => attempts * 0.02 + 10,
  },
  'node-ports': {
    summary:
      'Connects to every NodePort of the Service on every node, as a load balancer does (`pair` is `node:port`)',
    params: {},
    labels: ['node', 'port', 'pair'],
    pace: 0.02,
  },
  service: {
    summary:
      'Connects to a Service: every other time to its ClusterIP (`way` is `cluster-ip`), else to its endpoints in turn, each by its own address (`endpoint`)',
    params: { to: address },
    labels: ['way', 'backend', 'node'],
    pace: 0.03,
  },
  mesh: {
    summary: 'Connects to every endpoint of the Service itself, past its ClusterIP',
    params: {},
    labels: ['backend', 'node'],
    pace: 0.05,
  },
  triangle: {
    summary:
      'The same connect to a pod on the same node and to the pod’s own node (`path` is `same-node`, `own-node`), to a pod on each other node and to that node itself (`overlay`, `underlay`; `zone` is `same` as the client’s, or `other`)',
    params: { to: address },
    labels: ['path', 'node', 'zone'],
    // It has four targets at least, and none is asked oftener than by others.
    pace: 0.03,
  },
  mtu: {
    summary:
      'Sends and asks for few and for many bytes (direction `up`, `down`, `icmp`), of a Service past its ClusterIP and on other nodes (`same_node` is `no`) if there are any; where packets are too large for the path, those that fill none (packets `small`) pass and those that fill one (`full`) get stuck',
    params: { to: address },
    labels: ['backend', 'node', 'same_node', 'size', 'direction', 'packets'],
    pace: 0.05,
    // What gets stuck at the end is waited for.
    lasts: (_, { attempts }) => attempts * 0.05 + 5,
  },
  idle: {
    summary:
      'Leaves connections unused for so long, then sends: those that the way forgot are dead. Controls are used at once (`idle` is `0`), or kept awake by TCP (`awake`). At first for the shortest time alone, for longer ones if that decides nothing',
    params: { to: address, waits },
    labels: ['backend', 'idle', 'awake'],
    pace: 0.05,
    lasts: (params, { first }) => Math.max(...idleWaits(params, first)) + 10,
  },
  'server-first': {
    summary:
      'Connects and says nothing: a server that greets is heard at once, or only after a proxy gave up waiting for the client',
    params: { to: address },
    labels: ['backend'],
    pace: 0.05,
    lasts: () => 20,
  },
  'transparent-proxy': {
    summary:
      'Tries a closed port and a dead address; an attempt is ok if it connected, which only a transparent proxy does',
    params: {},
    labels: [],
    pace: 0.05,
  },
  path: {
    summary: 'Asks each hop on the way to the far end for a sign of life',
    params: { to: address },
    labels: ['hop', 'node'],
    pace: 0.05,
    lasts: () => 60,
  },
  counters: {
    summary: 'Reads the TCP and UDP counters of one network namespace twice, and says how much they grew',
    params: { seconds },
    labels: [],
    /**
     * As node_exporter's collectors netstat (/proc/net/netstat and /proc/net/snmp) and conntrack name them, over `seconds`;
     * entries and their limit as they stand at the end. Conntrack's are the node's where it runs in its network.
     */
    facts: {
      TcpExt_TCPSynRetrans: 'double',
      TcpExt_ListenOverflows: 'double',
      TcpExt_ListenDrops: 'double',
      TcpExt_TCPTimeouts: 'double',
      Tcp_RetransSegs: 'double',
      Tcp_OutRsts: 'double',
      Tcp_AttemptFails: 'double',
      Tcp_EstabResets: 'double',
      Udp_RcvbufErrors: 'double',
      Udp_NoPorts: 'double',
      Tcp_ActiveOpens: 'double',
      Tcp_PassiveOpens: 'double',
      nf_conntrack_stat_insert_failed: 'double',
      nf_conntrack_stat_found: 'double',
      nf_conntrack_stat_drop: 'double',
      nf_conntrack_entries: 'double',
      nf_conntrack_entries_limit: 'double',
      seconds: 'double',
    },
    pace: 0,
    lasts: (params) => Number(seconds.parse(params['seconds'])),
  },
} as const satisfies Record<string, Probe>;
export type ProbeId = keyof typeof probes;

export function isProbeId(id: string): id is ProbeId {
  return Object.hasOwn(probes, id);
}
