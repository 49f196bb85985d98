import { expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { describeInSandbox } from '../../lab/net/support.ts';
import { farEnd, httpPort } from '../support/far-end.ts';
import { probe, startProber, taskOf } from '../support/prober.ts';

const read = (seconds: number) => taskOf('counters', [], { options: { seconds } });

it('tells what rose between two readings', async () => {
  const started = startProber(read(0.8));
  await started.line('ready');
  // Nobody listens there: an attempt that fails, and a reset.
  const refused = connect({ port: 1, host: '127.0.0.1' });
  await new Promise((resolve) => refused.once('error', resolve));
  const { summary, attempts } = await started.ended;
  expect(attempts).toEqual([]);
  expect(summary).toMatchObject({ attempts: 0, ended: 'complete' });
  expect(summary?.facts).toMatchObject({
    network_namespace: expect.stringMatching(/^net:\[\d+\]$/) as unknown,
    TcpExt_ListenOverflows: expect.any(Number) as unknown,
    TcpExt_TCPSynRetrans: expect.any(Number) as unknown,
    Tcp_CurrEstab: expect.any(Number) as unknown,
    sockstat_TCP_inuse: expect.any(Number) as unknown,
    sockstat_TCP_tw: expect.any(Number) as unknown,
  });
  expect(summary?.facts['seconds']).toBeGreaterThanOrEqual(0.8);
  expect(summary?.facts).not.toHaveProperty('Tcp_RtoMin');
});

it('reads again at once when it is stopped', async () => {
  const started = startProber(read(10));
  await started.line('ready');
  started.process.kill('SIGTERM');
  const { summary } = await started.ended;
  expect(summary).toMatchObject({ ended: 'stopped' });
  expect(summary?.facts['seconds']).toBeLessThan(5);
  expect(summary?.facts).toHaveProperty('Tcp_ActiveOpens');
});

it('reads again before the deadline', async () => {
  const { summary } = await probe({ ...read(60), deadline: 1.5 });
  expect(summary).toMatchObject({ ended: 'complete' });
  expect(summary?.facts['seconds']).toBeLessThan(1.5);
  expect(summary?.notes.join()).toMatch(/before the deadline/);
});

describeInSandbox('in a network of its own', () => {
  const far = farEnd();

  it('counts what is lost there, exactly', async () => {
    await far.filter(`tcp dport ${httpPort} ct state new counter drop`);
    const [counted, lost] = await Promise.all([
      far.probe(read(4)),
      far.probe(
        taskOf('tcp', [{ host: '127.0.0.1', port: httpPort }], {
          attempts: 3,
          concurrency: 3,
          timeout: 1.5,
          startAt: Date.now() + 1000,
        }),
      ),
    ]);
    expect(lost.summary).toMatchObject({ failed: 3 });
    // Each resends its SYN once, after a second.
    expect(counted.summary?.facts).toMatchObject({
      Tcp_ActiveOpens: 3,
      TcpExt_TCPSynRetrans: 3,
      TcpExt_ListenOverflows: 0,
      nf_conntrack_stat_insert_failed: 0,
      nf_conntrack_stat_drop: expect.any(Number) as unknown,
      nf_conntrack_entries: expect.any(Number) as unknown,
      nf_conntrack_entries_limit: expect.any(Number) as unknown,
    });
  });

  it('names what cannot be read, and makes no number of it', async () => {
    await far.run('mount', '-t', 'tmpfs', 'tmpfs', '/proc/sys/net/netfilter');
    const { summary } = await far.probe(read(0.1));
    await far.run('umount', '/proc/sys/net/netfilter');
    expect(summary?.notes).toContain('/proc/sys/net/netfilter/nf_conntrack_count cannot be read (ENOENT)');
    expect(summary?.facts).not.toHaveProperty('nf_conntrack_entries');
    expect(summary?.facts).toHaveProperty('nf_conntrack_stat_drop');
  });

  it('cannot look where there is no /proc', async () => {
    const hidden = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /proc && exec "$@"', 'sh'];
    const { cannot } = await probe(read(0.1), [...far.enter(), ...hidden]);
    expect(cannot).toEqual({
      type: 'cannot',
      reason: 'not-found',
      detail: 'neither /proc/net/netstat nor /proc/net/snmp can be read here',
    });
  });
});
