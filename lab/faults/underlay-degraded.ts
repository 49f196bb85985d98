import { topology } from '../cluster/topology.ts';
import { lengthenCable } from '../net/faults/lengthen-cable.ts';
import { once } from '../net/undo.ts';
import type { Fault, Size } from './fault.ts';
import { goodLine, startRelay } from './support/relay.ts';
import { drawSize } from './support/size.ts';

const far = 'payments.shop';

const size: Size = { of: 'milliseconds', least: 50, most: 300, drawn: 'whole', weaker: 'below' };

/** Everything that one node sends, of pods and of its own, as by its interface or by the network it is plugged into. */
export const underlayDegraded: Fault = {
  id: 'underlay-degraded',
  title: 'The network of one node is late and lossy, for its pods and for itself',
  ask: `checkout.shop to ${far}.svc.cluster.local:80 remote-calls-slow`,
  causes: ['underlay-degraded'],
  size,
  async inject(lab, random, given) {
    const pods = lab.podsOf(far);
    const name = pods[random.whole(0, pods.length - 1)]?.node ?? '';
    if (!topology.nodes.some((node) => node.name === name)) throw new Error(`${far} runs nowhere`);
    const up = {
      ...goodLine,
      delayMs: drawSize(size, random, given),
      jitterMs: random.whole(0, 20),
      loss: random.whole(0, 30) / 1000,
    };
    const { detour, undo } = await lengthenCable(lab.sandbox, name);
    const relay = await startRelay(
      lab,
      detour,
      [
        { ...up, routes: [{ port: detour.up, to: detour.back }] },
        { ...goodLine, routes: [{ port: detour.down, to: detour.back }] },
      ],
      random,
    );
    return {
      said: `whatever ${name} sends is ${up.delayMs} ± ${up.jitterMs} ms late, and ${(up.loss * 100).toFixed(1)} % of it is lost`,
      names: [name],
      undo: once(async () => {
        await undo();
        await relay.stop();
      }),
    };
  },
};
