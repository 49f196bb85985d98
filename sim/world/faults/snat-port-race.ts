import { during, outside, share, type Flow, type Window } from '../flow.ts';
import type { NodePlan, PodPlan, Traffic } from '../plan.ts';
import { answered, answeredLate } from '../traffic.ts';

/** Share of connects whose first SYN lost the race for a conntrack tuple, and whose second one lost it again. */
const lostOnce = 0.014;
const lostTwice = 0.0002;

/** Every lost SYN is counted as a failed insertion and as a drop, on the client's node. */
export function nodeWithPortRace(node: NodePlan, window: Window, connects: Flow): NodePlan {
  const lost = during(share(connects, lostOnce + 2 * lostTwice), window);
  return { ...node, conntrackInsertFailed: lost, conntrackDrop: lost };
}

/** Linux before 6.5 sends a SYN again after 1 s, and after 3 s. */
export function portRaceTraffic(controller: PodPlan, window: Window, connects: Flow): Traffic[] {
  const racing = during(connects, window);
  return [
    answered(controller, outside(connects, window)),
    answered(controller, share(racing, 1 - lostOnce - lostTwice)),
    answeredLate(controller, share(racing, lostOnce), 1.001),
    answeredLate(controller, share(racing, lostTwice), 3.002),
  ];
}
