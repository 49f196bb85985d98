import { share, steady, swaying, type Flow } from '../flow.ts';
import { bytesPerPacket, directions, nodeBytes, type NodeLoad } from '../load.ts';
import { conntrackLimit, cpusPerNode, kernelVersion } from '../nodes.ts';
import type { NodePlan } from '../plan.ts';
import { counter, gauge, rawCounter, secondsCounter, type Labels, type Series } from '../series.ts';

const memoryBytes = 16 * 1024 ** 3;

/** Counters of the host's network namespace in ordinary traffic, in events per second. */
const hostTraffic: Readonly<Record<string, number>> = {
  TcpExt_SyncookiesSent: 0,
  TcpExt_SyncookiesRecv: 0,
  TcpExt_SyncookiesFailed: 0,
  TcpExt_TCPSynRetrans: 0.01,
  TcpExt_TCPTimeouts: 0.02,
  TcpExt_TCPOFOQueue: 0.4,
  TcpExt_TCPRcvQDrop: 0,
  Tcp_ActiveOpens: 3.1,
  Tcp_PassiveOpens: 4.2,
  Tcp_InSegs: 820,
  Tcp_OutSegs: 910,
  Tcp_OutRsts: 0.2,
  Tcp_RetransSegs: 0.3,
  Tcp_InErrs: 0,
  Udp_InDatagrams: 14,
  Udp_OutDatagrams: 14,
  Udp_NoPorts: 0.01,
  Udp_InErrors: 0,
  Udp_RcvbufErrors: 0,
  Udp_SndbufErrors: 0,
  Icmp_InMsgs: 0.05,
  Icmp_OutMsgs: 0.05,
  Icmp_InErrors: 0,
};

const conntrackHelp = 'Number of entries of the named kind, from /proc/net/stat/nf_conntrack.';

/** What node_exporter 1.9 shows with its default collectors; kernel statistics are cumulative all the same. */
export function nodeExporterSeries(node: NodePlan, load: NodeLoad): Series[] {
  const target: Labels = { job: 'node-exporter', instance: `${node.ip}:9100` };
  const seed = (what: string): string => `${node.name}/${what}`;
  const plain = (name: string, at: (t: number) => number, labels: Labels = {}): Series =>
    gauge({ name, help: `node_exporter: ${name}`, labels: { ...target, ...labels } }, at);
  const counted = (name: string, flow: Flow, labels: Labels = {}): Series =>
    counter({ name, help: `node_exporter: ${name}`, labels: { ...target, ...labels } }, flow);
  const timed = (name: string, flow: Flow, labels: Labels = {}): Series =>
    secondsCounter({ name, help: `node_exporter: ${name}`, labels: { ...target, ...labels } }, flow);
  const conntrack = (kind: string, flow: Flow): Series =>
    rawCounter(
      'gauge',
      { name: `node_nf_conntrack_stat_${kind}`, help: conntrackHelp, labels: target },
      flow,
    );
  const netstat = (field: string, flow: Flow): Series =>
    rawCounter(
      'untyped',
      { name: `node_netstat_${field}`, help: `Statistic ${field.replaceAll('_', '')}.`, labels: target },
      flow,
    );
  const none: Flow = () => 0;

  return [
    plain('node_nf_conntrack_entries', (t) => Math.round(conntrackLimit * node.conntrackUse(t))),
    plain('node_nf_conntrack_entries_limit', () => conntrackLimit),
    conntrack('found', steady(0.4, seed('conntrack-found'))),
    conntrack('invalid', steady(0.2, seed('conntrack-invalid'))),
    conntrack('ignore', none),
    conntrack('insert', none),
    conntrack('insert_failed', node.conntrackInsertFailed),
    conntrack('drop', node.conntrackDrop),
    conntrack('early_drop', node.conntrackEarlyDrop),
    conntrack('search_restart', steady(0.1, seed('conntrack-restart'))),
    netstat('TcpExt_ListenOverflows', node.listenOverflows),
    netstat('TcpExt_ListenDrops', node.listenOverflows),
    ...Object.entries(hostTraffic).map(([field, rate]) => netstat(field, steady(rate, seed(field)))),
    netstat('Tcp_CurrEstab', (t) => swaying(240, 0.05, seed('established'))(t)),
    ...sockets(plain, node),
    ...softnet(counted, plain, node, load),
    plain('node_arp_entries', (t) => Math.round(swaying(22, 0.1, seed('arp'))(t)), { device: 'eth0' }),
    ...network(counted, plain, node, load),
    plain('node_timex_offset_seconds', swaying(0.000_02, 0.8, seed('timex'))),
    plain('node_timex_sync_status', () => 1),
    plain('node_timex_maxerror_seconds', swaying(0.01, 0.3, seed('timex-error'))),
    timed('node_pressure_cpu_waiting_seconds_total', node.cpuWaiting),
    timed('node_pressure_memory_waiting_seconds_total', steady(0.0001, seed('memory-pressure'))),
    timed('node_pressure_memory_stalled_seconds_total', none),
    timed('node_pressure_io_waiting_seconds_total', steady(0.003, seed('io-pressure'))),
    timed('node_pressure_io_stalled_seconds_total', steady(0.001, seed('io-stalled'))),
    plain('node_memory_MemTotal_bytes', () => memoryBytes),
    plain('node_memory_MemAvailable_bytes', (t) =>
      Math.round(swaying(memoryBytes * 0.48, 0.05, seed('memory'))(t)),
    ),
    plain('node_uname_info', () => 1, { nodename: node.name, release: kernelVersion, sysname: 'Linux' }),
    ...cpus(timed, node, load),
  ];
}

type Maker = (name: string, flow: Flow, labels?: Labels) => Series;

/** Bytes per second whose packets keep one CPU's softirq busy all the time. */
const softirqLimit = 350_000_000;

function cpuShares(cpu: string, load: NodeLoad): Record<string, number> {
  const softirq = cpu === '0' ? Math.min(0.92, 0.005 + load.sentBytesPerSecond / softirqLimit) : 0.01;
  const user = Math.min(1 - softirq - 0.07, 0.1 + load.cpuCores / cpusPerNode);
  const others = { softirq, user, system: 0.06, iowait: 0.004, steal: 0.0002 };
  return { ...others, idle: Object.values(others).reduce((rest, part) => rest - part, 1) };
}

function cpus(timed: Maker, node: NodePlan, load: NodeLoad): Series[] {
  return Array.from({ length: cpusPerNode }, (_, cpu) => String(cpu)).flatMap((cpu) => [
    ...Object.entries(cpuShares(cpu, load)).map(([mode, part]) =>
      timed('node_cpu_seconds_total', steady(part, `${node.name}/cpu${cpu}/${mode}`), { cpu, mode }),
    ),
    timed('node_schedstat_waiting_seconds_total', share(node.cpuWaiting, 0.6), { cpu }),
  ]);
}

function sockets(plain: Maker, node: NodePlan): Series[] {
  const usual = { TCP_inuse: 31, TCP_alloc: 260, TCP_tw: 90, TCP_orphan: 0, TCP_mem: 40, sockets_used: 410 };
  return Object.entries(usual).map(([field, middle]) =>
    plain(`node_sockstat_${field}`, (t) => Math.round(swaying(middle, 0.08, `${node.name}/${field}`)(t))),
  );
}

/** One CPU takes the interrupts of the busiest queue. */
const shareOfFirstCpu = 0.7;

function softnet(counted: Maker, plain: Maker, node: NodePlan, load: NodeLoad): Series[] {
  const packets = load.sentBytesPerSecond / bytesPerPacket;

  return Array.from({ length: cpusPerNode }, (_, i) => {
    const cpu = String(i);
    const part = i === 0 ? shareOfFirstCpu : (1 - shareOfFirstCpu) / (cpusPerNode - 1);
    return [
      counted('node_softnet_processed_total', steady(packets * part, `${node.name}/softnet${cpu}`), { cpu }),
      counted('node_softnet_dropped_total', share(node.softnetDropped, part), { cpu }),
      counted('node_softnet_times_squeezed_total', share(node.softnetSqueezed, part), { cpu }),
      counted('node_softnet_flow_limit_count_total', () => 0, { cpu }),
      plain('node_softnet_backlog_len', () => 0, { cpu }),
    ];
  }).flat();
}

function network(counted: Maker, plain: Maker, node: NodePlan, load: NodeLoad): Series[] {
  const device = { device: 'eth0' };
  return [
    ...directions.flatMap((direction) => {
      const bytes = nodeBytes(node, load, direction);
      return [
        counted(`node_network_${direction}_bytes_total`, bytes, device),
        counted(`node_network_${direction}_packets_total`, share(bytes, 1 / bytesPerPacket), device),
        counted(`node_network_${direction}_drop_total`, () => 0, device),
        counted(`node_network_${direction}_errs_total`, () => 0, device),
      ];
    }),
    plain('node_network_mtu_bytes', () => 9001, device),
    plain('node_network_up', () => 1, device),
    counted('node_network_carrier_changes_total', () => 2, device),
  ];
}
