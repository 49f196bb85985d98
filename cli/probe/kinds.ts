import type { ProbeOptions, ProberKind } from '../../core/probe-task.ts';
import type { SignatureName } from '../../core/signatures/templates.ts';
import type { SettingName } from './settings.ts';

/** One kind of probe, as it is called by hand. */
export interface KindByHand {
  /** One line, for the list of kinds. */
  readonly summary: string;
  /** What it measures, and what an attempt that is ok says. */
  readonly measures: string;
  /** `hosts` may do without a port, `rungs` come by --rung. */
  readonly takes: 'addresses' | 'hosts' | 'name' | 'nothing' | 'rungs';
  readonly settings: readonly SettingName[];
  /** Unless the command line says otherwise; pace and timeout in seconds. */
  readonly usual: { readonly attempts: number; readonly pace: number; readonly timeout: number };
  /** Seconds that it takes beyond its attempts at their pace. */
  readonly also?: (options: ProbeOptions, timeout: number) => number;
  /** The timers that its times can give away; none where times are not what is measured. */
  readonly timers: readonly SignatureName[];
}

const connects: readonly SignatureName[] = [
  'syn-retransmission',
  'syn-ack-retransmission',
  'connect-timeout',
];
const talks: readonly SignatureName[] = [
  ...connects,
  'data-retransmission',
  'protocol-detection',
  'cpu-throttling',
  'delayed-ack',
];

/** Long enough to see the fourth SYN answered, which kernels before 6.5 send after 7 s. */
const connectTimeout = 8;
/** Beyond the 10 s of Linkerd's protocol detection. */
const talkTimeout = 12;

export const kindsByHand: Readonly<Record<ProberKind, KindByHand>> = {
  tcp: {
    summary: 'connects, a new connection an attempt',
    measures:
      'Times connects. ok: the handshake of TCP is complete. Late by 1, 3, 7 s: a SYN was lost and sent again. In a meshed pod the sidecar answers the connect, so that what the far end says after it is timed.',
    takes: 'addresses',
    settings: ['burst', 'proxied'],
    usual: { attempts: 100, pace: 0.02, timeout: connectTimeout },
    timers: [...connects, 'protocol-detection'],
  },
  tls: {
    summary: 'connects and shakes hands; shows the certificate',
    measures:
      'Times connect and TLS handshake. ok: the handshake is complete, whatever the certificate, which is under the findings.',
    takes: 'addresses',
    settings: ['sni', 'servername', 'proxied'],
    usual: { attempts: 50, pace: 0.1, timeout: talkTimeout },
    timers: talks,
  },
  http: {
    summary: 'asks for a page, phase by phase',
    measures:
      'Times look-up, connect, TLS, first byte and all of the answer, on a new connection each time. ok: the whole answer came, whatever its status; By status tells.',
    takes: 'addresses',
    settings: ['path', 'bodyBytes', 'tls', 'no-tls', 'servername', 'proxied'],
    usual: { attempts: 50, pace: 0.1, timeout: talkTimeout },
    timers: [...talks, 'dns-retry', 'musl-dns-retry'],
  },
  udp: {
    summary: 'sends a datagram and waits for its answer',
    measures:
      'Times the answer. ok: the echo came back as it was, or the DNS server answered. That nothing came back does not say which way it was lost.',
    takes: 'addresses',
    settings: ['payload', 'bytes', 'name', 'burst'],
    usual: { attempts: 100, pace: 0.05, timeout: 3 },
    timers: [],
  },
  dns: {
    summary: 'looks a name up as glibc does',
    measures:
      'Times a look-up: A and AAAA at once from one socket, again after 5 s, along the search path. ok: there was an answer, be it that there is no such name. Asks the servers of /etc/resolv.conf unless --server names others; with a trailing dot the name is asked as it is.',
    takes: 'name',
    settings: ['record', 'search', 'ndots'],
    usual: { attempts: 100, pace: 0.05, timeout: 11 },
    timers: ['dns-retry', 'musl-dns-retry'],
  },
  'source-ports': {
    summary: 'connects from source ports all over the range',
    measures:
      'Finds out whether connects fail by their source port, as with a filter that lets only some through, and where the boundary is. ok: the connect stood.',
    takes: 'addresses',
    settings: ['ports', 'no-boundary'],
    usual: { attempts: 200, pace: 0.02, timeout: 2.5 },
    // The search for the boundary makes up to 40 connects, one after the other.
    also: ({ boundary = true }, timeout) => (boundary ? 40 * timeout : 0),
    timers: connects,
  },
  mtu: {
    summary: 'sends and asks for few and for many bytes',
    measures:
      'Finds the largest packet that the path lets through: ICMP echoes that must not be fragmented, and, at a host:port, HTTP requests (up) and responses (down) of growing size. Small ones that pass and large ones that hang are a black hole.',
    takes: 'hosts',
    settings: ['sizes', 'path', 'tls', 'no-tls', 'servername'],
    usual: { attempts: 1, pace: 0.05, timeout: 4 },
    also: () => 30,
    timers: [],
  },
  idle: {
    summary: 'leaves connections unused, then uses them',
    measures:
      'Finds out after how long the way forgets a connection that nobody uses. All wait side by side; one is used at once, to compare. ok: the connection still worked, or the far end had ended it properly.',
    takes: 'addresses',
    settings: ['waits', 'tls', 'no-tls', 'servername', 'proxied'],
    usual: { attempts: 1, pace: 0, timeout: 10 },
    // The longest of the prober's own.
    also: ({ waits = [620] }) => Math.max(...waits) + 10,
    timers: [],
  },
  'server-first': {
    summary: 'connects, says nothing and listens',
    measures:
      'Times the greeting of a server that speaks first (MySQL, SMTP, SSH). At once is as it should be; after 10 s a proxy waited for the client. ok: the server spoke.',
    takes: 'addresses',
    settings: ['silence'],
    usual: { attempts: 10, pace: 0.05, timeout: 3 },
    also: ({ silence = 12 }) => silence,
    timers: ['protocol-detection', 'syn-retransmission', 'syn-ack-retransmission'],
  },
  'transparent-proxy': {
    summary: 'connects to where nobody is',
    measures:
      'Tries an address that no network has. A connect that stands (ok) gives away a proxy in the path, which answers for everybody.',
    takes: 'nothing',
    settings: [],
    usual: { attempts: 20, pace: 0.05, timeout: 2 },
    timers: [],
  },
  path: {
    summary: 'asks each hop on the way for a sign of life',
    measures:
      'Shows the hops between here and the far end, and from which on there is loss: only loss that all later hops have too is one. An attempt is one packet to each hop; at a host:port it is a SYN, which firewalls treat as they treat the traffic.',
    takes: 'hosts',
    settings: ['hops'],
    // mtr lets nobody but root send faster.
    usual: { attempts: 10, pace: 1, timeout: 5 },
    // The last answers of each target.
    also: () => 10,
    timers: [],
  },
  counters: {
    summary: "reads the kernel's network counters twice",
    measures:
      'Shows by how much the TCP, UDP and conntrack counters of one network namespace rose between two readings. Nothing is sent.',
    takes: 'nothing',
    settings: ['seconds'],
    usual: { attempts: 1, pace: 0, timeout: 5 },
    also: ({ seconds = 10 }) => seconds,
    timers: [],
  },
  ladder: {
    summary: 'climbs from rung to rung: which is the first to fail',
    measures:
      'Tries the same thing by way of ever more of the cluster, the rungs in turn: --rung pod=10.1.2.3:8080 --rung service=10.96.0.9:80 --rung name=cart.shop:80. ok: the connect stood.',
    takes: 'rungs',
    settings: ['proxied'],
    usual: { attempts: 100, pace: 0.05, timeout: connectTimeout },
    timers: connects,
  },
  mesh: {
    summary: 'connects to many peers in turn: which of them fail',
    measures: 'Connects to every address named, in turn. ok: the connect stood.',
    takes: 'addresses',
    settings: ['proxied'],
    usual: { attempts: 100, pace: 0.05, timeout: connectTimeout },
    timers: connects,
  },
};

/** Whether the times of its attempts are what a kind measures. */
export function isTimed(kind: ProberKind): boolean {
  return kind === 'udp' || kindsByHand[kind].timers.length > 0;
}
