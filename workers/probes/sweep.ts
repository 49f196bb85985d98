import { CannotLook } from '../ports.ts';
import { hostNamespaceOf, type Launcher } from './arm.ts';
import { overAnnotation, probeSelector } from './pod.ts';
import type { ProbePod } from './ports.ts';

/** Milliseconds that the worker of a probe has to read its result before somebody else takes the pod away. */
const graceMs = 15_000;

/** Takes away the probe pods that should be over: what a worker that died left behind. Answers their names. */
export async function sweep(
  { cluster, namespace: own }: Launcher,
  now: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const swept: string[] = [];
  for (const namespace of [own, hostNamespaceOf(own)]) {
    let pods: readonly ProbePod[];
    try {
      pods = await cluster.listPods(namespace, probeSelector, signal);
    } catch (error) {
      // A namespace that is not there, or not allowed, holds nothing of ours.
      if (error instanceof CannotLook) continue;
      throw error;
    }
    for (const { metadata } of pods.filter((pod) => isOver(pod, now))) {
      try {
        await cluster.deletePod(namespace, metadata.name, signal);
        swept.push(metadata.name);
      } catch (error) {
        // The others are taken away all the same, and this one is tried again next time.
        if (!(error instanceof CannotLook)) throw error;
      }
    }
  }
  return swept;
}

function isOver({ metadata }: ProbePod, now: number): boolean {
  const over = Number(metadata.annotations[overAnnotation] ?? 0);
  return metadata.deletionTimestamp === undefined && !(over + graceMs >= now);
}
