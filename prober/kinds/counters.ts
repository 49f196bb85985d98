import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cannot } from '../cannot.ts';
import { codeOf } from '../connect.ts';
import {
  parseConntrackStat,
  parseConntrackTool,
  parseNetstat,
  parseSockstat,
  type Counters,
} from '../proc-net.ts';
import type { Run } from '../run.ts';
import { runTool } from '../tool.ts';

const usualSeconds = 10;
/** Seconds of the deadline that are left for the second reading. */
const margin = 1;

/** Counts that only rise; what is told is how much they rose. */
const counters: readonly [file: string, parse: (text: string) => Counters][] = [
  ['/proc/net/netstat', parseNetstat],
  ['/proc/net/snmp', parseNetstat],
];
const conntrackStat = '/proc/net/stat/nf_conntrack';

/** What stands now. */
const gauges: readonly [file: string, parse: (text: string) => Counters][] = [
  ['/proc/net/sockstat', parseSockstat],
  ['/proc/sys/net/netfilter/nf_conntrack_count', (text) => new Map([['nf_conntrack_entries', Number(text)]])],
  [
    '/proc/sys/net/netfilter/nf_conntrack_max',
    (text) => new Map([['nf_conntrack_entries_limit', Number(text)]]),
  ],
];
/** Rises and falls, though it stands among the counters. */
const gaugesAmongCounters = ['Tcp_CurrEstab'];

/** Told even when they did not move: that they stand still is what is asked for. */
const always = [
  'Tcp_ActiveOpens',
  'Tcp_PassiveOpens',
  'Tcp_AttemptFails',
  'Tcp_EstabResets',
  'Tcp_InSegs',
  'Tcp_OutSegs',
  'Tcp_RetransSegs',
  'Tcp_OutRsts',
  'TcpExt_ListenOverflows',
  'TcpExt_ListenDrops',
  'TcpExt_TCPSynRetrans',
  'TcpExt_TCPTimeouts',
  'TcpExt_TCPBacklogDrop',
  'TcpExt_TCPReqQFullDrop',
  'TcpExt_IPReversePathFilter',
  'Udp_InDatagrams',
  'Udp_OutDatagrams',
  'Udp_NoPorts',
  'Udp_InErrors',
  'Udp_RcvbufErrors',
  'Udp_SndbufErrors',
  'Icmp_InDestUnreachs',
  'Ip_FragFails',
  'Ip_ReasmFails',
  'nf_conntrack_stat_found',
  'nf_conntrack_stat_insert_failed',
  'nf_conntrack_stat_drop',
  'nf_conntrack_stat_early_drop',
  'nf_conntrack_stat_clash_resolve',
];

/** All that was read at one moment. */
interface Reading {
  readonly counters: Counters;
  readonly gauges: Counters;
}

/**
 * Reads the kernel's counters twice, in the network namespace where it runs: a pod's own are seen nowhere else, and
 * conntrack's are the node's. What cannot be read is named; it is never 0.
 */
export async function probe(run: Run): Promise<void> {
  const { seconds = usualSeconds } = run.task.options;
  const namespace = await readlink('/proc/self/ns/net').catch(() => undefined);
  const before = await read(run);
  const started = performance.now();
  const until = Math.max(
    0,
    Math.min(started + seconds * 1000, (run.task.deadline - margin) * 1000) - started,
  );
  if (until < seconds * 1000)
    run.notes.add(`read again after ${Math.round(until / 1000)} s, before the deadline`);
  await sleep(until, undefined, { signal: run.signal }).catch(() => undefined);
  const after = await read(run);
  run.facts['seconds'] = Math.round(performance.now() - started) / 1000;
  if (namespace !== undefined) run.facts['network_namespace'] = namespace;
  Object.assign(run.facts, Object.fromEntries(after.gauges), risen(before.counters, after.counters));
  run.notes.add(
    'only this network namespace was read; counters that did not move are left out, save for those that causes ask for',
  );
}

async function read(run: Run): Promise<Reading> {
  const found = new Map<string, number>();
  for (const [file, parse] of counters) add(found, await readWith(run, file, parse));
  if (found.size === 0)
    throw new Cannot('not-found', 'neither /proc/net/netstat nor /proc/net/snmp can be read here');
  add(found, (await conntrackFile()) ?? (await conntrackTool(run)));
  const standing = new Map<string, number>();
  for (const [file, parse] of gauges) add(standing, await readWith(run, file, parse));
  for (const name of gaugesAmongCounters) {
    const value = found.get(name);
    found.delete(name);
    if (value !== undefined) standing.set(name, value);
  }
  return { counters: found, gauges: standing };
}

function add(all: Map<string, number>, more: Counters): void {
  for (const [name, value] of more) all.set(name, value);
}

async function readWith(run: Run, file: string, parse: (text: string) => Counters): Promise<Counters> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch (error) {
    run.notes.add(`${file} cannot be read (${codeOf(error)})`);
    return new Map();
  }
}

async function conntrackFile(): Promise<Counters | undefined> {
  const text = await readFile(conntrackStat, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseConntrackStat(text);
}

/** Some kernels have no such file; the tool asks over netlink. */
async function conntrackTool({ signal, task, notes }: Run): Promise<Counters> {
  try {
    const { code, stdout, stderr } = await runTool('conntrack', ['-S'], {
      timeout: task.timeout * 1000,
      signal,
    });
    if (code === 0) return parseConntrackTool(stdout);
    notes.add(
      `conntrack's statistics cannot be read: no ${conntrackStat}, and conntrack -S says ${stderr.trim()}`,
    );
  } catch (error) {
    if (!(error instanceof Cannot)) throw error;
    notes.add(`conntrack's statistics cannot be read: no ${conntrackStat}, and ${error.message}`);
  }
  return new Map();
}

/** How much each counter rose. Those of conntrack have 32 bits. */
function risen(before: Counters, after: Counters): Record<string, number> {
  const facts: Record<string, number> = {};
  for (const [name, now] of after) {
    const then = before.get(name);
    if (then === undefined) continue;
    const rise = now < then && name.startsWith('nf_conntrack_stat_') ? now - then + 2 ** 32 : now - then;
    if (rise !== 0 || always.includes(name)) facts[name] = rise;
  }
  return facts;
}
