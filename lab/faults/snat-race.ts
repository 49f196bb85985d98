import { availableParallelism } from 'node:os';
import { farEnd } from '../cluster/topology.ts';
import type { Lab, LabPod } from '../lab.ts';
import type { Undo } from '../net/undo.ts';
import type { Fault, Size } from './fault.ts';
import { drawClientKernel } from './support/client-kernel.ts';
import { untilInsertionsAreLost } from './support/lost-insertions.ts';
import { addNeighbour } from './support/neighbour.ts';
import { nodesOf } from './support/nodes-of.ts';
import { undoAll } from './support/undo-all.ts';
import { drawSize, isWeak } from './support/size.ts';

const service = 'checkout.shop';
const to = `${farEnd}:7000`;

const size: Size = { of: 'races a second', least: 10, most: 25, drawn: 'whole', weaker: 'below' };

/** Nodes translate alike all over a cluster, so pods race on all of them. */
export const snatRace: Fault = {
  id: 'snat-race',
  title: 'Pods of one node race for translated ports: two connect from the same port at the same instant',
  story: 'Prezi',
  ask: `${service} to ${to} slow-connects`,
  causes: ['snat-egress-race'],
  size,
  unfit: () => (availableParallelism() < 2 ? 'packets race on two processors, and there is one' : undefined),
  async inject(lab, random, given) {
    const rate = drawSize(size, random, given);
    const kernel = await drawClientKernel(lab, random);
    const nodes = nodesOf(lab, service);
    const undos = await Promise.all(
      nodes.map(({ name }, index) =>
        race(lab, name, { rate, phase: index / nodes.length, weak: isWeak(snatRace, given) }),
      ),
    );
    return {
      said:
        `${rate} times a second, a pod of checkout and another of its node connect to ${to} from the same port ` +
        `at once; ${kernel.said}`,
      names: ['checkout'],
      undo: undoAll([kernel.undo, ...undos]),
    };
  },
};

interface Pace {
  /** A second. */
  readonly rate: number;
  readonly weak: boolean;
  /** Nodes in turn, since they share the processors of this machine. */
  readonly phase: number;
}

function race(lab: Lab, node: string, { weak, ...pace }: Pace): Promise<Undo> {
  return untilInsertionsAreLost(lab, node, () => letRace(lab, node, pace), weak);
}

async function letRace(lab: Lab, node: string, { rate, phase }: Omit<Pace, 'weak'>): Promise<Undo> {
  const neighbour = await addNeighbour(lab, node);
  const own = lab.podsOf(service).filter((pod) => pod.node === node);
  const common = { TO: to, RATE: String(rate), PHASE: String(phase) };
  const start = async ({ netns }: LabPod, env: Readonly<Record<string, string>>): Promise<Undo> => {
    const racing = await lab.start('race', netns, { env: { ...common, ...env } });
    return () => racing.stop();
  };
  const spans = { NAME: 'checkout', OTLP: 'http://10.0.0.14:4318' };
  const racers = own.slice(0, 1).map((pod) => start(pod, { CPU: '0', ...spans }));
  const all = await Promise.all([...racers, start(neighbour.pod, { CPU: '1', SWEEP: 'yes' })]);
  return undoAll([neighbour.undo, ...all]);
}
