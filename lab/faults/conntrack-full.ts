import { farEnd } from '../cluster/topology.ts';
import { fillConntrack } from '../net/faults/fill-conntrack.ts';
import type { Fault } from './fault.ts';
import { drawClientKernel } from './support/client-kernel.ts';
import { drawNodes, nodesOf, sayNodes } from './support/nodes-of.ts';
import { undoAll } from './support/undo-all.ts';

/** Packets dropped for want of room, by which it shows. */
const enoughDropped = 30;

export const conntrackFull: Fault = {
  id: 'conntrack-full',
  title: 'The connection table of nodes of checkout is full of connections that stand',
  ask: `checkout.shop to ${farEnd}:7000 slow-connects`,
  causes: ['conntrack-table-full'],
  unfit: (lab) =>
    lab.sandbox.run(['sh', '-c', 'command -v conntrack']).then(
      () => undefined,
      () => 'conntrack is not installed; install: apt-get install conntrack',
    ),
  async inject(lab, random) {
    const nodes = drawNodes(nodesOf(lab, 'checkout.shop'), random);
    const kernel = await drawClientKernel(lab, random);
    const dropped = async (node: string): Promise<number> =>
      (await lab.query(`node_nf_conntrack_stat_drop{node="${node}"}`))[0]?.value ?? 0;
    const undos = await Promise.all(
      nodes.map(async ({ name }) => {
        const before = await dropped(name);
        const undo = await fillConntrack(lab.sandbox, name);
        await lab.until(
          `packets dropped on ${name}`,
          async () => (await dropped(name)) >= before + enoughDropped,
        );
        return undo;
      }),
    );
    return {
      said: `the connection table of ${sayNodes(nodes)} is full; ${kernel.said}`,
      names: nodes.map(({ name }) => name),
      undo: undoAll([kernel.undo, ...undos]),
    };
  },
};
