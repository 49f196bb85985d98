import { farEnd } from '../cluster/topology.ts';
import { idleTimeout } from '../net/faults/idle-timeout.ts';
import { fabric } from '../net/topology.ts';
import type { Fault, Size } from './fault.ts';
import { drawSize } from './support/size.ts';

const size: Size = { of: 'seconds of silence', least: 5, most: 20, drawn: 'whole', weaker: 'above' };

/** As load balancers and NAT gateways do after 60 to 350 s; sooner, so that a run is short. */
export const forgotten: Fault = {
  id: 'idle-timeout',
  title: 'A device on the way to the far end forgets connections that are silent for a while',
  ask: `checkout.shop to ${farEnd}:8080 idle-connections-die`,
  causes: ['idle-timeout'],
  size,
  async inject(lab, random, given) {
    const seconds = drawSize(size, random, given);
    const undo = await idleTimeout(lab.sandbox, fabric, { seconds, with: farEnd });
    return {
      said: `connections to ${farEnd} are forgotten after ${seconds} s of silence`,
      names: [farEnd],
      undo,
    };
  },
};
