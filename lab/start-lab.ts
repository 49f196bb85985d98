import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod, Service } from '../sim/cluster/objects/kinds.ts';
import { openProberImage } from '../sim/cluster/kubelet/prober-image.ts';
import { startCluster, type ClusterSim } from '../sim/cluster/start-cluster.ts';
import { allOrNone, Closers } from '../sim/demo/closers.ts';
import {
  environmentOf,
  slackManifest,
  startNetcheck,
  writeKubeconfigOf,
} from '../sim/demo/start-netcheck.ts';
import { startSlack, type SlackSim } from '../sim/slack/start-slack.ts';
import { startRedis } from '../sim/world/processes.ts';
import { bundleApps } from './apps/bundle.ts';
import { cannotLimitCpu, openCgroups } from './cgroups.ts';
import { containersIn } from './cluster/containers.ts';
import { cpuLimits } from './cluster/cpu-limits.ts';
import { startNetworkPolicies } from './cluster/network-policy.ts';
import { readManifests } from './cluster/manifests.ts';
import { createPodNetwork } from './cluster/pod-network.ts';
import { startServiceProxy } from './cluster/service-proxy.ts';
import { redirectsFor } from './cluster/sidecar-redirect.ts';
import { followSnatSetting } from './cluster/snat-setting.ts';
import { monitorNode, podNetwork, topology } from './cluster/topology.ts';
import { envOf, type Calls } from './faults/support/checkout.ts';
import { inTurn } from '../platform/in-turn.ts';
import type { Lab, LabPod, ScrapeTarget } from './lab.ts';
import { startExporters } from './monitor/exporters.ts';
import { startMonitor, type Monitor } from './monitor/prometheus.ts';
import { writeTargets } from './monitor/scrapes.ts';
import { targetsOf } from './monitor/targets.ts';
import { addNamespaces, connectNamespaces } from './net/build-topology.ts';
import { redirectToProxy } from './net/faults/redirect-to-proxy.ts';
import { plainPing } from './net/plain-ping.ts';
import { openSandbox, type Sandbox } from './net/sandbox.ts';
import { startProgram } from './net/start-program.ts';
import { makeOwnFolder } from './own-folder.ts';
import { takeSlot } from './slot.ts';
import { startTraffic } from './traffic.ts';
import { until } from './until.ts';
import { warm } from './warm.ts';
import { startLabWorker, type LabWorker } from './worker.ts';

/** A whole cluster with a whole netcheck in it. */
export interface RunningLab extends Lab {
  readonly slack: SlackSim;
  readonly redisUrl: string;
  readonly clusterName: string;
  /** Prometheus, as this machine reaches it. */
  readonly prometheusUrl: string;
  readonly worker: LabWorker;
  close(): Promise<void>;
}

export interface LabOptions {
  /** The Slack page's port; any free one unless given. */
  readonly port?: number;
  /** Environment of bot and worker beyond what the lab sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** What checkout calls from the start, rather than the far end's port 7000. */
  readonly calls?: Calls;
  /** Called when as many labs are up as the machine has cores, and one of them has to end first. */
  readonly waiting?: () => void;
}

const clusterName = 'lab';
const appsImage = 'lab/apps:1';
const proberImageName = 'netcheck:0.1.0';

export async function startLab(options: LabOptions = {}): Promise<RunningLab> {
  const closers = new Closers();
  const close = (): Promise<void> => closers.closeAll();
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: LabOptions, closers: Closers): Promise<Omit<RunningLab, 'close'>> {
  const { opened } = closers;
  const dir = await makeOwnFolder();
  closers.add(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const apps = join(dir, 'apps');
  await mkdir(apps);
  const [{ sandbox, monitor }, redis, slack, proberImage] = await allOrNone([
    openNetwork(dir, closers),
    opened(startRedis({ aof: true })),
    opened(
      startSlack({
        manifest: await slackManifest(),
        rateScale: 10,
        ...(options.port !== undefined && { port: options.port }),
      }),
    ),
    opened(openProberImage()),
    bundleApps(apps),
  ]);
  // So far nothing happens in it, which does not disturb those whose turn it is.
  await opened(takeSlot(options.waiting));

  const network = createPodNetwork(sandbox, { setup: (pod, netns) => redirect(sandbox, pod, netns) });
  const images = { [appsImage]: { root: apps, program: join(apps, 'node') }, [proberImageName]: proberImage };
  const cgroups = cannotLimitCpu() === undefined ? openCgroups() : undefined;
  closers.add(() => {
    cgroups?.close();
  });
  const limits = cpuLimits(cgroups);
  const cluster = await opened(
    startCluster({
      manifests: await readManifests(options.calls === undefined ? {} : envOf(options.calls)),
      runners: [containersIn(sandbox, network, images, limits)],
      podReadyAfter: 500,
    }),
  );
  closers.add(network.attach(cluster));
  const proxy = startServiceProxy(sandbox, cluster, topology.nodes, podNetwork);
  closers.add(() => {
    proxy.close();
  });

  const policies = startNetworkPolicies(sandbox, cluster, topology.nodes);
  closers.add(() => {
    policies.close();
  });
  closers.add(followSnatSetting(sandbox, cluster, topology));

  const startApp: Lab['start'] = (app, netns, { env, uid } = {}) =>
    startProgram(sandbox, netns, [join(apps, 'node'), `${app}.mjs`], {
      cwd: apps,
      ...(env !== undefined && { env }),
      ...(uid !== undefined && { uid }),
    });

  const keepRecords = inTurn(() => writeFile(join(apps, 'cluster.json'), JSON.stringify(recordsOf(cluster))));
  await keepRecords();
  const more = new Set<ScrapeTarget>();
  const targets = (): readonly ScrapeTarget[] => [...targetsOf(cluster), ...more];
  const keepTargets = inTurn(() => writeTargets(dir, 'lab', targets()));
  closers.add(
    follow(cluster, {
      pods: keepTargets,
      services: keepRecords,
    }),
  );

  const exporters = await opened(startExporters({ sandbox, cluster, limits, dir }));
  for (const target of exporters.targets) more.add(target);
  await keepTargets();
  const podsOf = (service: string): readonly LabPod[] => podsBehind(cluster, service, network.pods());
  const lab: Lab = {
    ...{ sandbox, cluster, dir, podsOf },
    pods: () => network.pods(),
    freezeServiceRules: (node) => proxy.freeze(node),
    start: startApp,
    scrape(target) {
      more.add(target);
      keepTargets().catch(ignored);
      return async () => {
        more.delete(target);
        await keepTargets();
      };
    },
    query: (promql) => monitor.query(promql),
    until,
  };
  await proxy.settled();
  const redisUrl = redis.url;
  const prometheusUrl = `http://${monitorNode.ip}:9090`;
  const env = {
    NETCHECK_PROBES: 'own-pod,ephemeral,node',
    NETCHECK_PROBES_AT_ONCE: '20',
    NETCHECK_PROBE_RATE: '10000',
    NETCHECK_REMEDIATION: 'on',
    ...options.env,
  };
  const surroundings = { slack, cluster, dir, redisUrl, clusterName, env };
  const [worker] = await allOrNone([
    opened(startWorkerIn(lab, { ...surroundings, prometheusUrl })),
    startTraffic(lab, closers, apps),
    startNetcheck({ ...surroundings, prometheusUrl: monitor.url, without: ['worker'] }, closers),
  ]);
  await warm(lab, () => targets().length);
  return { ...lab, slack, redisUrl, clusterName, prometheusUrl: monitor.url, worker };
}

/** Its network, and the Prometheus that will watch it, which takes 5 s until it looks for targets at all. */
async function openNetwork(
  dir: string,
  { opened }: Closers,
): Promise<{ readonly sandbox: Sandbox; readonly monitor: Monitor }> {
  const sandbox = await opened(openSandbox());
  await plainPing(sandbox);
  await addNamespaces(sandbox, topology);
  const [monitor] = await allOrNone([
    opened(startMonitor(sandbox, monitorNode.name, dir)),
    connectNamespaces(sandbox, topology),
  ]);
  return { sandbox, monitor };
}

/** What its sidecar takes of a pod's traffic, before the pod's containers start. */
async function redirect(sandbox: Sandbox, pod: Pod, netns: string): Promise<void> {
  for (const one of redirectsFor(pod)) await redirectToProxy(sandbox, netns, one);
}

/** In the pod that the cluster shows as the worker's. */
async function startWorkerIn(
  lab: Lab,
  surroundings: Parameters<typeof environmentOf>[0] & Parameters<typeof writeKubeconfigOf>[1],
): Promise<LabWorker> {
  const pod = () => lab.pods().find(({ namespace }) => namespace === 'netcheck');
  await lab.until('a network for the worker', () => pod() !== undefined);
  const KUBECONFIG = await writeKubeconfigOf('worker', surroundings);
  return startLabWorker(lab.sandbox, pod()?.netns ?? '', {
    env: { ...environmentOf(surroundings), KUBECONFIG },
    outside: [surroundings.redisUrl, lab.cluster.url].map((url) => Number(new URL(url).port)),
    dir: lab.dir,
  });
}

/** Does something again whenever an object of a resource changes. */
function follow(cluster: ClusterSim, reactions: Readonly<Record<string, () => Promise<void>>>): () => void {
  return cluster.objects.subscribe(({ resource }) => {
    reactions[resource]?.().catch(ignored);
  });
}

/** Names of Services and their addresses, as CoreDNS answers them. */
function recordsOf(cluster: ClusterSim): Readonly<Record<string, readonly string[]>> {
  const services = cluster.objects.list('services') as readonly Service[];
  return Object.fromEntries(
    services.flatMap(({ metadata, spec }) =>
      spec.clusterIP === undefined || spec.clusterIP === 'None'
        ? []
        : [[`${metadata.name}.${metadata.namespace ?? ''}.svc.cluster.local`, [spec.clusterIP]]],
    ),
  );
}

function podsBehind(cluster: ClusterSim, name: string, pods: readonly LabPod[]): readonly LabPod[] {
  const [service = '', namespace = ''] = name.split('.');
  const { spec } = (cluster.objects.get({ resource: 'services', namespace, name: service }) ?? {}) as Service;
  const wanted = Object.entries(spec.selector ?? {});
  return pods
    .filter((pod) => {
      const object = cluster.objects.get({ resource: 'pods', namespace: pod.namespace, name: pod.name });
      const labels = object?.metadata.labels ?? {};
      return pod.namespace === namespace && wanted.every(([key, value]) => labels[key] === value);
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function ignored(): void {
  // Its folder is gone with the lab.
}
