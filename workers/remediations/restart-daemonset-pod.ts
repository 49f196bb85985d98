import { nameOfObject, type ObjectRef } from '../../core/remediation/change.ts';
import { selectorText, type Pod } from '../cluster-objects.ts';
import type { Planned, RemediationWork } from './remediation.ts';
import { nameOf, Workload, workloadNeeds, workloadRef } from './workload.ts';

/** The DaemonSet starts another in its place. */
export const restartDaemonsetPod: RemediationWork<'restart-daemonset-pod'> = {
  needs: [...workloadNeeds, { group: '', resource: 'pods', verbs: ['delete', 'get', 'list'] }],

  async plan({ params: { workload, node }, namespace: ofTarget, at }, objects): Promise<Planned> {
    if (workload.kind !== 'DaemonSet')
      return { impossible: `${workload.kind} ${workload.name} is no DaemonSet: it has no one pod on a node` };
    const daemonSet = Workload.parse(await objects.read(workloadRef(workload, ofTarget)));
    const { namespace = ofTarget } = daemonSet.metadata;
    const labelSelector = selectorText(daemonSet.spec.selector.matchLabels ?? {});
    const listed = await objects.list('pods', { namespace, ...(labelSelector !== '' && { labelSelector }) });
    const [pod, ...others] = listed.filter((one) => isOf(one, workload.name) && one.spec.nodeName === node);
    if (pod === undefined) return { impossible: `${nameOf(daemonSet)} has no pod on ${node}` };
    if (others.length > 0) return { impossible: `${nameOf(daemonSet)} has several pods on ${node} just now` };
    const object: ObjectRef = { kind: 'Pod', namespace, name: pod.metadata.name };
    if (isSince(pod, at))
      return { done: `${nameOfObject(object)} on ${node} was started after this was proposed` };
    const before = await objects.read(object);
    return {
      change: {
        operations: [{ do: 'delete', object, uid: before.metadata.uid }],
        effects: [
          `${nameOfObject(object)} on ${node} ends, and ${nameOf(daemonSet)} starts another: what it does for the node stops meanwhile`,
        ],
        lasting: 'a pod that was restarted cannot be had back',
      },
      before: [before],
    };
  },
};

function isOf({ metadata }: Pod, daemonSet: string): boolean {
  const isOwned = metadata.ownerReferences.some(
    ({ kind, name }) => kind === 'DaemonSet' && name === daemonSet,
  );
  return isOwned && metadata.deletionTimestamp === undefined;
}

/** So that it is not restarted a second time for the same reason. */
function isSince({ metadata: { creationTimestamp } }: Pod, proposed: Date): boolean {
  return creationTimestamp !== undefined && creationTimestamp > proposed;
}
