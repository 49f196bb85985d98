import type { ClusterState } from '../state.ts';
import { collectGarbage } from './collect-garbage.ts';
import { clusterOf } from './controller.ts';
import { coverNodes } from './daemon-sets.ts';
import { rollOut } from './deployments.ts';
import { runJobs } from './jobs.ts';
import { keepNamespaces } from './namespaces.ts';
import { runPods } from './pods.ts';
import { publishEndpoints } from './publish-endpoints.ts';
import { keepReplicas } from './replica-sets.ts';
import { makeRunningContainers, type PodRunner } from './run-containers.ts';
import { keepOrdinals } from './stateful-sets.ts';

export interface ControllerOptions {
  /** Milliseconds from a pod's start to its readiness (default 0: ready at once). */
  readonly podReadyAfter?: number;
  /** Milliseconds that a deleted pod stays, terminating (default 0: gone at once). */
  readonly podStopAfter?: number;
  /** Who plays containers for real; whatever nobody accepts only claims to run. */
  readonly runners?: readonly PodRunner[];
}

export interface Controllers {
  /** Runs all controllers until nothing changes any more. */
  settle(): void;
  stop(): void;
}

const maxRounds = 10_000;

/**
 * Controllers without a clock of their own: each change of the store makes them run, in a fixed order, until nothing is
 * left to do, before the client has its answer. What takes time (readiness, termination) is a timer that changes the store.
 */
export function startControllers(state: ClusterState, options: ControllerOptions): Controllers {
  const cluster = clusterOf(state);
  const pending = new Set<NodeJS.Timeout>();
  const containers = makeRunningContainers(cluster, options.runners ?? []);
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
  const times = { readyAfter: options.podReadyAfter ?? 0, stopAfter: options.podStopAfter ?? 0 };
  const steps = [
    keepNamespaces(cluster),
    collectGarbage(cluster),
    rollOut(cluster),
    keepReplicas(cluster),
    coverNodes(cluster),
    keepOrdinals(cluster),
    runJobs(cluster),
    runPods(cluster, times, timers, containers),
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
    stop() {
      stopped = true;
      unsubscribe();
      containers.stopAll();
      for (const timer of pending) clearTimeout(timer);
    },
  };
}

/** Nothing that controllers do depends on these. */
const idle = new Set(['events', 'leases.coordination.k8s.io', 'configmaps', 'secrets']);

const concerns = (resource: string): boolean => !idle.has(resource);
