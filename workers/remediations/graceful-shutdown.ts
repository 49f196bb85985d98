import { isDeepStrictEqual } from 'node:util';
import type { RemediationParams } from '../../core/remediation/kinds.ts';
import type { Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import {
  editsWorkload,
  nameOf,
  restartOf,
  withContainers,
  withPodSpec,
  type Container,
  type Workload,
} from './workload.ts';

/** A pod that ends goes on serving until everybody knows that it leaves. */
export const gracefulShutdown: RemediationWork<'graceful-shutdown'> =
  editsWorkload<RemediationParams<'graceful-shutdown'>>(edit);

/** What Kubernetes gives where nothing is said. */
const defaultGrace = 30;

function edit(
  workload: Workload,
  params: { readonly pre_stop_seconds: number; readonly grace_seconds: number },
): Edited<Workload> {
  const { containers, terminationGracePeriodSeconds = defaultGrace } = workload.spec.template.spec;
  const serving = servingOf(containers);
  if (serving.length === 0)
    return {
      impossible: `no container of ${nameOf(workload)} declares a port: which one serves is not certain`,
    };
  const preStop = { sleep: { seconds: params.pre_stop_seconds } };
  const waiting = serving.filter(({ lifecycle }) => isDeepStrictEqual(lifecycle?.preStop, preStop));
  // Never shorter than it is: somebody may need the time.
  const grace = Math.max(params.grace_seconds, terminationGracePeriodSeconds);
  if (waiting.length === serving.length && grace === terminationGracePeriodSeconds)
    return {
      done: `the pods of ${nameOf(workload)} wait ${params.pre_stop_seconds} s before they end already`,
    };
  const other = serving.find((one) => one.lifecycle?.preStop !== undefined && !waiting.includes(one));
  if (other !== undefined)
    return { impossible: `container ${other.name} of ${nameOf(workload)} has a preStop hook of its own` };
  const slow = withContainers(
    workload,
    serving.map(({ name }) => name),
    (one) => ({ ...one, lifecycle: { ...one.lifecycle, preStop } }),
  );
  return {
    to: withPodSpec(slow, (spec) => ({ ...spec, terminationGracePeriodSeconds: grace })),
    effects: [
      restartOf(workload),
      `a pod that ends serves ${params.pre_stop_seconds} s longer, and is killed after ${grace} s: rollouts and drains take longer`,
      'it takes Kubernetes 1.30 or later (the preStop hook `sleep`)',
    ],
  };
}

/** Those that declare a port, or the only one. */
function servingOf(containers: readonly Container[]): readonly Container[] {
  const declaring = containers.filter(({ ports = [] }) => ports.length > 0);
  return declaring.length === 0 && containers.length === 1 ? containers : declaring;
}
