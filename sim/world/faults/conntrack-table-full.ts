import { during, isWithin, outside, share, steady, type Flow, type Window } from '../flow.ts';
import { between } from '../latency.ts';
import { conntrackLimit } from '../nodes.ts';
import type { NodePlan, PodPlan, Traffic } from '../plan.ts';
import { answered, answeredLate, failed } from '../traffic.ts';

/** The table fills up for a while before the first packet is dropped. */
const fillingSeconds = 900;
/** Of the connects: reached by the second SYN, by the third, or by none within nginx's connect timeout of 5 s. */
const secondSyn = 0.16;
const thirdSyn = 0.04;
const noSyn = 0.08;

export function nodeWithFullTable(node: NodePlan, window: Window): NodePlan {
  return {
    ...node,
    conntrackUse: (t) => {
      const usual = node.conntrackUse(t);
      if (isWithin(t, window)) {
        return 1 - Math.floor(20 * (1 + Math.sin(t / 7))) / conntrackLimit;
      }
      const filled = (t - window.from + fillingSeconds) / fillingSeconds;
      return t < window.from && filled > 0 ? usual + (1 - usual) * filled : usual;
    },
    conntrackDrop: during(steady(46, `${node.name}/conntrack-drop`), window),
    conntrackEarlyDrop: during(steady(210, `${node.name}/conntrack-early-drop`), window),
  };
}

export function fullTableTraffic(controller: PodPlan, window: Window, connects: Flow): Traffic[] {
  const troubled = during(connects, window);
  return [
    answered(controller, outside(connects, window)),
    answered(controller, share(troubled, 1 - secondSyn - thirdSyn - noSyn)),
    answeredLate(controller, share(troubled, secondSyn), 1.001),
    answeredLate(controller, share(troubled, thirdSyn), 3.002),
    failed(controller, share(troubled, noSyn), 504, between(5, 5.02)),
  ];
}
