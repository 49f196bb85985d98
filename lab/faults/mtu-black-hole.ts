import { topology } from '../cluster/topology.ts';
import { dropLarger } from '../net/faults/drops.ts';
import { fabric } from '../net/topology.ts';
import { once } from '../net/undo.ts';
import type { Fault, Size } from './fault.ts';
import { drawSize } from './support/size.ts';

const far = 'payments.shop';

const size: Size = {
  of: 'bytes that pass',
  least: 1100,
  most: 1400,
  highest: 1500,
  drawn: 'whole',
  weaker: 'above',
};

/** A link to one node carries less than all think, and the router before it does not say so. */
export const mtuBlackHole: Fault = {
  id: 'mtu-black-hole',
  title: 'Large packets to and from one node are lost, and no ICMP says so',
  ask: `checkout.shop to ${far}.svc.cluster.local:80 remote-calls-slow`,
  causes: ['mtu-black-hole'],
  size,
  async inject(lab, random, given) {
    const pods = lab.podsOf(far);
    const name = pods[random.whole(0, pods.length - 1)]?.node;
    const node = topology.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`${far} runs nowhere`);
    const bytes = drawSize(size, random, given);
    const undos = await Promise.all(
      [{ from: node.ip }, { to: node.ip }].map((ends) => dropLarger(lab.sandbox, fabric, { bytes, ...ends })),
    );
    return {
      said: `packets of more than ${bytes} bytes to and from ${node.name} are lost`,
      names: [node.name],
      undo: once(async () => {
        await Promise.all(undos.map((undo) => undo()));
      }),
    };
  },
};
