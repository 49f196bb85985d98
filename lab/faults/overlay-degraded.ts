import { topology } from '../cluster/topology.ts';
import type { Lab } from '../lab.ts';
import { gatewayOf } from '../net/addresses.ts';
import { detourOverlay } from '../net/faults/detour-overlay.ts';
import { fabric } from '../net/topology.ts';
import { overlay } from '../net/topology-scripts.ts';
import { once } from '../net/undo.ts';
import type { Random } from '../random.ts';
import type { Fault, Size } from './fault.ts';
import { startRelay } from './support/relay.ts';
import { drawSize } from './support/size.ts';

const far = 'payments.shop';
const firstPort = 9001;
/** What may wait for the tunnel, in bytes. */
const queueBytes = 40_000;
/** Seconds over which is counted how much a node sends now. */
const counting = 10;

const size: Size = { of: 'milliseconds', least: 100, most: 500, drawn: 'whole', weaker: 'below' };

/** What one node sends to the pods of others, as by a queueing discipline on its tunnel device. */
export const overlayDegraded: Fault = {
  id: 'overlay-degraded',
  title: 'The overlay of one node is late, narrow and lossy, and the network below it is well',
  story: 'AppOptics',
  ask: `checkout.shop to ${far}.svc.cluster.local:80 remote-calls-slow`,
  causes: ['overlay-degraded'],
  size,
  async inject(lab, random, given) {
    const node = await victim(lab, random);
    const peers = topology.nodes.filter(({ name }) => name !== node.name);
    const line = {
      delayMs: drawSize(size, random, given),
      jitterMs: random.whole(0, 30),
      loss: random.whole(0, 50) / 1000,
      kbit: await lessThanItSends(lab, node.name, random),
      queueBytes,
    };
    const address = gatewayOf(node.ip);
    const routes = peers.map(({ ip }, index) => ({
      port: firstPort + index,
      to: { address: ip, port: overlay.port },
    }));
    const relay = await startRelay(lab, { netns: fabric, address }, [{ ...line, routes }], random);
    const undos = await Promise.all(
      routes.map(({ port, to }) =>
        detourOverlay(lab.sandbox, node.name, { to: to.address, by: { address, port } }),
      ),
    );
    await lab.until(`silence of the pods of ${node.name}`, () => isHalfSilent(lab, node.name));
    return {
      said:
        `what ${node.name} sends through the overlay is ${line.delayMs} ± ${line.jitterMs} ms late, passes at ` +
        `${line.kbit} kbit/s and loses ${(line.loss * 100).toFixed(1)} %`,
      names: [node.name],
      undo: once(async () => {
        await Promise.all(undos.map((undo) => undo()));
        await relay.stop();
      }),
    };
  },
};

/** A node that runs the far end, and a pod that is scraped. */
async function victim(lab: Lab, random: Random): Promise<(typeof topology.nodes)[number]> {
  const scraped = await lab.query('up{pod!=""}');
  const heard = new Set(
    lab
      .pods()
      .flatMap(({ name, node }) => (scraped.some(({ labels }) => labels['pod'] === name) ? [node] : [])),
  );
  const names = [...new Set(lab.podsOf(far).map(({ node }) => node))];
  const fit = names.filter((name) => heard.has(name));
  const among = fit.length > 0 ? fit : names;
  const name = among[random.whole(0, among.length - 1)];
  const node = topology.nodes.find((one) => one.name === name);
  if (node === undefined) throw new Error(`${far} runs nowhere`);
  return node;
}

/** 50 to 500 kbit/s, such that the node has more to send than that. */
async function lessThanItSends(lab: Lab, node: string, random: Random): Promise<number> {
  const sent = `rate(node_network_transmit_bytes_total{node="${node}",device="${overlay.device}"}[${counting}s])`;
  const [sample] = await lab.query(sent);
  const kbit = ((sample?.value ?? 0) * 8) / 1000;
  return Math.round(Math.min(500, Math.max(50, kbit * random.between(0.2, 0.6))));
}

/** Its pods are heard no more, and whatever is on its host network is. */
async function isHalfSilent(lab: Lab, node: string): Promise<boolean> {
  const own = new Set(lab.pods().map(({ name }) => name));
  const up = await lab.query(`up{node="${node}"}`);
  return up.every(({ labels, value }) => value === (own.has(labels['pod'] ?? '') ? 0 : 1));
}
