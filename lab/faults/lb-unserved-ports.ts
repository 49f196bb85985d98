import { workingNodes } from '../cluster/topology.ts';
import type { Lab } from '../lab.ts';
import { unservePort } from '../net/faults/unserve-port.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';
import { oneOf } from './support/draw.ts';
import { undoAll } from './support/undo-all.ts';

/** The NodePort that clients use, and one that has no clients: nobody misses it, but the balancer's checks. */
const [used, idle] = [30_080, 30_443];
/** So many attempts of the load balancer must have failed, and that for such a share of the requests of 5 min. */
const [enough, enoughOfAll] = [200, 0.15];
/** Seconds until they have, in a lab that was well for 5 min. */
const patience = 180;

interface Pair {
  readonly node: string;
  readonly port: number;
}

export const lbUnservedPorts: Fault = {
  id: 'lb-unserved-ports',
  title: 'Some pairs of node and NodePort behind the load balancer are served by nobody',
  story: 'Saltside',
  ask: 'ingress-nginx-controller.ingress-nginx load-balancer-errors',
  causes: ['unserved-node-port'],
  async inject(lab, random) {
    const as = oneOf(random, ['refused', 'rejected', 'dropped'] as const);
    const pairs = [
      ...some(random, 1, workingNodes.length - 1).map((node) => ({ node, port: used })),
      ...some(random, 0, workingNodes.length - 1).map((node) => ({ node, port: idle })),
    ];
    const undos = await Promise.all(
      pairs.map(({ node, port }) => unservePort(lab.sandbox, node, { port, as })),
    );
    await lab.until('errors of the load balancer', () => hasErrors(lab), patience);
    const names = pairs.map(nameOf);
    return { said: `${names.join(', ')} ${as}`, names, undo: undoAll(undos) };
  },
};

/** So many of the nodes, at random. */
function some(random: Random, least: number, most: number): readonly string[] {
  const left = workingNodes.map(({ name }) => name);
  return Array.from({ length: random.whole(least, most) }, () =>
    left.splice(random.whole(0, left.length - 1), 1),
  ).flat();
}

function nameOf({ node, port }: Pair): string {
  return `${node}:${port}`;
}

async function hasErrors(lab: Lab): Promise<boolean> {
  const grown = (metric: string): string => `sum(increase(haproxy_${metric}_total[5m]))`;
  const [failed, served] = await Promise.all(
    ['server_redispatch_warnings', 'backend_sessions'].map((metric) => lab.query(grown(metric))),
  );
  const errors = failed?.[0]?.value ?? 0;
  return errors >= enough && errors >= enoughOfAll * (served?.[0]?.value ?? 0);
}
