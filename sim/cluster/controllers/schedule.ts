import type { Node, Pod, Taint, Toleration } from '../objects/kinds.ts';
import { matchesNode, namedNodes } from './node-affinity.ts';

export type Placement =
  { readonly kind: 'node'; readonly node: Node } | { readonly kind: 'none'; readonly message: string };

export const tolerates = (tolerations: readonly Toleration[], taint: Taint): boolean =>
  tolerations.some(
    ({ key, operator = 'Equal', value, effect }) =>
      (effect === undefined || effect === '' || effect === taint.effect) &&
      (key === undefined || key === '' || key === taint.key) &&
      (operator === 'Exists' || (value ?? '') === (taint.value ?? '')),
  );

const cordoned: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** What keeps a pod off a node, in the words and the order of the scheduler's filters. */
function obstacle({ spec: wanted }: Pod, node: Node): string | undefined {
  const { spec, metadata } = node;
  const tolerations = wanted.tolerations ?? [];
  if (namedNodes(wanted)?.has(metadata.name) === false)
    return "node(s) didn't satisfy plugin(s) [NodeAffinity]";
  if (spec?.unschedulable === true && !tolerates(tolerations, cordoned)) return 'node(s) were unschedulable';
  const taint = (spec?.taints ?? []).find(
    (one) => one.effect !== 'PreferNoSchedule' && !tolerates(tolerations, one),
  );
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  return matchesNode(wanted, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

/** The node with the fewest pods among those that fit: labels, affinity, taints, cordons. */
export function schedule(pod: Pod, nodes: readonly Node[], pods: readonly Pod[]): Placement {
  if (nodes.length === 0) return { kind: 'none', message: 'no nodes available to schedule pods' };
  const obstacles = nodes.map((node) => obstacle(pod, node));
  const fits = nodes.filter((_, index) => obstacles[index] === undefined);
  const load = (node: Node) => pods.filter(({ spec }) => spec.nodeName === node.metadata.name).length;
  const [node] = [...fits].sort((a, b) => load(a) - load(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  if (node !== undefined) return { kind: 'node', node };
  return { kind: 'none', message: refusal(obstacles.filter((one) => one !== undefined)) };
}

/** The scheduler's sentence, as v1.33 words it. Evicting others would not help against any of these obstacles. */
function refusal(obstacles: readonly string[]): string {
  const count = String(obstacles.length);
  const counted = [...Map.groupBy(obstacles, (one) => one)].map(
    ([words, same]) => `${String(same.length)} ${words}`,
  );
  const none = `0/${count} nodes are available:`;
  const preemption = `preemption: ${none} ${count} Preemption is not helpful for scheduling.`;
  return `${none} ${counted.sort().join(', ')}. ${preemption}`;
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
