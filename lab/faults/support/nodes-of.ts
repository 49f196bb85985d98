import { topology } from '../../cluster/topology.ts';
import type { Lab } from '../../lab.ts';
import type { Random } from '../../random.ts';

export type LabNode = (typeof topology.nodes)[number];

/** The nodes that run the pods of a Service, by name. */
export function nodesOf(lab: Lab, service: string): readonly LabNode[] {
  const names = new Set(lab.podsOf(service).map(({ node }) => node));
  const nodes = topology.nodes.filter(({ name }) => names.has(name));
  if (nodes.length === 0) throw new Error(`${service} runs nowhere`);
  return nodes;
}

/** All of them, or one. */
export function drawNodes(nodes: readonly LabNode[], random: Random): readonly LabNode[] {
  const one = nodes[random.whole(0, nodes.length - 1)];
  return one === undefined || random.happens(0.5) ? nodes : [one];
}

/** `node-a and node-b` */
export function sayNodes(nodes: readonly LabNode[]): string {
  return nodes.map(({ name }) => name).join(' and ');
}
