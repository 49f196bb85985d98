import { imagesOf, type ImageOptions } from '../kubelet/images.ts';
import { makePodEvents } from '../kubelet/pod-events.ts';
import { makeRunningContainers, type PodRunner } from '../kubelet/run-containers.ts';
import type { Pod, Workload } from '../objects/kinds.ts';
import type { ClusterState } from '../state.ts';
import { collectGarbage } from './collect-garbage.ts';
import { clusterOf, type Cluster } from './controller.ts';
import { coverNodes } from './daemon-sets.ts';
import { rollOut } from './deployments.ts';
import { runJobs } from './jobs.ts';
import { keepNamespaces } from './namespaces.ts';
import { runPods } from './pods.ts';
import { publishEndpoints } from './publish-endpoints.ts';
import { keepReplicas } from './replica-sets.ts';
import { keepOrdinals } from './stateful-sets.ts';

export interface ControllerOptions {
  /** Milliseconds that a container takes to start (default 0: it runs at once). */
  readonly podStartAfter?: number;
  /** Milliseconds from a pod's start to its readiness (default 0: ready at once). */
  readonly podReadyAfter?: number;
  /** Milliseconds that a deleted pod stays, terminating (default 0: gone at once). */
  readonly podStopAfter?: number;
  /** Who plays containers for real; whatever nobody accepts only claims to run. */
  readonly runners?: readonly PodRunner[];
  /** Which images can be pulled (default: all). */
  readonly images?: ImageOptions;
}

export interface Controllers {
  /** Runs all controllers until nothing changes any more. */
  settle(): void;
  /** Kills what runs, and waits until it is dead. */
  stop(): Promise<void>;
}

const maxRounds = 10_000;

/**
 * Controllers without a clock of their own: each change of the store makes them run, in a fixed order, until nothing is
 * left to do, before the client has its answer. What takes time (readiness, termination) is a timer that changes the store.
 */
export function startControllers(state: ClusterState, options: ControllerOptions): Controllers {
  const cluster = clusterOf(state);
  const pending = new Set<NodeJS.Timeout>();
  const events = makePodEvents(cluster);
  const containers = makeRunningContainers(cluster, options.runners ?? [], events);
  const hasImage = imagesOf(options.images, () => imagesIn(cluster));
  let settling = false;
  let scheduled = false;
  let stopped = false;

  const timers = {
    after(milliseconds: number, act: () => void) {
      const timer = setTimeout(() => {
        pending.delete(timer);
        act();
        settle();
      }, milliseconds);
      pending.add(timer);
    },
  };
  const times = {
    startAfter: options.podStartAfter ?? 0,
    readyAfter: options.podReadyAfter ?? 0,
    stopAfter: options.podStopAfter ?? 0,
  };
  const steps = [
    keepNamespaces(cluster),
    collectGarbage(cluster),
    rollOut(cluster),
    keepReplicas(cluster),
    coverNodes(cluster),
    keepOrdinals(cluster),
    runJobs(cluster),
    runPods({ cluster, times, timers, containers, events, hasImage }),
    publishEndpoints(cluster),
  ];

  const settle = (): void => {
    if (settling || stopped) return;
    settling = true;
    try {
      for (let round = 0; ; round++) {
        const before = state.store.resourceVersion;
        for (const step of steps) step();
        if (state.store.resourceVersion === before) return;
        if (round > maxRounds) throw new Error('the controllers do not come to rest');
      }
    } finally {
      settling = false;
    }
  };

  const unsubscribe = state.store.subscribe((event) => {
    if (settling || scheduled || !concerns(event.resource)) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      settle();
    });
  });
  settle();

  return {
    settle,
    async stop() {
      stopped = true;
      unsubscribe();
      for (const timer of pending) clearTimeout(timer);
      await containers.stopAll();
    },
  };
}

/** Nothing that controllers do depends on these. */
const idle = new Set(['events', 'leases.coordination.k8s.io', 'configmaps', 'secrets']);

const templated = [
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
];

function imagesIn(cluster: Cluster): readonly string[] {
  const pods = (cluster.list('pods') as readonly Pod[]).map(({ spec }) => spec);
  const templates = templated
    .flatMap((resource) => cluster.list(resource) as readonly Workload[])
    .map(({ spec }) => spec.template.spec);
  return [...pods, ...templates].flatMap(({ containers }) => containers.map(({ image }) => image ?? ''));
}

const concerns = (resource: string): boolean => !idle.has(resource);
