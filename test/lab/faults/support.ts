import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bundleApps } from '../../../lab/apps/bundle.ts';
import { createPodNetwork } from '../../../lab/cluster/pod-network.ts';
import { topology } from '../../../lab/cluster/topology.ts';
import type { Fault, Injected } from '../../../lab/faults/fault.ts';
import type { Lab, LabPod, Sample } from '../../../lab/lab.ts';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { openSandbox } from '../../../lab/net/sandbox.ts';
import { startProgram } from '../../../lab/net/start-program.ts';
import { seeded } from '../../../lab/random.ts';
import { parseConntrackStat } from '../../../prober/proc-net.ts';
import { startCluster } from '../../../sim/cluster/start-cluster.ts';
import { Closers } from '../../../sim/demo/closers.ts';
import { root } from '../../support/repository.ts';
import { mountNode, startServer } from '../net/support.ts';

const pod = (name: string, app: string, node: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${app} } }
spec: { nodeName: ${node}, containers: [{ name: app, image: nothing }] }
`;

const shop = [
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
  pod('checkout-1', 'checkout', 'node-a'),
  pod('checkout-2', 'checkout', 'node-b'),
  pod('payments-1', 'payments', 'node-a'),
  pod('payments-2', 'payments', 'node-b'),
  pod('elsewhere', 'elsewhere', 'node-c'),
];

export const far = { to: '203.0.113.10', port: 7000 };

interface SmallLab {
  readonly lab: () => Lab;
  /** The network of a pod that has this name. */
  readonly netns: (pod: string) => string;
  /** Undone after the test, if not before. */
  readonly inject: (fault: Fault, seed: number) => Promise<Injected>;
  /** So many insertions failed, ports were found taken, on a node since it is there. */
  readonly conntrack: (node: string, what: 'insert_failed' | 'found') => Promise<number>;
}

/** The lab without those who watch it: its network, pods that only have one, and the far end. Once for a file. */
export function smallLab(): SmallLab {
  const closers = new Closers();
  const injected: Injected[] = [];
  let lab: Lab | undefined;
  const opened = (): Lab => {
    if (lab === undefined) throw new Error('no lab yet');
    return lab;
  };
  beforeAll(async () => {
    lab = await start(closers);
  });
  afterEach(async () => {
    for (const { undo } of injected.splice(0).reverse()) await undo();
  });
  afterAll(() => closers.closeAll());
  return {
    lab: opened,
    netns: (name) => podsOf(opened(), name)[0]?.netns ?? name,
    async inject(fault, seed) {
      const done = await fault.inject(opened(), seeded(seed));
      injected.push(done);
      await done.shown?.();
      return done;
    },
    conntrack: (node, what) => conntrackOf(opened(), node, what),
  };
}

async function start(closers: Closers): Promise<Lab> {
  const { opened } = closers;
  const dir = await mkdtemp(join(tmpdir(), 'netcheck-small-lab-'));
  closers.add(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const apps = join(dir, 'apps');
  await mkdir(apps);
  await bundleApps(apps);
  const sandbox = await opened(openSandbox());
  await mountNode(sandbox);
  await buildTopology(sandbox, topology);
  const network = createPodNetwork(sandbox, { setup: () => Promise.resolve() });
  const nodes = await readFile(join(root, 'lab/manifests/nodes.yaml'), 'utf8');
  const cluster = await opened(startCluster({ manifests: [nodes, ...shop] }));
  closers.add(network.attach(cluster));
  await startServer(sandbox, 'ext', { tcp: [far.port, far.port + 1] });
  const lab: Lab = {
    ...{ sandbox, cluster, dir },
    pods: () => network.pods(),
    podsOf: (service) => podsOf(lab, service.split('.')[0] ?? ''),
    start: (app, netns, { env = {} } = {}) =>
      startProgram(sandbox, netns, [join(apps, 'node'), `${app}.mjs`], { cwd: apps, env }),
    query: (promql) => query(lab, promql),
    until,
    freezeServiceRules: () => () => Promise.resolve(),
    scrape: () => () => Promise.resolve(),
  };
  await until('a network for every pod', () => network.pods().length === shop.length - 1);
  await Promise.all(network.pods().map((one) => isPlugged(lab, one)));
  return lab;
}

function podsOf(lab: Lab, name: string): readonly LabPod[] {
  return lab
    .pods()
    .filter((one) => one.name.startsWith(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isPlugged({ sandbox }: Lab, { netns }: LabPod): Promise<void> {
  return until(`a route out of ${netns}`, () =>
    sandbox.run(['ip', 'route'], { netns }).then(
      (routes) => routes.includes('default'),
      () => false,
    ),
  );
}

/** What node_exporter would read now, whatever the offset: `node_nf_conntrack_stat_drop{node="node-a"} offset 3s`. */
async function query(lab: Lab, promql: string): Promise<readonly Sample[]> {
  const [, what = '', node = ''] =
    /^node_nf_conntrack_stat_(\w+)\{node="(.+)"\}(?: offset \d+s)?$/.exec(promql) ?? [];
  return [{ labels: { node }, value: await conntrackOf(lab, node, what) }];
}

async function conntrackOf({ sandbox }: Lab, netns: string, what: string): Promise<number> {
  const text = await sandbox.run(['cat', '/proc/net/stat/nf_conntrack'], { netns });
  return parseConntrackStat(text).get(`nf_conntrack_stat_${what}`) ?? 0;
}

async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(50);
  }
}
