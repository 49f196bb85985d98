import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import { fabric } from '../../../lab/net/topology.ts';
import { describeInSandbox } from '../../lab/net/support.ts';
import { probe, taskOf } from '../support/prober.ts';

const ext = '203.0.113.10';
const tracing = (port?: number) =>
  taskOf('path', [{ host: ext, ...(port !== undefined && { port }) }], {
    attempts: 5,
    pace: 0.2,
    timeout: 1,
    options: { hops: 8 },
  });

describeInSandbox('a path of routers', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox();
    await buildTopology(sandbox, {
      nodes: [{ name: 'n1', ip: '10.0.0.11', podCidr: '10.244.1.0/24' }],
      pods: [{ name: 'p11', node: 'n1', ip: '10.244.1.11' }],
      hosts: [{ name: 'ext', ip: ext }],
    });
    for (const router of ['n1', fabric])
      await sandbox.run(['sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0'], { netns: router });
    // Neighbours that do not know each other yet lose the first packets.
    await sandbox.run(['ping', '-n', '-c', '5', '-i', '0.3', '-W', '3', ext], { netns: 'p11' });
  });
  afterEach(() =>
    sandbox.run(['sh', '-c', 'nft delete table inet lossy 2>/dev/null || true'], { netns: fabric }),
  );
  afterAll(() => sandbox.close());

  const lose = (rule: string) =>
    sandbox.run(['nft', '-f', '-'], {
      netns: fabric,
      input: `table inet lossy {\nchain forward {\ntype filter hook forward priority filter\n${rule}\n}\n}\n`,
    });
  const look = (port?: number) => probe(tracing(port), sandbox.enter('p11'));

  it.each([
    ['ICMP', undefined],
    ['TCP, though nobody listens', 81],
  ])('names each hop by %s', async (_, port) => {
    const { attempts, summary } = await look(port);
    expect(summary).toMatchObject({
      failed: 0,
      facts: { hops: 3, last_answering_hop: 3, loss_at_target: 0 },
    });
    expect(summary?.notes.join()).toMatch(/routers limit/);
    const hops = new Map(attempts.map(({ labels }) => [labels?.['hop'], labels?.['node']]));
    expect([...hops].sort()).toEqual([
      ['1', '10.244.1.1'],
      ['2', '10.0.0.1'],
      ['3', ext],
    ]);
    for (const { ms, labels } of attempts) {
      expect(ms).toBeLessThan(1000);
      expect(labels).toMatchObject({ backend: ext });
    }
    expect(attempts.filter(({ labels }) => labels?.['hop'] === '1')).toHaveLength(5);
  });

  it('counts what is lost behind a hop', async () => {
    await lose(`ip daddr ${ext} ip protocol icmp numgen inc mod 2 < 1 drop`);
    const { attempts, summary } = await look();
    expect(summary?.facts['loss_at_target']).toBeGreaterThan(0.2);
    expect(summary?.facts['loss_at_target']).toBeLessThan(0.9);
    const lost = attempts.filter(({ ok }) => !ok);
    expect(lost.length).toBeGreaterThan(0);
    for (const one of lost) expect(one).toMatchObject({ error: 'timeout', labels: { hop: '3', node: ext } });
  });

  it('tells how far it comes when the port is filtered', async () => {
    await lose('tcp dport 82 drop');
    const { attempts, summary } = await look(82);
    expect(summary?.facts).toEqual({ last_answering_hop: 2, loss_at_target: 1 });
    const hops = new Set(attempts.map(({ labels }) => labels?.['hop']));
    expect(hops).toEqual(new Set(['1', '2', '3']));
    expect(attempts.filter(({ ok }) => !ok).every(({ labels }) => labels?.['node'] === '*')).toBe(true);
  });

  it('cannot look without the right to send', async () => {
    const unprivileged = ['/usr/bin/setpriv', '--bounding-set', '-net_raw'];
    const { cannot } = await probe(tracing(), [...sandbox.enter('p11'), ...unprivileged]);
    expect(cannot).toMatchObject({
      reason: 'not-enabled',
      detail: expect.stringMatching(/^mtr may not send here .*CAP_NET_RAW$/) as unknown,
    });
  });
});

describe('cannot look', () => {
  it('without mtr', async () => {
    const { cannot } = await probe(taskOf('path', [{ host: '127.0.0.1' }]), ['env', 'PATH=/nowhere']);
    expect(cannot).toMatchObject({ reason: 'not-enabled', detail: 'mtr is not in this image' });
  });

  it('without a target, or without time', async () => {
    expect((await probe(taskOf('path', []))).cannot?.detail).toMatch(/expects a target/);
    expect((await probe({ ...tracing(), deadline: 1 })).cannot?.detail).toMatch(/too soon/);
  });
});
