/*
 * The kernel's counters of one network namespace, as text (proc_net(5)). Names are those of node_exporter without
 * `node_` and `netstat_`, which people know from their dashboards: TcpExt_ListenOverflows, sockstat_TCP_tw.
 */

export type Counters = ReadonlyMap<string, number>;

/** Of these protocols of /proc/net/netstat and /proc/net/snmp. */
const protocols = ['TcpExt', 'Tcp', 'Udp', 'Icmp', 'Ip'];
/** Settings among the counters. */
const settings = [
  'Tcp_RtoAlgorithm',
  'Tcp_RtoMin',
  'Tcp_RtoMax',
  'Tcp_MaxConn',
  'Ip_Forwarding',
  'Ip_DefaultTTL',
];

/** /proc/net/netstat and /proc/net/snmp: for each protocol a line of names and then a line of values. */
export function parseNetstat(text: string): Counters {
  const found = new Map<string, number>();
  const lines = linesOf(text);
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [head = '', ...names] = lines[at] ?? [];
    const [, ...values] = lines[at + 1] ?? [];
    const protocol = head.replace(':', '');
    if (!protocols.includes(protocol)) continue;
    for (const [column, name] of names.entries()) {
      const key = `${protocol}_${name}`;
      if (!settings.includes(key)) found.set(key, Number(values[column]));
    }
  }
  return found;
}

/** /proc/net/sockstat: `TCP: inuse 3 orphan 0 tw 2 alloc 6 mem 0`. */
export function parseSockstat(text: string): Counters {
  const found = new Map<string, number>();
  for (const [head = '', ...pairs] of linesOf(text))
    for (let at = 0; at + 1 < pairs.length; at += 2)
      found.set(`sockstat_${head.replace(':', '')}_${pairs[at] ?? ''}`, Number(pairs[at + 1]));
  return found;
}

/** What node_exporter takes of conntrack's statistics, and what the kernel calls a clash that it could resolve. */
const conntrackFields = new Map([
  ['found', 'found'],
  ['invalid', 'invalid'],
  ['ignore', 'ignore'],
  ['insert', 'insert'],
  ['insert_failed', 'insert_failed'],
  ['drop', 'drop'],
  ['early_drop', 'early_drop'],
  ['search_restart', 'search_restart'],
  ['clashres', 'clash_resolve'],
  ['clash_resolve', 'clash_resolve'],
]);

/** /proc/net/stat/nf_conntrack: a line of names, then a line of hexadecimal values for each CPU. */
export function parseConntrackStat(text: string): Counters {
  const [names = [], ...rows] = linesOf(text);
  const named = (row: readonly string[]) =>
    row.map((value, column): [string, number] => [names[column] ?? '', parseInt(value, 16)]);
  return sumOfCpus(rows.flatMap(named));
}

/** `conntrack -S`: `cpu=0 found=0 invalid=0 …`, a line for each CPU. */
export function parseConntrackTool(text: string): Counters {
  return sumOfCpus([...text.matchAll(/(\w+)=(\d+)/g)].map(([, name = '', value]) => [name, Number(value)]));
}

function sumOfCpus(values: readonly [name: string, value: number][]): Counters {
  const found = new Map<string, number>();
  for (const [name, value] of values) {
    const field = conntrackFields.get(name);
    if (field === undefined) continue;
    const key = `nf_conntrack_stat_${field}`;
    found.set(key, (found.get(key) ?? 0) + value);
  }
  return found;
}

function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
}
