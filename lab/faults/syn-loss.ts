import { farEnd } from '../cluster/topology.ts';
import { synLoss } from '../net/faults/drops.ts';
import type { Fault, Size } from './fault.ts';
import { drawClientKernel } from './support/client-kernel.ts';
import { percent } from './support/draw.ts';
import { drawNodes, nodesOf, sayNodes } from './support/nodes-of.ts';
import { undoAll } from './support/undo-all.ts';
import { drawSize } from './support/size.ts';

const port = 7000;

const size: Size = {
  of: 'share of the SYNs',
  least: 0.02,
  most: 0.3,
  highest: 1,
  drawn: 'scaled',
  weaker: 'below',
};

export const synLossOut: Fault = {
  id: 'syn-loss',
  title: 'On their way out, nodes of checkout lose a share of the packets that open connections',
  ask: `checkout.shop to ${farEnd}:${port} slow-connects`,
  causes: ['syn-loss'],
  size,
  async inject(lab, random, given) {
    const share = drawSize(size, random, given);
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
