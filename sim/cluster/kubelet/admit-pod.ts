import { matchesNode } from '../controllers/node-affinity.ts';
import { tolerates } from '../controllers/schedule.ts';
import type { Node, Pod } from '../objects/kinds.ts';

/** Every pod is given a toleration of these (admission's DefaultTolerationSeconds). */
const tolerated = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);

/**
 * Why a node's kubelet will not have a pod: whoever sets `spec.nodeName` goes past the scheduler, and past taints and
 * cordons with it, but not past these.
 */
export function rejectionBy(
  node: Node,
  { metadata, spec }: Pod,
): { readonly reason: string; readonly message: string } | undefined {
  if (!matchesNode(spec, node)) {
    const message = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
    return { reason: 'NodeAffinity', message };
  }
  const isDaemon = metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') ?? false;
  const evicting = (node.spec?.taints ?? []).filter(
    ({ key, effect }) =>
      effect === 'NoExecute' && !tolerated.has(key) && !(isDaemon && key.startsWith('node.kubernetes.io/')),
  );
  if (evicting.every((taint) => tolerates(spec.tolerations ?? [], taint))) return undefined;
  const message = 'Predicate TaintToleration failed: node(s) had untolerated taint(s)';
  return { reason: 'TaintToleration', message };
}

/** A node whose kubelet has not been heard of for long runs nothing new. */
export const isSilent = (node: Node): boolean =>
  node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'Unknown') ?? false;
