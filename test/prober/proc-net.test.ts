import { expect, it } from '@jest/globals';
import {
  parseConntrackStat,
  parseConntrackTool,
  parseNetstat,
  parseSockstat,
} from '../../prober/proc-net.ts';

it('pairs names with values, protocol by protocol, and leaves settings and other protocols out', () => {
  const text = `TcpExt: SyncookiesSent ListenDrops
TcpExt: 1 22
MPTcpExt: MPCapableSYNRX
MPTcpExt: 9
Tcp: RtoAlgorithm MaxConn RetransSegs
Tcp: 1 -1 6146
`;
  expect([...parseNetstat(text)]).toEqual([
    ['TcpExt_SyncookiesSent', 1],
    ['TcpExt_ListenDrops', 22],
    ['Tcp_RetransSegs', 6146],
  ]);
});

it('reads sockstat', () => {
  expect([...parseSockstat('sockets: used 36\nTCP: inuse 3 orphan 0 tw 2 alloc 6 mem 0\n')]).toEqual([
    ['sockstat_sockets_used', 36],
    ['sockstat_TCP_inuse', 3],
    ['sockstat_TCP_orphan', 0],
    ['sockstat_TCP_tw', 2],
    ['sockstat_TCP_alloc', 6],
    ['sockstat_TCP_mem', 0],
  ]);
});

const sums = [
  ['nf_conntrack_stat_found', 3],
  ['nf_conntrack_stat_insert_failed', 26],
  ['nf_conntrack_stat_drop', 16],
  ['nf_conntrack_stat_clash_resolve', 1],
];

it('sums the hexadecimal columns of all CPUs, whichever there are', () => {
  const text = `entries  found insert_failed drop clashres
0000002a  00000001 00000010 00000010 00000000
0000002a  00000002 0000000a 00000000 00000001
`;
  expect([...parseConntrackStat(text)]).toEqual(sums);
});

it('reads the tool alike', () => {
  const text = `cpu=0   \tfound=1 insert_failed=16 drop=16 clash_resolve=0 chaintoolong=0
cpu=1   \tfound=2 insert_failed=10 drop=0 clash_resolve=1 chaintoolong=0
`;
  expect([...parseConntrackTool(text)]).toEqual(sums);
});

it('makes nothing of nothing', () => {
  for (const parse of [parseNetstat, parseSockstat, parseConntrackStat, parseConntrackTool])
    expect(parse('').size).toBe(0);
});
