/** What a delay of a certain length gives away; `none` where it could be anything. */
export type SignatureName =
  | 'syn-retransmission'
  | 'syn-ack-retransmission'
  | 'dns-retry'
  | 'musl-dns-retry'
  | 'data-retransmission'
  | 'protocol-detection'
  | 'connect-timeout'
  | 'cpu-throttling'
  | 'delayed-ack'
  | 'none';

/** The Linux that sent the SYNs: 6.5 changed when it sends them again. */
export type Kernel = '<6.5' | '>=6.5';

/** A timer that makes attempts late, or fail, by times of its own, whatever the application does. */
export interface Template {
  readonly name: SignatureName;
  /** What happened, in the words of the person on call. */
  readonly title: string;
  /** By how many seconds an attempt is late that was hit once, twice, …: the second is never likelier than the first. */
  readonly times: readonly [number, ...number[]];
  readonly kernel?: Kernel;
  /** The attempt ends in failure after this time; without it, it goes on and is late. */
  readonly fails?: true;
}

export const templates: readonly Template[] = [
  /**
   * The first timeout of 1 s (RFC 6298, `TCP_TIMEOUT_INIT`) doubles: SYNs of Linux before 6.5, and SYN-ACKs of every
   * Linux, which are sent at the same times.
   */
  {
    name: 'syn-retransmission',
    title: 'SYNs or SYN-ACKs were lost and sent again after 1, 3, 7 s',
    times: [1, 3, 7, 15, 31],
    kernel: '<6.5',
  },
  /** ip-sysctl, `tcp_syn_linear_timeouts`, 4 by default since Linux 6.5: so many timeouts of 1 s more before they double. */
  {
    name: 'syn-retransmission',
    title: 'SYNs were lost and sent again after 1, 2, 3, 4, 5, 7 s, as by Linux 6.5 or later',
    times: [1, 2, 3, 4, 5, 7, 11, 19],
    kernel: '>=6.5',
  },
  /** resolv.conf(5): `timeout:5` and `attempts:2` are the defaults of glibc. */
  { name: 'dns-retry', title: 'DNS queries were lost and asked again after 5 s', times: [5, 10] },
  /** musl, `res_msend.c`: its timeout of 5 s is shared by two attempts. */
  {
    name: 'musl-dns-retry',
    title: 'DNS queries were lost and asked again after 2.5 s, as by musl (Alpine)',
    times: [2.5],
  },
  /** Linux, `TCP_RTO_MIN`: 200 ms beyond the round trip, doubling. */
  {
    name: 'data-retransmission',
    title: 'segments of open connections were lost and sent again after 0.2, 0.6, 1.4 s',
    times: [0.2, 0.6, 1.4, 3, 6.2, 12.6],
  },
  /** linkerd2-proxy, `DETECT_TIMEOUT`: 10 s for the first bytes of the client, which may itself wait for the server. */
  {
    name: 'protocol-detection',
    title: "Linkerd's protocol detection waited its 10 s for a client that waits for the server",
    times: [10],
  },
  /** linkerd2, `proxy.outboundConnectTimeout`, 1000 ms by default: the proxy gives up where the kernel tries again. */
  {
    name: 'connect-timeout',
    title: "connects failed at Linkerd's timeout of 1 s, before a lost SYN was sent again",
    times: [1],
    fails: true,
  },
  /** Linux, sched-bwc, `cpu.cfs_period_us`: who has used up the quota stands still until the next period of 100 ms. */
  {
    name: 'cpu-throttling',
    title: 'delays are multiples of 100 ms, the period of CPU throttling',
    times: [0.1, 0.2, 0.3, 0.4, 0.5],
  },
  /** Linux, `TCP_DELACK_MIN`: the ACK for which Nagle's algorithm waits at the other end. */
  {
    name: 'delayed-ack',
    title: "delays are the 40 ms of a delayed ACK, for which Nagle's algorithm waits",
    times: [0.04],
  },
];
