import type { RemediationParams } from '../../core/remediation/kinds.ts';
import type { Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import {
  editsWorkload,
  nameOf,
  podAnnotationOf,
  restartOf,
  withPodAnnotation,
  type Workload,
} from './workload.ts';

/** Where `kubectl rollout restart` notes the time, and so changes the pods' template. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

export const rolloutRestart: RemediationWork<'rollout-restart'> = editsWorkload<
  RemediationParams<'rollout-restart'>
>((workload, _params, at) => edit(workload, at));

function edit(workload: Workload, at: Date): Edited<Workload> {
  const { paused, updateStrategy } = workload.spec;
  const name = nameOf(workload);
  if (paused === true) return { impossible: `${name} is paused: its pods would not restart` };
  if (updateStrategy?.type === 'OnDelete')
    return { impossible: `${name} replaces a pod only when somebody deletes it (OnDelete)` };
  const time = at.toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (podAnnotationOf(workload, restartedAt) === time)
    return { done: `${name} has been restarted for this already` };
  return {
    to: withPodAnnotation(workload, restartedAt, time),
    effects: [restartOf(workload)],
    lasting: 'pods that were restarted cannot be had back',
  };
}
