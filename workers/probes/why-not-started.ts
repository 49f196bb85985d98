import { CannotLook } from '../ports.ts';
import type { ProbePod } from './ports.ts';

/** What a container that has not started waits for, for good; `undefined` while it may still start. */
export function whyNotStarted(pod: ProbePod, container: string): string | undefined {
  const { status } = pod;
  const state = stateOf(pod, container);
  const waiting = state?.waiting;
  if (waiting?.reason !== undefined && hopeless.has(waiting.reason))
    return `${waiting.reason}: ${waiting.message ?? 'no message'}`;
  // The kubelet refuses a pod that it has no room for, as a whole.
  if (status.phase === 'Failed' && state?.terminated === undefined)
    return `${status.reason ?? 'Failed'}: ${status.message ?? 'no message'}`;
  return undefined;
}

/** Reasons of the kubelet after which waiting does not help. */
const hopeless: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

export function stateOf(pod: ProbePod, container: string) {
  const { containerStatuses, ephemeralContainerStatuses } = pod.status;
  return [...containerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container)?.state;
}

/** Why nothing came of a place in all the time there was: the scheduler's word, or the last warning of its events. */
export function stillWaiting(
  pod: ProbePod,
  container: string,
  warning: string | undefined,
  seconds: number,
): CannotLook {
  const unscheduled = pod.status.conditions.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  const waiting = stateOf(pod, container)?.waiting?.reason;
  const why = unscheduled?.message ?? warning ?? waiting ?? 'no event says why';
  return new CannotLook({
    reason: 'timed-out',
    detail: `the probe did not start within ${seconds} s: ${why}`,
  });
}
