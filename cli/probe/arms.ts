import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Unavailable } from '../../core/evidence.ts';
import { longestDeadline, type ProbeTask } from '../../core/probe-task.ts';
import { createLocalProber } from '../../workers/adapters/local-prober.ts';
import { CannotLook } from '../../workers/ports.ts';
import { namespaceOf, removeArm, runArm } from '../../workers/probes/arm.ts';
import { isProxied } from '../../workers/probes/draft.ts';
import { startSeconds, startTogetherMs } from '../../workers/probes/limits.ts';
import { lastWords, readOutput, type ArmResult } from '../../workers/probes/output.ts';
import type { Place } from '../../workers/probes/place.ts';
import { endPod, watchedCluster } from './cluster.ts';
import type { Source } from './from.ts';
import type { Heard } from './heard.ts';
import type { KubeConfig } from './places.ts';

/** One prober to start. */
export interface PlannedArm {
  readonly source: Source;
  readonly place: Place;
  readonly task: ProbeTask;
  readonly notes: readonly string[];
  readonly heard: Heard;
}

/** What became of it: what it found (perhaps not to the end), why it could not look, or both. */
export interface ArmOutcome {
  readonly source: Source;
  readonly task: ProbeTask | undefined;
  readonly result?: ArmResult;
  readonly why?: Unavailable;
}

/** The cluster, where some arm needs it. */
export interface Crew {
  readonly config: KubeConfig;
  readonly image: string;
  readonly namespace: string;
}

/** Milliseconds that a pod has to end with what it has. */
const endMs = 5000;

/** The task of one arm: what its place adds, and when all begin. */
export function taskAt(task: ProbeTask, place: Place, together: boolean, now: number): ProbeTask {
  return {
    ...task,
    ...(together && {
      startAt: now + startTogetherMs,
      deadline: Math.min(longestDeadline, task.deadline + startTogetherMs / 1000),
    }),
    options: { ...task.options, ...(isProxied(place) && { proxied: true }) },
  };
}

/** Runs one arm to its end; `stop` asks it to end with what it has. */
export async function runOne(
  arm: PlannedArm,
  crew: Crew | undefined,
  stop: AbortSignal,
): Promise<ArmOutcome> {
  const { source, task, heard, place } = arm;
  try {
    const result =
      place.kind === 'local' || crew === undefined
        ? await runHere(arm, stop)
        : await runThere(arm, crew, stop);
    const { summary } = result;
    const notes = [...arm.notes, ...summary.notes];
    return { source, task, result: { ...result, summary: { ...summary, notes } } };
  } catch (error) {
    if (!(error instanceof CannotLook)) throw error;
    const result = heard.partial(
      stop.aborted ? whatGoesOn(place, task) : `it did not come to its end: ${error.why.detail}`,
    );
    return {
      source,
      task,
      ...(result !== undefined && { result }),
      ...(!(stop.aborted && result !== undefined) && { why: error.why }),
    };
  }
}

async function runHere({ task, heard }: PlannedArm, stop: AbortSignal): Promise<ArmResult> {
  const local = createLocalProber((text) => heard.take(text));
  const text = await local.run(JSON.stringify(task), stop);
  const result = readOutput(text);
  if (result !== undefined) return result;
  const words = lastWords(text);
  const detail = `the probe ended without a result${words === undefined ? '' : `: ${words}`}`;
  throw new CannotLook({ reason: 'crashed', detail });
}

async function runThere(
  { task, heard, place }: PlannedArm,
  { config, image, namespace }: Crew,
  stop: AbortSignal,
): Promise<ArmResult> {
  const launcher = { cluster: watchedCluster(config, heard), local: createLocalProber(), image, namespace };
  const name = `netcheck-probe-${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const asked = {
    'netcheck.dev/requester': userInfo().username,
    'netcheck.dev/command': `netcheck probe ${task.kind}`,
  };
  const giveUp = new AbortController();
  const end = (): void => {
    // Nothing ends a container that was added to a pod, but its own program.
    if (place.kind !== 'pod' && place.kind !== 'host') {
      giveUp.abort();
      return;
    }
    setTimeout(() => giveUp.abort(), endMs).unref();
    void endPod(config, namespaceOf(place, launcher), name);
  };
  stop.addEventListener('abort', end, { once: true });
  // A prober ends by itself; that a connection to the API server hangs is nobody's end.
  const late = setTimeout(() => giveUp.abort(), (startSeconds + task.deadline) * 1000 + endMs);
  try {
    return await runArm({ name, place, task, asked }, launcher, giveUp.signal);
  } finally {
    clearTimeout(late);
    stop.removeEventListener('abort', end);
    await removeArm({ name, place }, launcher);
  }
}

function whatGoesOn(place: Place, { deadline }: ProbeTask): string {
  return place.kind === 'in-pod'
    ? `the container in the pod ${place.pod} goes on by itself, for at most ${Math.ceil(deadline)} s: nothing can end it sooner`
    : 'stopped before it could say what it found besides its attempts';
}
