import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTask } from '../../core/probe-task.ts';
import { CannotLook } from '../ports.ts';
import { startSeconds } from './limits.ts';
import { lastWords, readOutput, type ArmResult } from './output.ts';
import type { Place } from './place.ts';
import { containerName, probeContainer, probePod } from './pod.ts';
import type { LocalProber, ProbeCluster, ProbePod } from './ports.ts';
import { stateOf, stillWaiting, whyNotStarted } from './why-not-started.ts';

/** What it takes to start probers. */
export interface Launcher {
  readonly cluster: ProbeCluster;
  readonly local: LocalProber;
  readonly image: string;
  /** The namespace of its pods; see hostNamespaceOf. */
  readonly namespace: string;
}

/** One prober to start: where, with which task, and under which name it is found again. */
export interface Arm {
  readonly name: string;
  readonly place: Place;
  readonly task: ProbeTask;
  /** Who asked and what for, for whoever finds the pod. */
  readonly asked: Readonly<Record<string, string>>;
}

const betweenPollsMs = 200;
/** Seconds beyond its deadline after which nobody waits for a prober any more. */
const patience = 15;
/** How often a log is read again whose connection was cut. */
const readings = 5;

/** How far a prober of this name has come: not there, started (by whichever worker), or there and about to go. */
export async function stageOf(
  { name, place }: Pick<Arm, 'name' | 'place'>,
  launcher: Launcher,
  signal: AbortSignal,
): Promise<'absent' | 'started' | 'leaving'> {
  if (place.kind === 'local') return 'absent';
  if (place.kind === 'in-pod') {
    const pod = await launcher.cluster.readPod(place.namespace, place.pod, signal);
    return pod?.spec.ephemeralContainers.some((one) => one.name === name) === true ? 'started' : 'absent';
  }
  const pod = await launcher.cluster.readPod(namespaceOf(place, launcher), name, signal);
  if (pod === undefined) return 'absent';
  return pod.metadata.deletionTimestamp === undefined ? 'started' : 'leaving';
}

/** Starts a prober, unless it was, and waits for its end. Throws CannotLook. */
export async function runArm(arm: Arm, launcher: Launcher, stop: AbortSignal): Promise<ArmResult> {
  const { place, task } = arm;
  // Should whatever it waits for never end: a log that hangs, a node that is gone.
  const patienceMs = (startSeconds + task.deadline + patience) * 1000;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(patienceMs)]);
  if (place.kind === 'local') {
    const text = await launcher.local.run(JSON.stringify(task), signal);
    return readOutput(text) ?? broke(text, undefined);
  }
  if (place.kind === 'in-pod') return runInPod(arm, place, launcher, signal);

  const namespace = namespaceOf(place, launcher);
  await startPod(arm, place, namespace, launcher, signal);
  return readResult(namespace, arm.name, containerName, launcher, signal);
}

/** Takes away what an arm ran in, whatever has become of it; the sweeper does it where this fails. */
export async function removeArm(
  { name, place }: Pick<Arm, 'name' | 'place'>,
  launcher: Launcher,
): Promise<void> {
  if (place.kind !== 'pod' && place.kind !== 'host') return;
  const namespace = namespaceOf(place, launcher);
  await launcher.cluster.deletePod(namespace, name, AbortSignal.timeout(10_000)).catch((error: unknown) => {
    if (!(error instanceof CannotLook)) throw error;
  });
}

/** The namespace of pods on the network of their node: PodSecurity must be off there, and only there. */
export function hostNamespaceOf(namespace: string): string {
  return `${namespace}-node`;
}

export function namespaceOf(
  place: Extract<Place, { kind: 'pod' | 'host' }>,
  { namespace }: Launcher,
): string {
  return place.kind === 'host' ? hostNamespaceOf(namespace) : namespace;
}

async function startPod(
  { name, task, asked }: Arm,
  place: Extract<Place, { kind: 'pod' | 'host' }>,
  namespace: string,
  launcher: Launcher,
  signal: AbortSignal,
): Promise<void> {
  if ((await launcher.cluster.readPod(namespace, name, signal)) !== undefined) return;
  const { image, cluster } = launcher;
  const manifest = probePod({
    name,
    namespace,
    image,
    node: place.node,
    hostNetwork: place.kind === 'host',
    meshed: place.kind === 'pod' && place.meshed === true,
    task: JSON.stringify(task),
    deadline: Math.ceil(task.deadline) + startSeconds,
    now: Date.now(),
    asked,
  });
  await cluster.createPod(namespace, manifest, signal);
}

async function runInPod(
  { name, task }: Arm,
  { namespace, pod, uid }: Extract<Place, { kind: 'in-pod' }>,
  launcher: Launcher,
  signal: AbortSignal,
): Promise<ArmResult> {
  const { cluster, image } = launcher;
  const before = await cluster.readPod(namespace, pod, signal);
  if (before === undefined) throw new CannotLook({ reason: 'not-found', detail: `the pod ${pod} is gone` });
  if (!before.spec.ephemeralContainers.some((one) => one.name === name)) {
    const container = probeContainer(name, image, JSON.stringify(task), uid);
    await cluster.addEphemeralContainer(namespace, pod, container, signal);
  }
  return readResult(namespace, pod, name, launcher, signal);
}

async function readResult(
  namespace: string,
  pod: string,
  container: string,
  { cluster }: Launcher,
  signal: AbortSignal,
): Promise<ArmResult> {
  await untilStarted(namespace, pod, container, cluster, signal);
  let text = '';
  for (let reading = 1; ; reading++) {
    text = (await unlessAway(cluster.followLog(namespace, pod, container, signal), signal)) ?? text;
    const result = readOutput(text);
    if (result !== undefined) return result;
    // Once more, as its last lines may not have been there yet; and not for ever, where the connection is cut each time.
    if (reading >= readings)
      return broke(text, endOf(await cluster.readPod(namespace, pod, signal), container));
    await pause(signal);
  }
}

/** The answer, or undefined where the API server is away for a moment; once nobody waits any more that is the answer. */
async function unlessAway<T>(asked: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const isAway = error instanceof CannotLook && ['unreachable', 'timed-out'].includes(error.why.reason);
    if (isAway && !signal.aborted) return undefined;
    throw error;
  }
}

/** Throws CannotLook once nobody waits any more. */
async function pause(signal: AbortSignal): Promise<void> {
  await sleep(betweenPollsMs, undefined, { signal }).catch(() => {
    throw new CannotLook({ reason: 'timed-out', detail: 'the probe did not end in time' });
  });
}

async function untilStarted(
  namespace: string,
  name: string,
  container: string,
  cluster: ProbeCluster,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + startSeconds * 1000;
  for (;;) {
    const seen = await unlessAway(
      cluster.readPod(namespace, name, signal).then((pod) => ({ pod })),
      signal,
    );
    if (seen !== undefined) {
      const { pod } = seen;
      if (pod === undefined) throw new CannotLook({ reason: 'not-found', detail: `the pod ${name} is gone` });
      const state = stateOf(pod, container);
      if (state?.running !== undefined || state?.terminated !== undefined) return;
      const why = whyNotStarted(pod, container);
      if (why !== undefined)
        throw new CannotLook({ reason: 'rejected', detail: `the probe could not start: ${why}` });
      if (performance.now() > giveUpAt)
        throw stillWaiting(pod, container, await cluster.lastWarning(namespace, name, signal), startSeconds);
    }
    await pause(signal);
  }
}

function endOf(pod: ProbePod | undefined, container: string): string | undefined {
  if (pod === undefined) return 'its pod was deleted';
  const { reason, message } = pod.status;
  if (reason !== undefined) return `${reason}: ${message ?? ''}`;
  const ended = stateOf(pod, container)?.terminated;
  return ended && `${ended.reason ?? 'ended'} (exit code ${ended.exitCode})`;
}

function broke(text: string, end: string | undefined): never {
  const words = lastWords(text);
  const why = [end, words].filter((one) => one !== undefined).join(': ');
  throw new CannotLook({
    reason: 'crashed',
    detail: `the probe ended without a result${why === '' ? '' : `: ${why}`}`,
  });
}
