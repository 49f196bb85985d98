import { timestamp } from '../state.ts';
import type { Container, ContainerStatus, Pod, PodStatus } from '../objects/kinds.ts';
import type { Cluster } from './controller.ts';
import { podConditions } from './pod-status.ts';

/** A container that a runner plays: what it prints goes into the pod's log. */
interface ContainerProcess {
  readonly pod: Pod;
  readonly container: Container;
  /** Adds to the container's log; lines end with a newline. */
  log(text: string): void;
  /** Aborted when the pod is deleted. */
  readonly signal: AbortSignal;
}

/** Plays containers for real (say, the prober's program), where the stand-in would only claim that they run. */
export interface PodRunner {
  accepts(pod: Pod, container: Container): boolean;
  /** Runs the container to its end and answers its exit code. */
  run(process: ContainerProcess): Promise<number>;
}

const keyOf = (pod: Pod, container: Container): string => `${pod.metadata.uid ?? ''}/${container.name}`;

export interface RunningContainers {
  /** Starts whatever of a running pod a runner accepts and has not been started yet. */
  start(pod: Pod): void;
  stop(pod: Pod): void;
  stopAll(): void;
}

export function makeRunningContainers(cluster: Cluster, runners: readonly PodRunner[]): RunningContainers {
  const started = new Map<string, AbortController>();

  const runOne = async (
    runner: PodRunner,
    pod: Pod,
    container: Container,
    abort: AbortController,
  ): Promise<void> => {
    const { namespace = '', name } = pod.metadata;
    const { logs } = cluster.state;
    const log = (text: string) => logs.append({ namespace, pod: name, container: container.name }, text);
    let exitCode: number;
    try {
      exitCode = await runner.run({ pod, container, log, signal: abort.signal });
    } catch (error) {
      log(`${error instanceof Error ? error.message : String(error)}\n`);
      exitCode = 128;
    }
    if (!abort.signal.aborted) finish(cluster, pod, container, exitCode);
  };

  return {
    start(pod) {
      for (const container of [...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])]) {
        const runner = runners.find((one) => one.accepts(pod, container));
        if (runner === undefined || started.has(keyOf(pod, container))) continue;
        const abort = new AbortController();
        started.set(keyOf(pod, container), abort);
        void runOne(runner, pod, container, abort);
      }
    },
    stop(pod) {
      for (const [key, abort] of started) if (key.startsWith(`${pod.metadata.uid ?? ''}/`)) abort.abort();
    },
    stopAll() {
      for (const abort of started.values()) abort.abort();
    },
  };
}

function finish(cluster: Cluster, stale: Pod, container: Container, exitCode: number): void {
  const { namespace = '', name, uid } = stale.metadata;
  const pod = cluster.state.store.get('pods', namespace, name) as Pod | undefined;
  if (pod === undefined || pod.metadata.uid !== uid) return;
  const finishedAt = timestamp(cluster.state.now());
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const end = (status: ContainerStatus): ContainerStatus =>
    status.name === container.name
      ? {
          ...status,
          ready: false,
          started: false,
          state: {
            terminated: {
              exitCode,
              reason,
              startedAt: status.state?.running?.startedAt ?? finishedAt,
              finishedAt,
            },
          },
        }
      : status;
  const containerStatuses = (pod.status?.containerStatuses ?? []).map(end);
  const ephemeralContainerStatuses = (pod.status?.ephemeralContainerStatuses ?? []).map(end);
  const ended: PodStatus = {
    ...pod.status,
    containerStatuses,
    ...(ephemeralContainerStatuses.length === 0 ? {} : { ephemeralContainerStatuses }),
  };
  cluster.replace('pods', pod, { ...pod, status: concluded(pod, ended, finishedAt) });
}

/** A pod whose containers are all over, and are not restarted, is over itself. */
function concluded(pod: Pod, status: PodStatus, now: string): PodStatus {
  const codes = (status.containerStatuses ?? []).map(({ state }) => state?.terminated?.exitCode);
  const failed = codes.some((code) => code !== 0);
  const restarts = pod.spec.restartPolicy === 'Always' || (pod.spec.restartPolicy === 'OnFailure' && failed);
  if (restarts || codes.includes(undefined)) return status;
  return { ...status, phase: failed ? 'Failed' : 'Succeeded', conditions: podConditions(false, now, true) };
}
