import { topology } from '../cluster/topology.ts';
import { dropLarger } from '../net/faults/drops.ts';
import { fabric } from '../net/topology.ts';
import { once } from '../net/undo.ts';
import type { Fault } from './fault.ts';

const far = 'payments.shop';

/** A link to one node carries less than all think, and the router before it does not say so. */
export const mtuBlackHole: Fault = {
  id: 'mtu-black-hole',
  title: 'Large packets to and from one node are lost, and no ICMP says so',
  ask: `checkout.shop to ${far}.svc.cluster.local:80 remote-calls-slow`,
  causes: ['mtu-black-hole'],
  async inject(lab, random) {
    const pods = lab.podsOf(far);
    const name = pods[random.whole(0, pods.length - 1)]?.node;
    const node = topology.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`${far} runs nowhere`);
    const bytes = random.whole(1100, 1400);
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
