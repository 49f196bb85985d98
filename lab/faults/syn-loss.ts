import { farEnd } from '../cluster/topology.ts';
import { synLoss } from '../net/faults/drops.ts';
import type { Fault } from './fault.ts';
import { drawClientKernel } from './support/client-kernel.ts';
import { percent } from './support/draw.ts';
import { drawNodes, nodesOf, sayNodes } from './support/nodes-of.ts';
import { undoAll } from './support/undo-all.ts';

const port = 7000;

export const synLossOut: Fault = {
  id: 'syn-loss',
  title: 'On their way out, nodes of checkout lose a share of the packets that open connections',
  ask: `checkout.shop to ${farEnd}:${port} slow-connects`,
  causes: ['syn-loss'],
  async inject(lab, random) {
    const share = random.scaled(0.02, 0.3);
    const nodes = drawNodes(nodesOf(lab, 'checkout.shop'), random);
    const podsOnly = random.happens(0.5);
    const kernel = await drawClientKernel(lab, random);
    const undos = await Promise.all(
      nodes.map(({ name, podCidr }) =>
        synLoss(lab.sandbox, name, { share, port, to: farEnd, ...(podsOnly && { from: podCidr }) }),
      ),
    );
    const whose = podsOnly ? 'of the pods' : 'of pods and of the node itself';
    return {
      said: `${percent(share)} of the SYNs ${whose} from ${sayNodes(nodes)} to ${farEnd}:${port} are lost; ${kernel.said}`,
      names: nodes.map(({ name }) => name),
      undo: undoAll([kernel.undo, ...undos]),
    };
  },
};
