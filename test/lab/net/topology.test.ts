import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { dropLarger } from '../../../lab/net/faults/drops.ts';
import { openSandbox } from '../../../lab/net/sandbox.ts';
import { setSysctls } from '../../../lab/net/sysctls.ts';
import { fabric, type Topology } from '../../../lab/net/topology.ts';
import { answered, cluster, clusterOfTests, connection, describeInSandbox, impatience } from './support.ts';

describeInSandbox('a topology', () => {
  const { sandbox, undoLater } = clusterOfTests(['p12', 'p21', 'ext', 'lb', 'n2']);

  test.each([
    { name: 'a pod of the same node', from: 'p11', to: '10.244.1.12', seenAs: '10.244.1.11' },
    { name: 'a pod of another node', from: 'p11', to: '10.244.2.11', seenAs: '10.244.1.11' },
    { name: 'a host outside, as the node', from: 'p11', to: '203.0.113.10', seenAs: '10.0.0.11' },
    { name: 'a host outside, as its other node', from: 'p21', to: '203.0.113.10', seenAs: '10.0.0.12' },
    { name: 'a neighbour of the nodes', from: 'p11', to: '10.0.0.100', seenAs: '10.0.0.11' },
    { name: 'another node', from: 'p11', to: '10.0.0.12', seenAs: '10.0.0.11' },
    { name: 'a pod, from another node', from: 'n1', to: '10.244.2.11', seenAs: '10.244.1.0' },
    { name: 'a node, from a host', from: 'lb', to: '10.0.0.12', seenAs: '10.0.0.100' },
  ])('reaches $name', async ({ from, to, seenAs }) => {
    expect(await connection(sandbox(), from, { to })).toMatchObject({ peer: seenAs });
  });

  test('passes packets on as soon as it is built', async () => {
    const fresh = await openSandbox();
    await buildTopology(fresh, cluster);
    for (const netns of [fabric, 'n1', 'n2']) {
      const ports = await fresh.run(['bridge', 'link'], { netns });
      expect(ports.match(/state \w+/g)).toEqual(
        ports
          .trimEnd()
          .split('\n')
          .map(() => 'state forwarding'),
      );
    }
    await fresh.close();
  });

  test('carries datagrams', async () => {
    expect(await answered(sandbox(), 'p11', { to: '10.244.2.11', count: 3 })).toBe(3);
    expect(await answered(sandbox(), 'p11', { to: '203.0.113.10', count: 3 })).toBe(3);
  });

  test('knows no way from a host outside to a pod', async () => {
    const outcome = await connection(sandbox(), 'ext', { to: '10.244.2.11', timeoutMs: impatience });
    expect(outcome.error).toMatch(/^(timeout|ENETUNREACH|EHOSTUNREACH)$/);
  });

  test('sends pods of another node through the overlay', async () => {
    const route = await sandbox().run(['ip', 'route', 'get', '10.244.2.11'], { netns: 'n1' });
    expect(route).toContain('dev flannel.1');
    const counted = `table ip seen { chain prerouting { type filter hook prerouting priority raw;
      ip saddr 10.0.0.11 ip daddr 10.0.0.12 udp dport 8472 counter; }
    }`;
    await sandbox().run(['nft', '-f', '-'], { netns: fabric, input: counted });
    await connection(sandbox(), 'p11', { to: '10.244.2.11' });
    const seen = await sandbox().run(['nft', 'list', 'table', 'ip', 'seen'], { netns: fabric });
    expect(Number(/packets (\d+)/.exec(seen)?.[1])).toBeGreaterThan(2);
  });

  test('sends no packet that is larger than a wire would take', async () => {
    for (const netns of ['p11', 'n1', fabric, 'n2', 'p21']) {
      const bytes = netns.startsWith('p') ? 1450 : 1500;
      await undoLater(dropLarger(sandbox(), netns, { bytes }));
    }
    expect(await connection(sandbox(), 'p11', { to: '10.244.2.11', bytes: 2_000_000 })).toMatchObject({
      peer: '10.244.1.11',
    });
  });

  test('sets what the kernel of one of them is told, and takes it back', async () => {
    const linear = 'net.ipv4.tcp_syn_linear_timeouts';
    const read = (netns: string): Promise<string> =>
      sandbox().run(['cat', '/proc/sys/net/ipv4/tcp_syn_linear_timeouts'], { netns });
    expect([await read('p11'), await read('p12')]).toEqual(['4\n', '0\n']);
    const undo = await setSysctls(sandbox(), 'p11', { [linear]: 2 });
    expect(await read('p11')).toBe('2\n');
    await undo();
    expect(await read('p11')).toBe('4\n');
    await expect(setSysctls(sandbox(), 'p11', { 'kernel.hostname': 'x' })).rejects.toThrow('below net.');
  });

  test('gives one of them a resolver of its own', async () => {
    const read = (netns: string): Promise<string> => sandbox().run(['cat', '/etc/resolv.conf'], { netns });
    expect(await read('p12')).toBe('nameserver 10.96.0.10\n');
    expect(await read('p11')).toBe(readFileSync('/etc/resolv.conf', 'utf8'));
  });

  test.each<{ readonly topology: Partial<Topology>; readonly says: string }>([
    { topology: { hosts: [{ name: 'p11', ip: '10.0.0.3' }] }, says: 'Two members are called "p11"' },
    { topology: { hosts: [{ name: 'a;b', ip: '10.0.0.3' }] }, says: 'Unexpected name "a;b"' },
    { topology: { hosts: [{ name: 'v6', ip: 'fe80::1' }] }, says: 'Unexpected "fe80::1"' },
    { topology: { pods: [{ name: 'p', node: 'n9', ip: '10.244.9.1' }] }, says: 'The node "n9" of pod "p"' },
    {
      topology: { pods: [{ name: 'p', node: 'n1', ip: '10.244.2.9' }] },
      says: 'expected one in 10.244.1.0/24',
    },
    {
      topology: { pods: [], nodes: [{ name: 'n', ip: '10.0.0.9', podCidr: '10.1.0.0/16' }] },
      says: 'Unexpected "10.1.0.0/16", expected a /24',
    },
  ])('refuses what cannot be built: $says', async ({ topology, says }) => {
    await expect(buildTopology(sandbox(), { ...cluster, ...topology })).rejects.toThrow(says);
  });
});
