import { farEnd, topology } from '../cluster/topology.ts';
import { dropBySourcePort } from '../net/faults/drops.ts';
import { snatPorts } from '../net/faults/snat-ports.ts';
import { fabric } from '../net/topology.ts';
import type { Fault, Size } from './fault.ts';
import { oneOf } from './support/draw.ts';
import { drawSize } from './support/size.ts';
import { undoAll } from './support/undo-all.ts';

const port = 7000;

const size: Size = {
  of: 'lowest port that is admitted',
  least: 10_000,
  most: 50_000,
  // Nodes translate to ports from 1024 on.
  lowest: 1025,
  highest: 65_535,
  drawn: 'whole',
  weaker: 'below',
};

export const sourcePortFilter: Fault = {
  id: 'source-port-filter',
  title: 'A firewall without state lets answers in to high ports only, and pods connect from others as well',
  story: 'Narrowing down',
  ask: `checkout.shop to ${farEnd}:${port} outbound-timeouts`,
  causes: ['source-port-filter'],
  size,
  async inject(lab, random, given) {
    const lowest = given ?? (random.happens(0.6) ? 32_768 : drawSize(size, random, given));
    const ports = oneOf(random, ['random', 'fully-random'] as const);
    // As all nodes of a cluster translate alike.
    const spread = await Promise.all(
      topology.nodes.map(({ name, podCidr }) =>
        snatPorts(lab.sandbox, name, { ports, from: podCidr, to: farEnd }),
      ),
    );
    const admit = await dropBySourcePort(lab.sandbox, fabric, { from: farEnd, port, lowest });
    return {
      said: `answers of ${farEnd}:${port} to ports below ${lowest} are lost; nodes choose ports ${ports}`,
      names: [`${farEnd}:${port}`, String(lowest)],
      undo: undoAll([...spread, admit]),
    };
  },
};
