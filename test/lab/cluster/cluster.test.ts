import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { containersIn } from '../../../lab/cluster/containers.ts';
import { cpuLimits } from '../../../lab/cluster/cpu-limits.ts';
import { createPodNetwork, type PodNetwork } from '../../../lab/cluster/pod-network.ts';
import { startServiceProxy, type ServiceProxy } from '../../../lab/cluster/service-proxy.ts';
import { podNetwork, topology } from '../../../lab/cluster/topology.ts';
import type { LabPod } from '../../../lab/lab.ts';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import { startCluster, type ClusterSim } from '../../../sim/cluster/start-cluster.ts';
import { Closers } from '../../../sim/demo/closers.ts';
import { root } from '../../support/repository.ts';
import { connections, describeInSandbox, impatience, mountNode } from '../net/support.ts';

/** Says who it is and who it thinks it talks to, and then everything again. */
const server = `
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

const { lo, eth0 } = networkInterfaces();
if (!lo.some(({ address }) => address === '192.0.2.1')) throw new Error('its network was not set up');
createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.write(eth0[0].address + ' sees ' + socket.remoteAddress + '\\n');
  socket.pipe(socket);
}).listen(8080, '0.0.0.0', () => console.log('ready'));
process.on('SIGTERM', () => process.exit());
`;

const container = '{ name: server, image: "test/server:1", command: [node, server.mjs] }';
const manifest = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: echo, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: echo } }
  template:
    metadata: { labels: { app: echo } }
    spec: { containers: [${container}] }
---
apiVersion: v1
kind: Service
metadata: { name: echo, namespace: shop }
spec:
  type: NodePort
  clusterIP: 10.96.0.50
  selector: { app: echo }
  ports: [{ port: 80, targetPort: 8080, nodePort: 30050 }]
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: shop }
spec: { nodeName: node-c, containers: [${container}] }
---
apiVersion: v1
kind: Pod
metadata: { name: on-host, namespace: shop }
spec: { nodeName: node-c, hostNetwork: true, containers: [{ name: pause, image: pause }] }
`;

const clusterIP = { to: '10.96.0.50', port: 80 };
const nodePort = { to: '10.0.0.13', port: 30_050 };
/** Enough that each of two endpoints is among them, but for once in half a million. */
const often = 20;
/** Of more at once, the kernel does not say so soon that they are refused (`icmp_ratelimit`). */
const unlimited = 5;

describeInSandbox('a cluster of namespaces', () => {
  let dir: string;
  let sandbox: Sandbox;
  let network: PodNetwork;
  let api: ClusterSim;
  let proxy: ServiceProxy;
  const closers = new Closers();

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'netcheck-cluster-'));
    await writeFile(join(dir, 'server.mjs'), server);
    closers.add(() => rm(dir, { recursive: true }));
    sandbox = await closers.opened(openSandbox());
    await Promise.all([mountNode(sandbox), buildTopology(sandbox, topology)]);
    network = createPodNetwork(sandbox, {
      setup: (_pod, netns) => sandbox.run(['ip', 'address', 'add', '192.0.2.1/32', 'dev', 'lo'], { netns }),
    });
    api = await closers.opened(
      startCluster({
        manifests: [await readFile(join(root, 'lab/manifests/nodes.yaml'), 'utf8'), manifest],
        runners: [containersIn(sandbox, network, { 'test/server:1': { root: dir } }, cpuLimits(undefined))],
      }),
    );
    closers.add(network.attach(api));
    proxy = startServiceProxy(sandbox, api, topology.nodes, podNetwork);
    closers.add(() => {
      proxy.close();
    });
    await settled();
  });
  afterAll(() => closers.closeAll());

  const pods = (name: string): readonly LabPod[] => network.pods().filter((one) => one.name.startsWith(name));
  const ipsOf = (name: string): readonly string[] =>
    pods(name)
      .map(({ ip }) => ip)
      .sort();
  const client = (): string => pods('client')[0]?.netns ?? '';

  async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`not within 20 s: ${what}`);
      await pause(20);
    }
  }

  /** Every server serves, and all nodes know. */
  async function settled(): Promise<void> {
    await eventually('all servers serve', () =>
      network.pods().every(({ namespace, name: pod }) => {
        const lines = api.logs.read({ namespace, pod, container: 'server' }) ?? [];
        return lines.some(({ text }) => text === 'ready');
      }),
    );
    await proxy.settled();
  }

  /** Who answers, and whom they see, or the error. */
  async function answers(
    netns: string,
    to: { readonly to: string; readonly port: number; readonly timeoutMs?: number },
    count = often,
  ): Promise<{ readonly who: readonly string[]; readonly seen: readonly string[] }> {
    const outcomes = await connections(sandbox, netns, Array<typeof to>(count).fill(to));
    const parts = outcomes.map(({ peer = '', error }) =>
      error === undefined ? peer.split(' sees ') : [error],
    );
    const unique = (at: number): string[] => [...new Set(parts.flatMap((part) => part[at] ?? []))].sort();
    return { who: unique(0), seen: unique(1) };
  }

  async function rulesOf(node: string): Promise<string> {
    return sandbox.run(['nft', 'list', 'table', 'ip', 'kube-proxy'], { netns: node });
  }

  /** A new pod takes its place. */
  async function removePod({ namespace, name }: LabPod): Promise<void> {
    api.objects.remove({ resource: 'pods', namespace, name });
    await settled();
  }

  test('gives each pod of its own network a namespace, with the resolver of the cluster', async () => {
    expect(
      network
        .pods()
        .map(({ namespace, name, node }) => [namespace, name.split('-')[0], node])
        .sort(),
    ).toEqual([
      ['shop', 'client', 'node-c'],
      ['shop', 'echo', 'node-a'],
      ['shop', 'echo', 'node-b'],
    ]);
    const [first, second] = pods('echo');
    const [other] = pods('client');
    for (const { ip } of [first, second, other].flatMap((one) => one ?? []))
      expect(await answers(client(), { to: ip, port: 8080 })).toEqual({ who: [ip], seen: [other?.ip] });
    expect(await sandbox.run(['cat', '/etc/resolv.conf'], { netns: client() })).toMatch(
      /^nameserver 10\.96\.0\.10\nsearch shop\.svc\.cluster\.local /,
    );
  });

  test('leads a ClusterIP to each endpoint, which sees the pod that asks', async () => {
    expect(await answers(client(), clusterIP)).toEqual({ who: ipsOf('echo'), seen: ipsOf('client') });
  });

  test('leads nodes there, too', async () => {
    expect((await answers('node-c', clusterIP)).who).toEqual(ipsOf('echo'));
    expect((await answers('node-a', clusterIP)).who).toEqual(ipsOf('echo'));
  });

  test('leads a pod to itself', async () => {
    const [first] = pods('echo');
    const { who, seen } = await answers(first?.netns ?? '', clusterIP);
    expect(who).toEqual(ipsOf('echo'));
    // The other sees who asks; itself it sees as its node.
    expect(seen).toEqual([first?.ip.replace(/\d+$/, '1'), first?.ip]);
  });

  test('leads a NodePort to each endpoint, which sees the node, though that has none of them', async () => {
    expect(await answers('lb', nodePort)).toEqual({ who: ipsOf('echo'), seen: ['10.244.3.0'] });
  });

  test('follows a pod that goes: its endpoint, its namespace, and the one that takes its place', async () => {
    const [gone] = pods('echo');
    if (gone === undefined) throw new Error('no pod');
    await removePod(gone);
    expect(ipsOf('echo')).toHaveLength(2);
    expect(ipsOf('echo')).not.toContain(gone.ip);
    expect((await answers(client(), clusterIP)).who).toEqual(ipsOf('echo'));
    expect((await answers('lb', nodePort)).who).toEqual(ipsOf('echo'));
    await eventually('its namespace is gone', async () => {
      const names = await sandbox.run(['ip', 'netns', 'list']);
      return !names.split(/\s/).includes(gone.netns);
    });
    const links = await sandbox.run(['ip', '-brief', 'link'], { netns: gone.node });
    expect(links).not.toContain(`v-${gone.netns}@`);
  });

  test('leaves a frozen node with what it had, and lets it catch up', async () => {
    const [gone] = pods('echo');
    if (gone === undefined) throw new Error('no pod');
    const before = await rulesOf('node-c');
    const thaw = proxy.freeze('node-c');
    await removePod(gone);
    expect(await rulesOf('node-c')).toBe(before);
    const stale = await answers('node-c', { ...clusterIP, timeoutMs: impatience });
    expect(stale.who.filter((one) => one !== 'timeout' && one !== 'EHOSTUNREACH')).toHaveLength(1);
    expect(stale.who).toHaveLength(2);
    expect((await answers('node-a', clusterIP)).who).toEqual(ipsOf('echo'));

    await thaw();
    expect(await rulesOf('node-c')).not.toContain(gone.ip);
    expect((await answers('node-c', clusterIP)).who).toEqual(ipsOf('echo'));
  });

  test('refuses at once where there is no endpoint', async () => {
    const ref = { resource: 'deployments.apps', namespace: 'shop', name: 'echo' };
    api.objects.change(ref, (object) => ({
      ...object,
      spec: { ...(object as { spec?: object }).spec, replicas: 0 },
    }));
    await eventually('the pods are gone', () => pods('echo').length === 0);
    await proxy.settled();
    for (const [netns, to] of [
      [client(), clusterIP],
      ['node-c', clusterIP],
      ['lb', nodePort],
    ] as const)
      expect((await answers(netns, to, unlimited)).who).toEqual(['ECONNREFUSED']);
  });
});
