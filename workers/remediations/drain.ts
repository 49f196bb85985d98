import * as z from 'zod';
import { KubeObject, nameOfObject, type Change, type ObjectRef } from '../../core/remediation/change.ts';
import type { Pod as ListedPod } from '../cluster-objects.ts';
import { patchOf } from './edit.ts';
import { cordoned, isCordoned, Node, nodeNeeds, nodeRef } from './node.ts';
import type { RemediationWork } from './remediation.ts';
import { pods } from './workload.ts';

/** As `kubectl drain --ignore-daemonsets --delete-emptydir-data`: cordons the node and evicts its pods. */
export const drain: RemediationWork<'drain'> = {
  needs: [
    ...nodeNeeds,
    { group: '', resource: 'pods', verbs: ['get', 'list'] },
    { group: '', resource: 'pods/eviction', verbs: ['create'] },
  ],

  async plan({ params }, objects) {
    const ref = nodeRef(params.node);
    const node = Node.parse(await objects.read(ref));
    const listed = (await objects.list('pods', {})).filter((pod) => isToMove(pod, params.node));
    const moving = await Promise.all(listed.map(async (pod) => Pod.parse(await objects.read(refOf(pod)))));
    if (isCordoned(node) && moving.length === 0)
      return { done: `Node ${params.node} takes no more pods, and there is none on it to move` };
    const bare = moving.filter((pod) => !hasController(pod));
    if (bare.length > 0)
      return { impossible: `no controller would start ${bare.map(nameOf).join(', ')} again` };
    const operations: Change['operations'] = [
      ...(isCordoned(node) ? [] : [patchOf(ref, node, cordoned(node))]),
      ...moving.map((pod) => ({ do: 'evict' as const, object: refOf(pod), uid: pod.metadata.uid })),
    ];
    return {
      change: {
        operations,
        effects: effectsOf(params.node, moving),
        ...(isCordoned(node) && { lasting: 'pods that were moved do not come back by themselves' }),
      },
      before: [node, ...moving],
    };
  },
};

const Pod = KubeObject.extend({
  metadata: KubeObject.shape.metadata.extend({
    ownerReferences: z.array(z.looseObject({ controller: z.boolean().optional() })).optional(),
  }),
  spec: z.looseObject({ volumes: z.array(z.looseObject({ emptyDir: z.unknown().optional() })).optional() }),
});
type Pod = z.infer<typeof Pod>;

/** Pods of DaemonSets and those of the kubelet's own files would be back at once; others are leaving already, or ended. */
function isToMove({ metadata, spec, status }: ListedPod, node: string): boolean {
  return (
    spec.nodeName === node &&
    metadata.deletionTimestamp === undefined &&
    metadata.annotations['kubernetes.io/config.mirror'] === undefined &&
    !metadata.ownerReferences.some(({ kind }) => kind === 'DaemonSet') &&
    status.phase !== 'Succeeded' &&
    status.phase !== 'Failed'
  );
}

function hasController({ metadata }: Pod): boolean {
  return metadata.ownerReferences?.some(({ controller }) => controller === true) ?? false;
}

function effectsOf(node: string, moving: readonly Pod[]): string[] {
  const withScratch = moving.filter(({ spec }) =>
    spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined),
  );
  return [
    `Node ${node} takes no more pods`,
    ...(moving.length === 0
      ? []
      : [
          `${pods(moving.length)} on it ${moving.length === 1 ? 'ends' : 'end'}, and their controllers start others elsewhere, if there is room`,
          'a disruption budget may refuse some of them, which then stay',
          'undoing lets pods onto the node again, but does not move any back',
        ]),
    ...(withScratch.length === 0
      ? []
      : [`what ${withScratch.map(nameOf).join(', ')} keep in emptyDir volumes is lost`]),
  ];
}

function refOf({
  metadata,
}: {
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}): ObjectRef {
  return { kind: 'Pod', namespace: metadata.namespace, name: metadata.name };
}

function nameOf(pod: Pod): string {
  return nameOfObject(refOf(pod));
}
