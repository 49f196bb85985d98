import type { RemediationParams } from '../../core/remediation/kinds.ts';
import type { Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import { editsWorkload, nameOf, pods, type Workload } from './workload.ts';

/** More replicas; fewer are a load that the others may not bear. */
export const scale: RemediationWork<'scale'> = editsWorkload<RemediationParams<'scale'>>(edit);

function edit(workload: Workload, { replicas }: { readonly replicas: number }): Edited<Workload> {
  if (workload.kind === 'DaemonSet')
    return { impossible: `${nameOf(workload)} has one pod a node, not a number of replicas` };
  const present = workload.spec.replicas ?? 1;
  if (present === replicas) return { done: `${nameOf(workload)} has ${replicas} replicas already` };
  if (present > replicas)
    return { impossible: `${nameOf(workload)} has ${present} replicas: netcheck does not take any away` };
  return {
    to: { ...workload, spec: { ...workload.spec, replicas } },
    effects: [
      `${nameOf(workload)} gets ${pods(replicas - present)} more, if the nodes have room for them`,
      'an autoscaler of it, if there is one, sets the number as it thinks right again',
    ],
  };
}
