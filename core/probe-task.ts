import * as z from 'zod';

/*
 * What a worker tells the prober and what it answers: one JSON task in, JSON lines out. The prober itself imports types
 * only, so that it starts fast in a bare image.
 */

/** What the prober can do; the probes of a playbook (core/probes.ts) are made of these. */
export const proberKinds = [
  'tcp',
  'tls',
  'http',
  'udp',
  'dns',
  'source-ports',
  'mtu',
  'idle',
  'server-first',
  'transparent-proxy',
  'path',
  'counters',
  'ladder',
  'mesh',
] as const;
export const ProberKind = z.enum(proberKinds);
export type ProberKind = z.infer<typeof ProberKind>;

/** The most connections of one task, whatever it asks for. */
export const mostConnections = 20_000;
/** The most targets of one task. */
export const mostTargets = 500;
/** The most attempts under way at once, whatever a task asks for. */
export const mostAtOnce = 1_000;
/** The longest that one task may run, in seconds. */
export const longestDeadline = 900;

const Target = z.strictObject({
  /** An address, or a name that is looked up before each attempt. */
  host: z.string(),
  port: z.int().min(1).max(65_535).optional(),
  /** How a DNS server is asked. */
  transport: z.enum(['udp', 'tcp']).optional(),
  /** Given back with each attempt. */
  labels: z.record(z.string(), z.string()).optional(),
});
export type ProbeTarget = z.infer<typeof Target>;

const Options = z.strictObject({
  /** tcp, tls, udp: connects so many at the same instant, then waits `pace` times as many seconds. */
  burst: z.int().min(1).optional(),
  /** tcp: the ports to connect from, in this order, again and again. */
  sourcePorts: z.array(z.int().min(1).max(65_535)).optional(),
  /** The attempt goes through a sidecar, which answers every connect: only what comes after it tells of the far end. */
  proxied: z.boolean().optional(),
  /** tls, http: the name to ask for; `null` asks for none (no SNI). The target's host, where it is a name, unless given. */
  servername: z.string().nullable().optional(),
  /** tls: asks with and without SNI in turn, label `sni` on or off. */
  sni: z.enum(['on', 'off', 'both']).optional(),
  /** http, mtu: over TLS. */
  tls: z.boolean().optional(),
  /** http, mtu: the path to ask for; `/` unless given. */
  path: z.string().optional(),
  /** http: the bytes of the request's body; with any it is a POST. */
  bodyBytes: z.int().min(0).optional(),
  /** udp: what is sent. An echo is expected back as it was; a DNS answer with the question's id. */
  payload: z.enum(['echo', 'dns']).optional(),
  /** udp: bytes of the echo. */
  bytes: z.int().min(1).max(65_000).optional(),
  /** dns, udp with payload dns: the name to look up; dns: `*.invalid` is another name below it in each attempt. */
  name: z.string().optional(),
  /** dns: which questions; `both` sends them at once on one socket, as glibc does. */
  records: z.enum(['a', 'aaaa', 'both']).optional(),
  /** dns: the search path to go through, as resolv.conf names it; a name with a trailing dot is asked as it is. */
  search: z.array(z.string()).optional(),
  ndots: z.int().min(0).optional(),
  /** dns: seconds until the question is asked again, and how often it is asked in all (glibc: 5 and 2). */
  retryAfter: z.number().positive().optional(),
  tries: z.int().min(1).max(5).optional(),
  /** source-ports: the range to sweep; whether the boundary between dead and live ports is sought. */
  ports: z.tuple([z.int().min(1), z.int().max(65_535)]).optional(),
  boundary: z.boolean().optional(),
  /** mtu: bytes to send and to ask for. */
  sizes: z.array(z.int().min(1).max(200_000)).optional(),
  /** idle: seconds to leave each connection unused. */
  waits: z.array(z.number().min(0)).optional(),
  /** idle: keeps every second connection awake, by TCP keepalive once a second. */
  keepAwake: z.boolean().optional(),
  /** server-first: seconds to stay silent. */
  silence: z.number().positive().optional(),
  /** path: the most hops. */
  hops: z.int().min(1).max(64).optional(),
  /** counters: seconds between the two readings. */
  seconds: z.number().positive().optional(),
});
export type ProbeOptions = z.infer<typeof Options>;

export const ProbeTask = z.strictObject({
  version: z.literal(1),
  kind: ProberKind,
  /** Taken in turn, attempt by attempt. */
  targets: z.array(Target).max(mostTargets),
  /** In all, over all targets. */
  attempts: z.int().min(1).max(mostConnections),
  /** The number of the first attempt. */
  first: z.int().min(0),
  /** Seconds between the starts of two attempts. */
  pace: z.number().min(0),
  /** Attempts under way at once. */
  concurrency: z.int().min(1).max(mostAtOnce),
  /** Seconds that one attempt may take. */
  timeout: z.number().positive().max(300),
  /** Seconds from the start of the program to its end, with whatever it has. */
  deadline: z.number().positive().max(longestDeadline),
  /** Unix milliseconds at which all arms of a comparison begin; one that is late begins at once. */
  startAt: z.number().optional(),
  /** Networks (CIDR) that are refused besides loopback, link-local and metadata addresses. */
  refuse: z.array(z.string()),
  /** Networks that may be probed although they are loopback or in `refuse`; link-local ones never. */
  allow: z.array(z.string()),
  /** The API server's addresses, with port or without: never probed, whatever is allowed. */
  apiServer: z.array(z.string()).optional(),
  /** Unix milliseconds after which it is too late to begin: nobody waits for it any more. */
  notAfter: z.number().optional(),
  options: Options,
});
export type ProbeTask = z.infer<typeof ProbeTask>;

/** Milliseconds; what was not reached is absent. */
const Phases = z.strictObject({
  dns: z.number().optional(),
  connect: z.number().optional(),
  tls: z.number().optional(),
  firstByte: z.number().optional(),
  total: z.number().optional(),
});
export type Phases = z.infer<typeof Phases>;

export const ProbeAttempt = z.strictObject({
  type: z.literal('attempt'),
  n: z.int(),
  /** The target as the task names it: `host` or `host:port`. */
  to: z.string(),
  /** Unix milliseconds of its start. */
  at: z.number(),
  ok: z.boolean(),
  /** Milliseconds until it succeeded or failed. */
  ms: z.number(),
  phases: Phases,
  /** Why it failed: an errno, a TLS alert, a DNS code, `timeout`, `closed`. */
  error: z.string().optional(),
  /** The address that the name stood for. */
  address: z.string().optional(),
  sourcePort: z.int().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export type ProbeAttempt = z.infer<typeof ProbeAttempt>;

const Fact = z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]);
export type ProbeFacts = Record<string, z.infer<typeof Fact>>;

const Summary = z.strictObject({
  type: z.literal('summary'),
  attempts: z.int(),
  failed: z.int(),
  /** `complete`, or what ended it early: its deadline, or somebody (SIGTERM). */
  ended: z.enum(['complete', 'deadline', 'stopped']),
  /** What the numbers do not say of themselves, as which phase was timed and why. */
  notes: z.array(z.string()),
  facts: z.record(z.string(), Fact),
});
export type ProbeSummary = z.infer<typeof Summary>;

export const ProbeLine = z.discriminatedUnion('type', [
  /** It is up and knows what to do: milliseconds since the program was started. */
  z.strictObject({ type: z.literal('ready'), ms: z.number() }),
  z.strictObject({ type: z.literal('progress'), done: z.int(), of: z.int() }),
  ProbeAttempt,
  Summary,
  /** It could not look, or was not allowed to. */
  z.strictObject({
    type: z.literal('cannot'),
    reason: z.enum(['rejected', 'forbidden', 'not-found', 'unreachable', 'not-enabled', 'crashed']),
    detail: z.string(),
  }),
]);
export type ProbeLine = z.infer<typeof ProbeLine>;
