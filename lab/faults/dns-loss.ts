import { podNetwork } from '../cluster/topology.ts';
import { dropUdp } from '../net/faults/drops.ts';
import type { Fault, Size } from './fault.ts';
import { percent } from './support/draw.ts';
import {
  letCheckoutLookUp,
  lookUps,
  untilQuestionsAreForwarded,
  untilRequestsWait,
} from './support/names.ts';
import { drawNodes, nodesOf, sayNodes } from './support/nodes-of.ts';
import { undoAll } from './support/undo-all.ts';
import { drawSize, isWeak } from './support/size.ts';

const size: Size = {
  of: 'share of the datagrams',
  least: 0.02,
  most: 0.3,
  highest: 1,
  drawn: 'scaled',
  weaker: 'below',
};

export const dnsLoss: Fault = {
  id: 'dns-loss',
  title: 'Nodes of checkout lose a share of the datagrams that their pods send to CoreDNS',
  ask: 'checkout.shop dns-failures',
  calls: lookUps,
  causes: ['dns-datagrams-lost'],
  size,
  async inject(lab, random, given) {
    const share = drawSize(size, random, given);
    const forget = await letCheckoutLookUp(lab);
    const nodes = drawNodes(nodesOf(lab, 'checkout.shop'), random);
    const undos = await Promise.all(
      // After translation, so whatever address they asked; and not what CoreDNS itself asks.
      nodes.map(({ name, podCidr }) =>
        dropUdp(lab.sandbox, name, { share, port: 53, from: podCidr, to: podNetwork }),
      ),
    );
    return {
      said: `${percent(share)} of the datagrams of pods on ${sayNodes(nodes)} to CoreDNS are lost`,
      names: nodes.map(({ name }) => name),
      // What is lost for a while is asked again: CoreDNS goes on to hear questions.
      shown: () =>
        Promise.all([untilQuestionsAreForwarded(lab), untilRequestsWait(lab, isWeak(dnsLoss, given))]),
      undo: undoAll([forget, ...undos]),
    };
  },
};
