import { farEnd } from '../cluster/topology.ts';
import type { Lab } from '../lab.ts';
import { fillConntrack } from '../net/faults/fill-conntrack.ts';
import type { Fault } from './fault.ts';
import { drawClientKernel } from './support/client-kernel.ts';
import { nodesOf } from './support/nodes-of.ts';
import { undoAll } from './support/undo-all.ts';

/** Packets dropped for want of room, by which it shows. */
const enoughDropped = 30;
/** Seconds until they are: nodes are read once a second. */
const patience = 60;

export const conntrackFull: Fault = {
  id: 'conntrack-full',
  title: 'The connection table of a node of checkout is full of connections that stand',
  ask: `checkout.shop to ${farEnd}:7000 slow-connects`,
  causes: ['conntrack-table-full'],
  unfit: (lab) =>
    lab.sandbox.run(['sh', '-c', 'command -v conntrack']).then(
      () => undefined,
      () => 'conntrack is not installed; install: apt-get install conntrack',
    ),
  async inject(lab, random) {
    const nodes = nodesOf(lab, 'checkout.shop');
    // One of them: a processor takes seconds to make so many entries.
    const node = nodes[random.whole(0, nodes.length - 1)]?.name ?? '';
    const kernel = await drawClientKernel(lab, random);
    const before = await dropped(lab, node);
    const undo = undoAll([kernel.undo, await fillConntrack(lab.sandbox, node)]);
    try {
      const isSeen = async (): Promise<boolean> => (await dropped(lab, node)) >= before + enoughDropped;
      await lab.until(`${enoughDropped} packets dropped on ${node}`, isSeen, patience);
    } catch (error) {
      await undo();
      throw error;
    }
    return { said: `the connection table of ${node} is full; ${kernel.said}`, names: [node], undo };
  },
};

/** Some seconds ago: nobody asks in the very second in which it begins. */
async function dropped(lab: Lab, node: string): Promise<number> {
  const [sample] = await lab.query(`node_nf_conntrack_stat_drop{node="${node}"} offset 3s`);
  return sample?.value ?? 0;
}
