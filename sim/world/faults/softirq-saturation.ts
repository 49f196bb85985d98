import { during, outside, share, steady, sum, type Flow, type Window } from '../flow.ts';
import { around, between } from '../latency.ts';
import type { NodePlan, PodPlan, Traffic } from '../plan.ts';
import { answered } from '../traffic.ts';

const waiting = 0.06;

/** The kernel cannot take packets off the queue as fast as the neighbour makes them come. */
export function nodeWithBusySoftirq(node: NodePlan, window: Window): NodePlan {
  return {
    ...node,
    softnetDropped: during(steady(34, `${node.name}/softnet-dropped`), window),
    softnetSqueezed: during(steady(260, `${node.name}/softnet-squeezed`), window),
    cpuWaiting: sum([node.cpuWaiting, during(steady(0.55, `${node.name}/cpu-pressure`), window)]),
  };
}

/** Queueing, not loss: connects are late by any amount, with no gap below one second. */
export function busySoftirqTraffic(controller: PodPlan, window: Window, connects: Flow): Traffic[] {
  const troubled = during(connects, window);
  return [
    answered(controller, outside(connects, window)),
    answered(controller, share(troubled, 1 - waiting), {
      connect: around(0.018, 4),
      answer: around(0.12, 4),
    }),
    answered(controller, share(troubled, waiting), { connect: between(0.05, 0.85), answer: around(0.5, 4) }),
  ];
}
