import { farEnd } from '../cluster/topology.ts';
import type { Lab } from '../lab.ts';
import { snatPorts } from '../net/faults/snat-ports.ts';
import type { Undo } from '../net/undo.ts';
import type { Fault, Size } from './fault.ts';
import { drawClientKernel } from './support/client-kernel.ts';
import { untilInsertionsAreLost } from './support/lost-insertions.ts';
import { addNeighbour } from './support/neighbour.ts';
import { drawNodes, nodesOf, sayNodes, type LabNode } from './support/nodes-of.ts';
import { drawSize } from './support/size.ts';
import { undoAll } from './support/undo-all.ts';

const to = `${farEnd}:7000`;
const firstPort = 50_000;
/** As few as a cloud's NAT gives to one machine. Below some 40 conntrack does not count those that it finds taken. */
const size: Size = {
  of: 'ports to be had',
  least: 64,
  most: 256,
  highest: 10_000,
  drawn: 'whole',
  weaker: 'below',
};

export const snatExhaustion: Fault = {
  id: 'snat-exhaustion',
  title: 'Nodes of checkout run out of translated ports, which connections of another pod hold',
  story: 'Prezi',
  ask: `checkout.shop to ${to} slow-connects`,
  causes: ['snat-port-exhaustion'],
  size,
  async inject(lab, random, given) {
    const ports = drawSize(size, random, given);
    const wanted = Math.ceil(ports * random.between(1, 1.3));
    const nodes = drawNodes(nodesOf(lab, 'checkout.shop'), random);
    const kernel = await drawClientKernel(lab, random);
    const undos = await Promise.all(nodes.map((node) => exhaust(lab, node, ports, wanted)));
    return {
      said: `on ${sayNodes(nodes)} another pod wants ${wanted} of ${ports} translated ports to ${to}; ${kernel.said}`,
      names: nodes.map(({ name }) => name),
      undo: undoAll([kernel.undo, ...undos]),
    };
  },
};

function exhaust(lab: Lab, { name, podCidr }: LabNode, ports: number, wanted: number): Promise<Undo> {
  return untilInsertionsAreLost(lab, name, async () => {
    const unlimited = await snatPorts(lab.sandbox, name, {
      ports: [firstPort, firstPort + ports - 1],
      from: podCidr,
      to: farEnd,
    });
    const neighbour = await addNeighbour(lab, name);
    const env = { TO: to, CONNECTIONS: String(wanted) };
    const holding = await lab.start('hold', neighbour.pod.netns, { env });
    return undoAll([unlimited, neighbour.undo, () => holding.stop()]);
  });
}
