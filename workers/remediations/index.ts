import { remediationKinds } from '../../core/remediation/kinds.ts';
import type { Proposal } from '../../core/remediation/proposal.ts';
import { allowDns } from './allow-dns.ts';
import { allowIngress } from './allow-ingress.ts';
import { cniSetting } from './cni-setting.ts';
import { cordon } from './cordon.ts';
import { cpuLimit } from './cpu-limit.ts';
import { drain } from './drain.ts';
import { gracefulShutdown } from './graceful-shutdown.ts';
import { natPortRange } from './nat-port-range.ts';
import { podAnnotation } from './pod-annotation.ts';
import { podDnsOption } from './pod-dns-option.ts';
import { readinessProbe } from './readiness-probe.ts';
import type { Asked, Objects, Planned, RemediationWork, WorkId } from './remediation.ts';
import { restartDaemonsetPod } from './restart-daemonset-pod.ts';
import { rolloutRestart } from './rollout-restart.ts';
import { scale } from './scale.ts';
import { serviceSelector } from './service-selector.ts';
import { serviceTargetPort } from './service-target-port.ts';
import { serviceTrafficPolicy } from './service-traffic-policy.ts';
import { uncordon } from './uncordon.ts';

export const works: { readonly [Id in WorkId]: RemediationWork<Id> } = {
  'service-selector': serviceSelector,
  'service-target-port': serviceTargetPort,
  'service-traffic-policy': serviceTrafficPolicy,
  'pod-annotation': podAnnotation,
  'cni-setting': cniSetting,
  'pod-dns-option': podDnsOption,
  'graceful-shutdown': gracefulShutdown,
  'readiness-probe': readinessProbe,
  'allow-dns': allowDns,
  'allow-ingress': allowIngress,
  scale,
  'rollout-restart': rolloutRestart,
  'restart-daemonset-pod': restartDaemonsetPod,
  cordon,
  uncordon,
  drain,
  'cpu-limit': cpuLimit,
  'nat-port-range': natPortRange,
};

/** What a proposal would do to the cluster as it is now. Reads, and writes nothing. */
export async function planChange(
  proposal: Pick<Proposal, 'remediation' | 'params' | 'namespace' | 'service'>,
  at: Date,
  objects: Objects,
): Promise<Planned> {
  const { remediation: id, namespace, service } = proposal;
  if (id === 'manual') return { impossible: 'this is for a person to do by hand' };
  const read = remediationKinds[id].params.safeParse(proposal.params);
  if (read.success) return planWork(id, { params: read.data, namespace, service, at }, objects);
  return {
    impossible: read.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '),
  };
}

function planWork<Id extends WorkId>(id: Id, asked: Asked<Id>, objects: Objects): Promise<Planned> {
  return works[id].plan(asked, objects);
}

export { basisOf, digestOf } from './basis.ts';
export { diffOf } from './diff.ts';
export { stateOf, undoOf } from './undo.ts';
