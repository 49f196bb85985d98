import type { Cluster } from '../controllers/controller.ts';
import { endContainer } from '../controllers/pod-status.ts';
import type { Container, Pod } from '../objects/kinds.ts';
import { timestamp } from '../state.ts';
import type { PodEvents } from './pod-events.ts';

/** A container that a runner plays: what it prints goes into the pod's log. */
export interface ContainerProcess {
  readonly pod: Pod;
  readonly container: Container;
  /** Adds to the container's log, each line with the time of now; lines end with a newline. */
  log(text: string): void;
  /** Aborted when the container is to end by itself (SIGTERM). */
  readonly signal: AbortSignal;
  /** Aborted when its grace period is over (SIGKILL): the run must end. */
  readonly killed: AbortSignal;
}

/** Why a container does not start: it waits with such a reason, or it has failed (StartError). */
export interface ContainerRefusal {
  readonly reason: 'CreateContainerConfigError' | 'CreateContainerError' | 'StartError';
  readonly message: string;
}

/** Plays containers for real (say, the prober's program), where the stand-in would only claim that they run. */
export interface PodRunner {
  accepts(pod: Pod, container: Container): boolean;
  /** Asked before a container is said to run. */
  refuses?(pod: Pod, container: Container): ContainerRefusal | undefined;
  /** Runs the container to its end and answers its exit code. */
  run(process: ContainerProcess): Promise<number>;
}

export interface RunningContainers {
  refusalOf(pod: Pod, container: Container): ContainerRefusal | undefined;
  /** Starts whatever of a pod is said to run, a runner accepts, and has not been started yet. */
  start(pod: Pod): void;
  /** Asks what runs of a pod to end, and kills it after the grace period in seconds; earlier than asked before, if less. */
  terminate(pod: Pod, graceSeconds: number): void;
  hasStarted(pod: Pod): boolean;
  isRunning(pod: Pod): boolean;
  /** Ends what belongs to pods that are gone. */
  reap(): void;
  /** Kills everything, and waits until it is dead. */
  stopAll(): Promise<void>;
}

interface Entry {
  readonly pod: Pod;
  readonly container: Container;
  readonly terminate: AbortController;
  readonly kill: AbortController;
  /** Milliseconds since the epoch. */
  killAt: number;
  ended: boolean;
}

/** The shutdown window that a kubelet always grants (`minimumGracePeriodInSeconds`). */
const leastGraceSeconds = 2;

export function makeRunningContainers(
  cluster: Cluster,
  runners: readonly PodRunner[],
  events: PodEvents,
): RunningContainers {
  const entries = new Map<string, Entry>();
  const runs = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();

  const runnerOf = (pod: Pod, container: Container) => runners.find((one) => one.accepts(pod, container));
  const ofPod = ({ metadata }: Pod): readonly Entry[] =>
    [...entries.values()].filter(({ pod }) => pod.metadata.uid === metadata.uid);

  const run = async (runner: PodRunner, entry: Entry): Promise<void> => {
    const { pod, container, terminate, kill } = entry;
    const log = (text: string) => append(cluster, pod, container, text);
    let exitCode: number;
    try {
      exitCode = await runner.run({ pod, container, log, signal: terminate.signal, killed: kill.signal });
    } catch (error) {
      log(`${error instanceof Error ? error.message : String(error)}\n`);
      exitCode = 128;
    }
    entry.ended = true;
    const current = currentOf(cluster, pod);
    if (current === undefined) return;
    const status = endContainer(
      current.status ?? {},
      container.name,
      exitCode,
      timestamp(cluster.state.now()),
    );
    cluster.replace('pods', current, { ...current, status });
  };

  const end = (entry: Entry, graceSeconds: number): void => {
    if (entry.ended) return;
    const wait = Math.max(graceSeconds, leastGraceSeconds) * 1000;
    if (!entry.terminate.signal.aborted) {
      const message = `Stopping container ${entry.container.name}`;
      const { pod, container } = entry;
      events.kubelet(pod, { type: 'Normal', reason: 'Killing', message, container });
      entry.terminate.abort();
    }
    if (Date.now() + wait >= entry.killAt) return;
    entry.killAt = Date.now() + wait;
    const timer = setTimeout(() => {
      timers.delete(timer);
      entry.kill.abort();
    }, wait);
    timers.add(timer);
  };

  return {
    refusalOf: (pod, container) => runnerOf(pod, container)?.refuses?.(pod, container),
    start(pod) {
      for (const container of [...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])]) {
        const key = `${pod.metadata.uid ?? ''}/${container.name}`;
        const runner = runnerOf(pod, container);
        if (runner === undefined || entries.has(key) || !isSaidToRun(pod, container)) continue;
        const [terminate, kill] = [new AbortController(), new AbortController()];
        const entry = { pod, container, terminate, kill, killAt: Infinity, ended: false };
        entries.set(key, entry);
        const running = run(runner, entry);
        runs.add(running);
        void running.finally(() => runs.delete(running));
      }
    },
    terminate(pod, graceSeconds) {
      for (const entry of ofPod(pod)) end(entry, graceSeconds);
    },
    hasStarted: (pod) => ofPod(pod).length > 0,
    isRunning: (pod) => ofPod(pod).some(({ ended }) => !ended),
    reap() {
      for (const [key, entry] of entries) {
        if (currentOf(cluster, entry.pod) !== undefined) continue;
        if (entry.ended) entries.delete(key);
        else end(entry, 0);
      }
    },
    async stopAll() {
      for (const timer of timers) clearTimeout(timer);
      for (const { terminate, kill } of entries.values()) {
        terminate.abort();
        kill.abort();
      }
      await Promise.all(runs);
    },
  };
}

function isSaidToRun({ status }: Pod, { name }: Container): boolean {
  const all = [...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])];
  return all.some((one) => one.name === name && one.state?.running !== undefined);
}

/** The pod as it is now; undefined once it is gone, whoever has its name then. */
function currentOf(cluster: Cluster, { metadata }: Pod): Pod | undefined {
  const found = cluster.state.store.get('pods', metadata.namespace ?? '', metadata.name);
  return found?.metadata.uid === metadata.uid ? (found as Pod | undefined) : undefined;
}

function append(cluster: Cluster, pod: Pod, container: Container, text: string): void {
  if (currentOf(cluster, pod) === undefined) return;
  const { namespace = '', name } = pod.metadata;
  const at = cluster.state.now();
  const lines = text.replace(/\n$/, '').split('\n');
  cluster.state.logs.append(
    { namespace, pod: name, container: container.name },
    lines.map((line) => ({ at, text: line })),
  );
}
