import { matchesLabels } from '../api/label-selector.ts';
import type { Node, Pod, Taint, Toleration } from '../objects/kinds.ts';

export type Placement =
  { readonly kind: 'node'; readonly node: Node } | { readonly kind: 'none'; readonly message: string };

export const tolerates = (tolerations: readonly Toleration[], taint: Taint): boolean =>
  tolerations.some(
    ({ key, operator = 'Equal', value, effect }) =>
      (effect === undefined || effect === '' || effect === taint.effect) &&
      (key === undefined || key === '' || key === taint.key) &&
      (operator === 'Exists' || (value ?? '') === (taint.value ?? '')),
  );

/** The node with the fewest pods among those that fit: labels, taints, cordons. */
export function schedule(pod: Pod, nodes: readonly Node[], pods: readonly Pod[]): Placement {
  if (nodes.length === 0) return { kind: 'none', message: 'no nodes available to schedule pods' };
  const { nodeSelector = {}, tolerations = [] } = pod.spec;
  const fits = nodes.filter(
    ({ metadata, spec }) =>
      spec?.unschedulable !== true &&
      matchesLabels(nodeSelector, metadata.labels) &&
      (spec?.taints ?? []).every(
        (taint) => taint.effect === 'PreferNoSchedule' || tolerates(tolerations, taint),
      ),
  );
  const load = (node: Node) => pods.filter(({ spec }) => spec.nodeName === node.metadata.name).length;
  const [node] = [...fits].sort((a, b) => load(a) - load(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  if (node !== undefined) return { kind: 'node', node };
  const count = String(nodes.length);
  return {
    kind: 'none',
    message: `0/${count} nodes are available: ${count} node(s) didn't match Pod's node affinity/selector or had untolerated taint(s).`,
  };
}

/** The next free host address of a node's IPv4 `podCIDR`; .0 is the network and .1 the bridge. */
export function nextAddress(
  cidr: string,
  taken: ReadonlySet<string | undefined>,
  after: number,
): { readonly ip: string; readonly offset: number } | undefined {
  const [base = '', bits = '24'] = cidr.split('/');
  const start = base.split('.').reduce((number, part) => number * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  for (let tried = 0; tried < size; tried++) {
    const offset = 2 + ((after - 1 + tried) % (size - 3));
    const address = start + offset;
    const ip = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
    if (!taken.has(ip)) return { ip, offset };
  }
  return undefined;
}
