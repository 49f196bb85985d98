import { podNetwork } from '../cluster/topology.ts';
import { dropUdp } from '../net/faults/drops.ts';
import type { Fault } from './fault.ts';
import { percent } from './support/draw.ts';
import { letCheckoutLookUp, untilRequestsWait } from './support/names.ts';
import { drawNodes, nodesOf, sayNodes } from './support/nodes-of.ts';
import { undoAll } from './support/undo-all.ts';

export const dnsLoss: Fault = {
  id: 'dns-loss',
  title: 'Nodes of checkout lose a share of the datagrams that their pods send to CoreDNS',
  ask: 'checkout.shop dns-failures',
  causes: ['dns-datagrams-lost'],
  async inject(lab, random) {
    const share = random.scaled(0.02, 0.3);
    const forget = await letCheckoutLookUp(lab);
    const nodes = drawNodes(nodesOf(lab, 'checkout.shop'), random);
    const undos = await Promise.all(
      // After translation, so whatever address they asked; and not what CoreDNS itself asks.
      nodes.map(({ name, podCidr }) =>
        dropUdp(lab.sandbox, name, { share, port: 53, from: podCidr, to: podNetwork }),
      ),
    );
    await untilRequestsWait(lab);
    return {
      said: `${percent(share)} of the datagrams of pods on ${sayNodes(nodes)} to CoreDNS are lost`,
      names: nodes.map(({ name }) => name),
      undo: undoAll([forget, ...undos]),
    };
  },
};
