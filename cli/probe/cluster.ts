import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CoreV1Api, Log, type KubeConfig } from '@kubernetes/client-node';
import { answer } from '../../workers/adapters/ask-kubernetes.ts';
import { createProbeCluster } from '../../workers/adapters/kubernetes-probes.ts';
import { CannotLook } from '../../workers/ports.ts';
import type { ProbeCluster } from '../../workers/probes/ports.ts';
import type { Heard } from './heard.ts';

/** Seconds that a prober has to say what it found when its pod is to end. */
const graceSeconds = 2;

/** The cluster as workers use it, but for logs, which are heard while they are printed. */
export function watchedCluster(config: KubeConfig, heard: Heard): ProbeCluster {
  return {
    ...createProbeCluster(config),
    followLog: (namespace, pod, container, signal) =>
      followLog(config, { namespace, pod, container }, heard, signal),
  };
}

/** Asks a probe pod to end with what it has; one that is gone has nothing to say. */
export async function endPod(config: KubeConfig, namespace: string, name: string): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  try {
    await answer(
      () => core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: graceSeconds }),
      AbortSignal.timeout(graceSeconds * 1000),
    );
  } catch (error) {
    if (!(error instanceof CannotLook)) throw error;
  }
}

async function followLog(
  config: KubeConfig,
  {
    namespace,
    pod,
    container,
  }: { readonly namespace: string; readonly pod: string; readonly container: string },
  heard: Heard,
  signal: AbortSignal,
): Promise<string> {
  heard.restart();
  const stream = new PassThrough();
  // The client pipes and leaves alone: that the connection was cut is told to its own end only.
  stream.once('pipe', (source: Readable) => source.once('error', (error) => stream.destroy(error)));
  stream.setEncoding('utf8').on('data', (text: string) => heard.take(text));
  const request = await answer(
    () => new Log(config).log(namespace, pod, container, stream, { follow: true }),
    signal,
  );
  const cut = (): void => request.abort();
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  try {
    await answer(() => finished(stream), signal);
  } catch (error) {
    // Whoever reads a log that was cut reads it again, if it is not complete.
    if (signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', cut);
  }
  return heard.text;
}
