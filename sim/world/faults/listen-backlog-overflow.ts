import { during, outside, share, type Flow, type Window } from '../flow.ts';
import type { NodePlan, PodPlan, Traffic } from '../plan.ts';
import { answered, answeredLate } from '../traffic.ts';

const droppedOnce = 0.021;
const droppedTwice = 0.0006;

/** The server listens on the host network, so node_exporter sees its accept queue overflow. */
export function nodeWithFullBacklog(node: NodePlan, window: Window, connects: Flow): NodePlan {
  return { ...node, listenOverflows: during(share(connects, droppedOnce + 2 * droppedTwice), window) };
}

/** A full accept queue drops SYNs: the same one-second share from every client. */
export function fullBacklogTraffic(controller: PodPlan, window: Window, connects: Flow): Traffic[] {
  const troubled = during(connects, window);
  return [
    answered(controller, outside(connects, window)),
    answered(controller, share(troubled, 1 - droppedOnce - droppedTwice)),
    answeredLate(controller, share(troubled, droppedOnce), 1.001),
    answeredLate(controller, share(troubled, droppedTwice), 3.002),
  ];
}
